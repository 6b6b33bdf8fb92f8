"""Reads from a mail whether it says that one of ours did not arrive (RFC 3464), and which. It believes nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from typing import Final, Literal, cast
from uuid import UUID

_REPORT: Final = "multipart/report"
_STATUS: Final = "message/delivery-status"
_RETURNED: Final = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"})
_DAEMONS: Final = frozenset({"mailer-daemon", "postmaster", "mail-daemon"})
_OURS = re.compile(
    r"^message-id:\s*<?notice\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE | re.MULTILINE
)
_CODE = re.compile(r"^([245])\.\d{1,3}\.\d{1,3}")
_FAR_ENOUGH: Final = 200_000  # of what was returned: its headers stand at its beginning
_MOST_PARTS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A notice of ours that did not arrive: for good, or not yet."""

    notice_id: UUID
    what: Literal["bounced", "delayed"]


def bounce_in(message: EmailMessage) -> Bounce | None:
    """Return what a mail says of one of ours that did not arrive; None where it says nothing of the kind."""
    notice_id = next(filter(None, (_ours_in(text) for text in _returned(message))), None)
    if message.get_content_type() == _REPORT:
        what = _action(message)
        return Bounce(notice_id=notice_id, what=what) if notice_id is not None and what is not None else None
    if not _is_daemons(message):
        return None
    # Older servers send the words of a failure, and below them the mail as it came to them.
    notice_id = notice_id or _ours_in(_words(message))
    return Bounce(notice_id=notice_id, what="bounced") if notice_id is not None else None


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the parts of a mail itself, not those of a mail within it."""
    payload = message.get_payload()
    if message.is_multipart() and isinstance(payload, list):
        yield from cast(list[EmailMessage], payload[:_MOST_PARTS])


def _returned(message: EmailMessage) -> Iterator[str]:
    for part in _parts(message):
        if part.get_content_type() in _RETURNED:
            yield _text_of(part)


def _text_of(part: EmailMessage) -> str:
    """Return the beginning of what was returned, headers first, whichever way it is enclosed."""
    payload = part.get_payload()
    if isinstance(payload, list):
        # The headers of each as they came: their names and values say all that is asked here.
        return "\n".join(f"{name}: {value}" for within in payload for name, value in _headers(within))[:_FAR_ENOUGH]
    return _words(part)


def _headers(within: object) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in within.raw_items()] if isinstance(within, Message) else []


def _words(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    return payload[:_FAR_ENOUGH].decode("utf-8", errors="replace") if isinstance(payload, bytes) else ""


def _ours_in(text: str) -> UUID | None:
    found = _OURS.search(text.replace("\r\n", "\n"))
    return UUID(found[1]) if found else None


def _action(message: EmailMessage) -> Literal["bounced", "delayed"] | None:
    """Return what a report says of each recipient taken together: one who was not reached for good decides."""
    said = [_one(fields) for part in _parts(message) if part.get_content_type() == _STATUS for fields in _groups(part)]
    if "bounced" in said:
        return "bounced"
    return "delayed" if "delayed" in said else None


def _groups(part: EmailMessage) -> list[Message]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _one(fields: Message) -> str | None:
    """Return what is said of one recipient. A status of 4 is not final, whatever else is said."""
    action = str(fields.get("Action", "")).partition(";")[0].strip().lower()
    code = _CODE.match(str(fields.get("Status", "")).strip())
    kind = code[1] if code else ""
    if action == "failed":
        return "delayed" if kind == "4" else "bounced"
    return "delayed" if action == "delayed" else None


def _is_daemons(message: EmailMessage) -> bool:
    """Say whether a mail server wrote a mail: by its name for itself, and by having no address to return to."""
    try:
        local = str(message["from"].addresses[0].username).lower()
    except Exception:  # noqa: BLE001 - no such header, nobody in it, or one that the library refuses to read
        return False
    empty = str(message.get("return-path", "")).strip() == "<>"
    return local in _DAEMONS and (empty or message.get("auto-submitted") is not None)
