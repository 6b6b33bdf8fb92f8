"""The client of another body's door (docs/joint-protocol.md): what it says is fetched there, what we say brought there.

It goes where webhooks may go, and no further: addresses are looked up and checked at every call, nothing is followed,
and neither an address nor a word of what is said may be logged here.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final, Protocol
from urllib.parse import quote
from uuid import UUID

import httpx2

from gateways.webhook_reach import NotReachable, WebhookReach, port_of

_LONGEST: Final = 20.0  # of one call, seconds
_LARGEST: Final = 8 * 1024 * 1024  # of an answer, bytes
_AGENT: Final = "Redress-Joint/1"
_UNAUTHENTICATED: Final = 401
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_log = logging.getLogger(__name__)

OK: Final = "ok"
PENDING: Final = "pending"  # it is kept, and no verdict is known yet: say it again
REFUSED: Final = "refused"  # for good; `code` says why
UNAUTHENTICATED: Final = "unauthenticated"  # none of the credentials holds
AWAY: Final = "away"  # nothing is known: try again; `code` says why


@dataclass(frozen=True, slots=True, kw_only=True)
class JointDoor:
    """The door of one contribution. `url` is the partner's; the credentials are shown in turn, until one holds."""

    url: str = field(repr=False)
    contribution_id: UUID
    credentials: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JointAnswer:
    """What came of one call: `outcome` says how to go on, `code` why, `said` is the document that was answered."""

    outcome: str
    code: str | None = None
    said: Mapping[str, Any] = field(default_factory=dict, repr=False)
    retry_after: float | None = None  # seconds


class JointClient(Protocol):
    """Speaks with the door of a body that coordinates. Nothing is raised for what the other side does."""

    async def contribution(self, door: JointDoor) -> JointAnswer:
        """Fetch how a contribution stands."""
        ...

    async def messages(self, door: JointDoor, after: int) -> JointAnswer:
        """Fetch what was said to us after a number: `said["items"]`, in order, and `said["more"]`."""
        ...

    async def say(self, door: JointDoor, message: Mapping[str, Any]) -> JointAnswer:
        """Bring one message: protocol, id, kind and body. The same message again gets the first answer."""
        ...

    async def send_file(
        self, door: JointDoor, file_id: UUID, name: str, media_type: str, file: BinaryIO
    ) -> JointAnswer:
        """Bring a file under an id of ours: `said["file_id"]` is what messages name it by."""
        ...


class HttpJointClient:
    """Speak with a door over HTTPS."""

    def __init__(self, reach: WebhookReach, *, longest: float = _LONGEST, verify: Any = True) -> None:
        self._reach = reach
        self._longest = longest
        self._verify = verify

    async def contribution(self, door: JointDoor) -> JointAnswer:
        """Fetch how a contribution stands."""
        return await self._tried(door, "GET", "")

    async def messages(self, door: JointDoor, after: int) -> JointAnswer:
        """Fetch what was said to us after a number."""
        return await self._tried(door, "GET", f"/messages?after={after}")

    async def say(self, door: JointDoor, message: Mapping[str, Any]) -> JointAnswer:
        """Bring one message."""
        return await self._tried(door, "POST", "/messages", json=message)

    async def send_file(
        self, door: JointDoor, file_id: UUID, name: str, media_type: str, file: BinaryIO
    ) -> JointAnswer:
        """Bring a file."""
        content = await asyncio.to_thread(file.read)
        form = {"data": {"id": str(file_id)}, "files": {"file": (name, content, media_type)}}
        return await self._tried(door, "POST", "/files", **form)

    async def _tried(self, door: JointDoor, method: str, path: str, **body: Any) -> JointAnswer:
        """Show each credential in turn: after a rotation the other side may know the one before alone."""
        answer = JointAnswer(outcome=UNAUTHENTICATED, code="no_credential")
        for credential in door.credentials:
            answer = await self._once(door, credential, method, path, body)
            if answer.outcome != UNAUTHENTICATED:
                break
        return answer

    async def _once(
        self, door: JointDoor, credential: str, method: str, path: str, body: dict[str, Any]
    ) -> JointAnswer:
        url = f"{door.url.rstrip('/')}/contributions/{quote(str(door.contribution_id))}{path}"
        try:
            async with asyncio.timeout(self._longest):
                return _read(*await self._asked(url, credential, method, body))
        except NotReachable as fault:
            return JointAnswer(outcome=AWAY, code=fault.code)
        except (TimeoutError, httpx2.TimeoutException):
            return JointAnswer(outcome=AWAY, code="timed_out")
        except httpx2.ConnectError:
            return JointAnswer(outcome=AWAY, code="not_connected")
        except httpx2.HTTPError:
            return JointAnswer(outcome=AWAY, code="broken_off")
        except Exception as odd:  # noqa: BLE001 - whatever it is, what we say waits and is brought again
            _log.error("a joint door could not be asked: %s", type(odd).__name__)
            return JointAnswer(outcome=AWAY, code="broken_off")

    async def _asked(
        self, url: str, credential: str, method: str, body: dict[str, Any]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Call an address that was checked: nobody resolves the name again. The name stands in Host and in TLS."""
        parts, addresses = await self._reach.addresses(url)
        headers = {
            "host": parts.netloc,
            "authorization": f"Bearer {credential}",
            "accept-encoding": "identity",
            "user-agent": _AGENT,
        }
        transport = httpx2.AsyncHTTPTransport(verify=self._verify, trust_env=False)
        async with httpx2.AsyncClient(transport=transport, trust_env=False, timeout=self._longest) as client:
            for left, address in zip(reversed(range(len(addresses))), addresses, strict=True):
                host = f"[{address}]" if address.version == 6 else str(address)
                asked = f"{parts.scheme}://{host}:{port_of(parts)}{parts.path}" + (
                    f"?{parts.query}" * bool(parts.query)
                )
                request = client.build_request(
                    method, asked, headers=headers, extensions={"sni_hostname": parts.hostname}, **body
                )
                try:
                    response = await client.send(request, stream=True, follow_redirects=False)
                except httpx2.ConnectError:
                    if not left:
                        raise
                    continue
                try:
                    return response.status_code, response.headers, await _content(response)
                finally:
                    await response.aclose()
        raise NotReachable("no_address")


async def _content(response: httpx2.Response) -> bytes:
    """Return the body of an answer; nothing of one that is longer than any door's should be."""
    found = bytearray()
    async for piece in response.aiter_raw():
        found += piece
        if len(found) > _LARGEST:
            raise httpx2.ReadError("too large")
    return bytes(found)


def _read(status: int, headers: Mapping[str, str], content: bytes) -> JointAnswer:
    """Say what an answer means for whoever asked."""
    said = _document(content)
    code = said.get("code")
    # A code and no words: it stands in events.
    why = code if isinstance(code, str) and _CODE.fullmatch(code) else f"status_{status}"
    after = headers.get("retry-after", "")
    wait = float(after[:6]) if after.isascii() and after.isdigit() else None
    if status == 202:
        return JointAnswer(outcome=PENDING, said=said, retry_after=wait)
    if 200 <= status < 300:
        if said:
            return JointAnswer(outcome=OK, said=said)
        return JointAnswer(outcome=AWAY, code="not_understood")
    if status == _UNAUTHENTICATED:
        return JointAnswer(outcome=UNAUTHENTICATED, code=why)
    if status in (400, 409, 413, 415, 422):
        return JointAnswer(outcome=REFUSED, code=why, said=said)
    return JointAnswer(outcome=AWAY, code=why, retry_after=wait)  # 404, 429, 5xx, and where we are sent elsewhere


def _document(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
