"""Bodies named in a complaint, what the person agrees to, and what a body says and sees, in the session's database."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from contracts.commands import CommandKind
from db import consent_said
from db.casework_said import IssueSaid, SetIssues
from db.joint_messages import Accept, ToLead, kind_of, to_json
from db.joint_said import ChangeBody, ContactSaid, FromBody, NameBody
from db.models.act import Submission
from db.models.joint import Contribution, JointMessage
from tests.activities.found import TODAY, issues_of
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body

K = CommandKind
CODE = "GP-81"
CONTACT = ContactSaid(role="contact", name="Marker Manager", email="manager@gp.example.org")
ACCEPT = Accept(contact="Marker Manager", senior_lead="Marker Partner", own_reference="GP/12")


async def a_case(apart: Apart, body: Body, issues: int) -> Desk:
    """Log a complaint of so many issues."""
    apart.engine.now = MORNING
    desk = await a_desk(apart, body)
    told = tuple(IssueSaid(summary=f"Issue {n}", effect="Pain", outcome_sought="Sorry") for n in range(issues))
    await desk.must(K.SET_ISSUES, SetIssues(issues=told))
    return desk


def naming(desk: Desk, **changes: Any) -> NameBody:
    values: dict[str, Any] = {
        "code": CODE,
        "name": "Marker Practice",
        "body_kind": "nhs",
        "bound": "regulation_9",
        "way": "page",
        "issue_ids": tuple(issues_of(desk)[-1:]),
        "contacts": (CONTACT,),
    }
    return NameBody(**values | changes)


async def name(desk: Desk, **changes: Any) -> UUID:
    """Name a body, and return its contribution."""
    said = naming(desk, **changes)
    await desk.must(K.NAME_BODY, said)
    found = desk.rows(f"select id from contribution where complaint_id = %s and code = '{said.code}' order by number")
    return UUID(found[-1]["id"])


async def agree(desk: Desk, code: str = CODE, **changes: Any) -> UUID:
    """Record that the person agrees that a body is told, and return the consent."""
    values: dict[str, Any] = {
        "scope": "share_with_body", "giver_id": desk.party(), "basis": "statutory", "given_on": TODAY, "body": code,
    }  # fmt: skip
    await desk.must(K.RECORD_CONSENT, consent_said.RecordConsent(**values | changes))
    return UUID(desk.rows("select id from consent where complaint_id = %s order by number")[-1]["id"])


async def take_back(desk: Desk, consent: UUID) -> None:
    on = desk.apart.engine.now.date()
    said = consent_said.WithdrawConsent(consent_id=consent, withdrawn_on=on, withdrawn_by=desk.party(), how="call")
    await desk.must(K.WITHDRAW_CONSENT, said)


async def change(desk: Desk, one: UUID, **changes: Any) -> str | None:
    return (await desk.do(K.CHANGE_BODY, ChangeBody(contribution_id=one, reason="They rang.", **changes))).refusal


async def says(desk: Desk, one: UUID, message: ToLead, message_id: UUID | None = None, **changes: Any) -> Submission:
    """Have the body itself say something, by the protocol; return the submission as it then is."""
    values: dict[str, Any] = {
        "contribution_id": one, "message_id": message_id or uuid4(), "protocol": 1, "kind": kind_of(message),
        "body": to_json(message), "via": "page",
    }  # fmt: skip
    return await desk.do(K.FROM_BODY, FromBody(**values | changes), by=None)


async def answer(desk: Desk, one: UUID, message: ToLead, message_id: UUID | None = None, **changes: Any) -> str | None:
    """Have the body say something, and return why what is kept of it was refused."""
    done = await says(desk, one, message, message_id, **changes)
    assert done.state == "applied", done.refusal or done.last_failure
    return str(heard(desk, one)[-1]["refusal"] or "") or None


def heard(desk: Desk, one: UUID) -> list[dict[str, Any]]:
    """Return what a body said, in the order in which it was taken in."""
    return desk.rows(
        "select m.* from joint_message m join case_event e on e.complaint_id = m.complaint_id"
        " and e.data::jsonb ->> 'id' = m.id::text"
        f" where m.complaint_id = %s and m.direction = 'in' and m.contribution_id = '{one}' order by e.seq"
    )


async def seen_by(desk: Desk, body: Body, at: datetime) -> tuple[list[str], list[str]]:
    """Return what another organisation sees at an instant: states of contributions, and kinds of messages."""
    async with desk.apart.database.tenant(body.id, at) as session:
        states = await session.scalars(select(Contribution.state).where(Contribution.complaint_id == desk.complaint))
        kinds = await session.scalars(
            select(JointMessage.kind).where(JointMessage.complaint_id == desk.complaint).order_by(JointMessage.seq)
        )
        return list(states), list(kinds)


def tomorrow(days: int = 1) -> date:
    return date.fromordinal(TODAY.toordinal() + days)
