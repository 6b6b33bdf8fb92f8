"""Whom to speak to at a body: whoever is named for a role takes it over from whoever had it."""

from __future__ import annotations

import re
from typing import Final

from activities.acts.case import Case
from db.joint_said import ContactSaid
from db.models.joint import BodyContact, Contribution
from db.queries import joint as rows

_ADDRESS: Final = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")


def is_address(words: str) -> bool:
    """Say whether words can be an e-mail address."""
    return len(words) <= 254 and _ADDRESS.fullmatch(words) is not None


async def put(case: Case, row: Contribution, *said: ContactSaid) -> bool:
    """Give people of a body their roles; say whether that is anything new."""
    present = await rows.contacts_of(case.session, row.id)
    new = [each for each in said if not any(_is_same(held, each) for held in present)]
    for each in new:
        for held in present:
            if held.role == each.role:
                held.ended_at = held.ended_at or case.at
        case.session.add(_contact(case, row, each))
    await case.session.flush()
    return bool(new)


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
