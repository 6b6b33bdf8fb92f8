"""The words that a mail is logged with. Nothing of it is trusted; who it says it is from is kept as what it says."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from pydantic import TypeAdapter, ValidationError

from api.mail_files import KeptFiles
from api.schemas.base import Email
from db.office_said import RecordContact
from db.said import Log, PartySaid
from gateways.incoming_mail import IncomingMail

_LONGEST_NARRATIVE: Final = 90_000
_LONGEST_CONTACT: Final = 18_000
_EMAIL = TypeAdapter(Email)
_UNKNOWN: Final = "Not known"


def enquiry(mail: IncomingMail, files: KeptFiles, received_on: date, *, answered: bool) -> Log:
    """Return what is logged of a mail that is no answer to us. With `answered` its sender gets the bare receipt."""
    return Log(
        channel="electronic",
        received_on=received_on,
        summary=f"E-mail: {(mail.subject or 'without a subject')[:280]}",
        narrative=_words(mail, files, _LONGEST_NARRATIVE),
        parties=(PartySaid(role="complainant", name=_name(mail), email=_address(mail) if answered else None),),
        matter="enquiry",
        unread=True,
    )


def contact(mail: IncomingMail, files: KeptFiles, happened_at: datetime) -> RecordContact:
    """Return what goes into the contact log of the complaint that a mail answers."""
    return RecordContact(
        direction="in",
        channel="email",
        happened_at=happened_at,
        with_whom=_name(mail),
        summary=_words(mail, files, _LONGEST_CONTACT),
        unread=True,
    )


def _name(mail: IncomingMail) -> str:
    return (mail.from_name or mail.from_address or _UNKNOWN)[:200]


def _address(mail: IncomingMail) -> str | None:
    try:
        return _EMAIL.validate_python(mail.from_address)
    except ValidationError:
        return None


def _words(mail: IncomingMail, files: KeptFiles, longest: int) -> str:
    name, address = mail.from_name or "", f"<{mail.from_address}>" if mail.from_address else ""
    head = [f"From: {' '.join(filter(None, (name, address))) or _UNKNOWN}", f"Subject: {mail.subject or '(none)'}"]
    if files.refused:
        head.append(f"Files that were not put on the case: {len(files.refused)}. The mail itself is kept, with them.")
    return "\n".join(head) + "\n\n" + _cut(_text(mail), longest - sum(map(len, head)))


def _text(mail: IncomingMail) -> str:
    if not mail.readable:
        return "[The mail could not be read here. It is kept as it came: open it from the list of mails.]"
    return mail.text.strip() or "[The mail has no words.]"


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    return text[:longest] + "\n\n[The mail is longer. It is kept as it came: open it from the list of mails.]"
