"""A complaint that is passed on, as the body without a system reads it on its page: all that its own system needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fastapi.responses import HTMLResponse

from api.form.elements import escaped
from api.form.shell import page
from api.part_page.asking import long
from db.joint_messages import PersonTold, TransferOffered

_SETTLED: Final = {
    "transfer_taken": "We have it that the complaint is with you. It counts as made to you on the day that you gave.",
    "decline": "We have it that you do not take the complaint. It stays with us.",
}


def settled(outside: str, kind: str) -> HTMLResponse:
    """Return what is shown to whoever answered: the page is closed by that answer."""
    body = ["<h1>Thank you</h1>", f"<p>{_SETTLED[kind]}</p>", "<p>You can close this page: nothing more is asked.</p>"]
    return page(outside, "Thank you", body, 200)


def complaint(told: TransferOffered) -> Iterator[str]:
    """Return the complaint as HTML."""
    sender = told.sender
    reached = (told.complainant_email, told.complainant_phone)
    facts = {
        "Passed on by": ", ".join(filter(None, (sender.name, sender.contact, sender.email, sender.phone))),
        "Their reference": told.reference,
        "Made to them on": long(told.received_on),
        "Why it is passed on": "It is for you to answer" if told.ground == "misdirected"
        else "You provide what it is about, and agreed to answer it",
        "Complains": ", ".join(filter(None, (_person(told.complainant), *reached))),
        "About": _person(told.affected) if told.affected is not None else "",
        "In short": told.summary,
        "Wanted": told.desired_outcome or "",
    }  # fmt: skip
    yield "<h2>The complaint</h2><dl>"
    yield from (f"<dt>{name}</dt><dd>{escaped(value)}</dd>" for name, value in facts.items() if value)
    yield "</dl><h3>What was said</h3>"
    yield from (f"<p>{escaped(each)}</p>" for each in told.narrative.split("\n") if each.strip())


def _person(told: PersonTold) -> str:
    born = f"born {long(told.born_on)}" if told.born_on else None
    number = f"NHS number {told.nhs_number}" if told.nhs_number else None
    return ", ".join(filter(None, (told.name, born, number, told.address)))
