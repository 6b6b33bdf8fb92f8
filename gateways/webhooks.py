"""Sends one webhook: signed by Standard Webhooks, to the very address that was checked, and following nothing.

What the receiver answers is a status; nothing of its body is read. Nothing here may log an address: it may hold a key.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Protocol
from urllib.parse import SplitResult

import httpx2
from standardwebhooks import Webhook

from gateways.webhook_reach import IPAddress, NotReachable, WebhookReach, port_of

CONTENT_TYPE: Final = "application/cloudevents+json; charset=utf-8"
_LONGEST: Final = 10.0  # of a whole attempt, seconds: a receiver that answers byte by byte is one that does not answer
_AGENT: Final = "Redress-Webhooks/1"
_SECRET_BYTES: Final = 32
_SECRET_PREFIX: Final = "whsec_"
_log = logging.getLogger(__name__)
# At DEBUG and INFO these write whole addresses, and with them a receiver's key.
for _library in ("httpx2", "httpcore2"):
    logging.getLogger(_library).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingWebhook:
    """One event for one receiver. Each secret signs; the body is sent as it stands."""

    url: str = field(repr=False)
    event_id: str
    body: bytes = field(repr=False)
    sent_at: datetime
    secrets: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAnswer:
    """What came of one attempt: `outcome` is `accepted` or why not, as a code."""

    outcome: str
    status: int | None = None
    milliseconds: int = 0
    retry_after: float | None = None  # seconds

    @property
    def accepted(self) -> bool:
        """Say whether the receiver has it."""
        return self.outcome == ACCEPTED


ACCEPTED: Final = "accepted"
REDIRECTED: Final = "redirected"
STATUS: Final = "status"  # any other answer: its number says the rest
TIMED_OUT: Final = "timed_out"
NOT_CONNECTED: Final = "not_connected"
BROKEN_OFF: Final = "broken_off"
NO_SECRET: Final = "secret_unreadable"  # ours to mend: it was not sent


class WebhookGateway(Protocol):
    """Carries webhooks to their receivers."""

    async def send(self, webhook: OutgoingWebhook) -> WebhookAnswer:
        """Make one attempt, and say what came of it. Never raises for what the receiver does."""
        ...


def new_secret() -> str:
    """Return a new secret as the receiver's library takes it."""
    return _SECRET_PREFIX + base64.b64encode(os.urandom(_SECRET_BYTES)).decode("ascii")


def headers_of(webhook: OutgoingWebhook) -> dict[str, str]:
    """Return the headers of Standard Webhooks: the id, the time, and a signature by each secret."""
    text, at = webhook.body.decode(), webhook.sent_at.astimezone(UTC)
    signed = [Webhook(secret).sign(webhook.event_id, at, text) for secret in webhook.secrets]
    return {
        "webhook-id": webhook.event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signed),
        "content-type": CONTENT_TYPE,
        "user-agent": _AGENT,
    }


class HttpWebhooks:
    """Send webhooks over HTTPS."""

    def __init__(self, reach: WebhookReach, *, longest: float = _LONGEST, verify: Any = True) -> None:
        self._reach = reach
        self._longest = longest
        self._verify = verify

    async def send(self, webhook: OutgoingWebhook) -> WebhookAnswer:
        """Make one attempt, and say what came of it."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._longest):
                status, headers = await self._post(webhook)
        except NotReachable as fault:
            return _failed(fault.code, began)
        except (TimeoutError, httpx2.TimeoutException):
            return _failed(TIMED_OUT, began)
        except httpx2.ConnectError:
            return _failed(NOT_CONNECTED, began)
        except httpx2.HTTPError:
            return _failed(BROKEN_OFF, began)
        except Exception as odd:  # noqa: BLE001 - what this raised would be tried without end, before all that waits
            _log.error("a webhook could not be sent: %s", type(odd).__name__)
            return _failed(BROKEN_OFF, began)
        return WebhookAnswer(
            outcome=_outcome(status),
            status=status,
            milliseconds=_since(began),
            retry_after=_retry_after(headers, webhook.sent_at),
        )

    async def _post(self, webhook: OutgoingWebhook) -> tuple[int, Mapping[str, str]]:
        parts, addresses = await self._reach.addresses(webhook.url)
        headers = headers_of(webhook) | {"host": parts.netloc, "accept-encoding": "identity"}
        # No cookies are kept, no proxy is taken from the environment, and the connection ends with the attempt.
        transport = httpx2.AsyncHTTPTransport(verify=self._verify, trust_env=False)
        async with httpx2.AsyncClient(transport=transport, trust_env=False, timeout=self._longest) as client:
            for left, address in zip(reversed(range(len(addresses))), addresses, strict=True):
                try:
                    return await _asked(client, parts, address, headers, webhook.body)
                except httpx2.ConnectError:
                    if not left:
                        raise
        raise NotReachable("no_address")


async def _asked(
    client: httpx2.AsyncClient, parts: SplitResult, address: IPAddress, headers: dict[str, str], body: bytes
) -> tuple[int, Mapping[str, str]]:
    """Post to an address that was checked: nobody resolves the name again. The name stands in Host and in TLS."""
    host = f"[{address}]" if address.version == 6 else str(address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    url = f"{parts.scheme}://{host}:{port_of(parts)}{path}"
    request = client.build_request(
        "POST", url, content=body, headers=headers, extensions={"sni_hostname": parts.hostname}
    )
    response = await client.send(request, stream=True, follow_redirects=False)
    try:
        return response.status_code, response.headers
    finally:
        await response.aclose()


def _outcome(status: int) -> str:
    if 200 <= status < 300:
        return ACCEPTED
    return REDIRECTED if 300 <= status < 400 else STATUS


def _retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how long the receiver asks to be left alone, in seconds (RFC 9110, 10.2.3)."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, (at - now).total_seconds()) if at.tzinfo is not None else None


def _failed(code: str, began: float) -> WebhookAnswer:
    return WebhookAnswer(outcome=code, milliseconds=_since(began))


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
