"""Whom to speak to at a body: whoever is named for a role takes it over from whoever had it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from activities.acts.case import Case
from db.joint_said import ContactSaid
from db.models.joint import BodyContact, Contribution
from db.queries import joint as rows

_ADDRESS: Final = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")


def is_address(words: str) -> bool:
    """Say whether words can be an e-mail address."""
    return len(words) <= 254 and _ADDRESS.fullmatch(words) is not None


async def put(case: Case, row: Contribution, *said: ContactSaid, keeps_addresses: bool = False) -> bool:
    """Give people of a body their roles; say whether that is anything new.

    With `keeps_addresses` somebody who is named without an address takes no address away: whoever had one in this role
    is written to on.
    """
    present = await rows.contacts_of(case.session, row.id)
    if keeps_addresses:
        said = tuple(_with_what_is_known(each, present) for each in said)
    new = [each for each in said if not any(_is_same(held, each) for held in present)]
    for each in new:
        for held in present:
            if held.role == each.role and not (keeps_addresses and held.email and not each.email):
                held.ended_at = held.ended_at or case.at
        case.session.add(_contact(case, row, each))
    await case.session.flush()
    return bool(new)


def _with_what_is_known(said: ContactSaid, present: list[BodyContact]) -> ContactSaid:
    """Return somebody with the address and the number that we have of them, where they gave none."""
    held = next((each for each in present if (each.role, each.name) == (said.role, said.name)), None)
    if held is None:
        return said
    return replace(said, email=said.email or held.email, phone=said.phone or held.phone)


def _is_same(held: BodyContact, said: ContactSaid) -> bool:
    return (held.role, held.name, held.email, held.phone) == (said.role, said.name, said.email, said.phone)


def _contact(case: Case, row: Contribution, said: ContactSaid) -> BodyContact:
    return BodyContact(
        id=case.new_id(f"body_contact/{row.id}/{said.role}"),
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        contribution_id=row.id,
        role=said.role,
        name=said.name,
        email=said.email,
        phone=said.phone,
        act_id=case.act.act_id,
        said_at=case.at,
    )
