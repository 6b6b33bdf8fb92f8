"""Reads a mail that somebody else wrote: who it says it is from, its words, its files, and whether a machine sent it.

Nothing in a mail is believed, and none is too odd to be taken in: what cannot be read is said to be unreadable.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from typing import Any, Final, cast
from uuid import UUID

from gateways.bounced_mail import Bounce, bounce_in
from gateways.html_text import LONGEST as LONGEST_TEXT
from gateways.html_text import text_of
from gateways.mail import one_line

MOST_FILES: Final = 50
_LONGEST_HEADER: Final = 8_000
_MOST_LINES: Final = 1_000_000
_MOST_PARTS: Final = 5_000
_MOST_NESTED: Final = 50
_HEADERS: Final = 256 * 1024
_NOTICE = re.compile(r"<?notice\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)
_REFERENCE = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,31}-[A-Z0-9]{8}-[A-Z0-9](?![A-Z0-9])", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"<([^<>\s]{1,64}@[^<>\s]{1,253})>")
_HEAD_END = re.compile(rb"\n\r?\n")
_BULK: Final = frozenset({"bulk", "list", "junk"})
_RFC822: Final = "message/rfc822"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFile:
    """A file that came with a mail, as it was named and described there."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMail:
    """A mail as far as it could be read. `key` is the same for the same mail delivered twice.

    `automatic` is a code where no person sent it. `answers` are the notices it says it answers, `own` the notice that
    it is itself; `bounce` is one of ours that did not arrive. `references` are what in its subject looks like a
    reference. The address is as it is written there.
    """

    key: str
    message_id: str | None = None
    own: UUID | None = None
    answers: tuple[UUID, ...] = ()
    references: tuple[str, ...] = ()
    from_name: str | None = None
    from_address: str | None = None
    subject: str | None = None
    automatic: str | None = None
    bounce: Bounce | None = None
    text: str = ""
    files: tuple[MailFile, ...] = ()
    left_out: int = 0
    readable: bool = True


class _Bounded(EmailPolicy):
    """The standard library's default policy, of headers that end: what reads them takes the square of their length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST_HEADER]


_POLICY: Final = _Bounded()


def read_mail(raw: bytes) -> IncomingMail:
    """Return what a mail says. It never raises for what the mail holds."""
    head = _parsed(_head_of(raw))
    message = _parsed(raw) if _is_plain_enough(raw) else None
    headers = message or head
    known = {} if headers is None else _headers(headers)
    key = _key(raw, known)
    if message is None:
        return IncomingMail(key=key, readable=False, **known)
    try:
        text, files = _content(message)
    except Exception:  # noqa: BLE001 - whatever a mail does to its reader, it is taken in
        return IncomingMail(key=key, readable=False, **known)
    return IncomingMail(
        key=key,
        bounce=_bounce(message),
        text=text,
        files=tuple(files[:MOST_FILES]),
        left_out=max(0, len(files) - MOST_FILES),
        **known,
    )


def _bounce(message: EmailMessage) -> Bounce | None:
    try:
        return bounce_in(message)
    except Exception:  # noqa: BLE001 - as everywhere here: a mail that does this is an ordinary mail
        return None


def _head_of(raw: bytes) -> bytes:
    return raw[:_HEADERS].replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n\n"


def _head_ends(raw: bytes) -> bool:
    return len(raw) <= _HEADERS or _HEAD_END.search(raw, 0, _HEADERS) is not None


def _is_plain_enough(raw: bytes) -> bool:
    """Say whether a mail can be taken apart in a time that depends on its length alone."""
    nested = raw.lower().count(b"boundary=") + raw.lower().count(_RFC822.encode())
    if nested > _MOST_NESTED or (nested and _parts(raw) > _MOST_PARTS):
        return False
    return raw.count(b"\n") <= _MOST_LINES and _head_ends(raw)


def _parts(raw: bytes) -> int:
    return raw.count(b"\n--") + raw.count(b"\r--")


def _parsed(raw: bytes) -> EmailMessage | None:
    try:
        return cast(EmailMessage, BytesParser(policy=_POLICY).parsebytes(raw))
    except Exception:  # noqa: BLE001 - as above; a header that nests too deeply raises RecursionError
        return None


def _key(raw: bytes, known: dict[str, Any]) -> str:
    """Tell a mail by its Message-ID, who it says it is from, and its content: its way here changes with each delivery.

    One of another content under the same Message-ID is another mail: nobody can have a mail dropped by guessing.
    """
    body = raw.replace(b"\r\n", b"\n")
    identity = [known.get(name) for name in ("message_id", "from_address", "subject")]
    if known.get("message_id") is not None:
        body = body.partition(b"\n\n")[2]
    digest = hashlib.sha256(json.dumps(identity).encode())
    digest.update(body.rstrip(b"\n"))
    return digest.hexdigest()


def _headers(message: EmailMessage) -> dict[str, Any]:
    name, address = _sender(message)
    message_id = _header(message, "message-id")
    subject = _header(message, "subject")
    own = _NOTICE.match(message_id or "")
    said_to_answer = [_header(message, "in-reply-to") or "", _header(message, "references") or ""]
    return {
        "message_id": message_id and message_id[:500],
        "own": UUID(own[1]) if own else None,
        "answers": tuple(dict.fromkeys(UUID(each) for text in said_to_answer for each in _NOTICE.findall(text)[::-1])),
        "references": tuple(dict.fromkeys(_REFERENCE.findall(subject or "")))[:10],
        "from_name": name,
        "from_address": address,
        "subject": subject and subject[:1_000],
        "automatic": _automatic(message),
    }


def _header(message: EmailMessage, name: str) -> str | None:
    """Return a header on one line, with what cannot be decoded replaced; None where it is missing or unreadable."""
    try:
        value = message[name]
    except Exception:  # noqa: BLE001 - the standard library trips over some headers
        return None
    return None if value is None else (one_line(_storable(str(value))) or None)


def _sender(message: EmailMessage) -> tuple[str | None, str | None]:
    """Return the name and the address that the mail says it is from: of several, the first."""
    try:
        first = message["from"].addresses[0]
        name, address = first.display_name, first.addr_spec
    except Exception:  # noqa: BLE001 - no such header, nobody in it, or one that the library refuses to read
        name, address = "", _bare_address(message)
    address = one_line(_storable(address))[:254]
    return one_line(_storable(name))[:200] or None, address if "@" in address.strip("@") else None


def _bare_address(message: EmailMessage) -> str:
    """Return the address that stands in brackets in a header that is against the rules; of several, the last."""
    raw = next((str(value) for name, value in message.raw_items() if name.lower() == "from"), "")
    found = _IN_BRACKETS.findall(raw)
    return str(found[-1]) if found else ""


def _automatic(message: EmailMessage) -> str | None:
    """Return why a mail is a machine's (RFC 3834 and what was usual before), or None."""
    submitted = (_header(message, "auto-submitted") or "no").partition(";")[0].strip().lower()
    if submitted != "no":
        return "auto_submitted"
    if (_header(message, "precedence") or "").strip().lower() in _BULK:
        return "bulk"
    return "empty_return_path" if _header(message, "return-path") == "<>" else None


def _content(message: EmailMessage) -> tuple[str, list[MailFile]]:
    """Return the words of a mail, plain ones where there are any, and its files."""
    plain: list[str] = []
    pages: list[str] = []
    files: list[MailFile] = []
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and not _is_file(part):
            (plain if kind == "text/plain" else pages).append(_text(part))
        else:
            files.append(_file(part))
    words = "\n\n".join(each.strip() for each in plain if each.strip())
    return words or "\n\n".join(filter(None, map(text_of, pages))), files


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """Return the parts that hold something, in order. A mail within a mail is one of them, and stays whole."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.is_multipart() and part.get_content_maintype() != "message":
            waiting += cast(list[EmailMessage], part.get_payload())[::-1]
        else:
            yield part


def _is_file(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _bytes(part: EmailMessage) -> bytes:
    if part.get_content_maintype() == "message":
        within = cast(list[EmailMessage], part.get_payload())
        return b"\n".join(each.as_bytes() for each in within) if isinstance(within, list) else b""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: EmailMessage) -> str:
    """Return the words of a part: in the charset it names where there is one of that name, else in UTF-8."""
    content = _bytes(part)[: 4 * LONGEST_TEXT]
    try:
        text = content.decode(part.get_content_charset() or "utf-8", errors="replace")
    except (LookupError, ValueError):
        text = content.decode("utf-8", errors="replace")
    return _storable(text).replace("\r\n", "\n").replace("\r", "\n")[:LONGEST_TEXT]


def _file(part: EmailMessage) -> MailFile:
    kind = part.get_content_type()
    kind = _RFC822 if kind.startswith("message/") else kind
    return MailFile(name=_storable(part.get_filename() or ""), media_type=kind, content=_bytes(part))


def _storable(text: str) -> str:
    """Return text that a database can hold."""
    return text.replace("\x00", "").encode("utf-8", errors="replace").decode("utf-8")
