"""The turns that few complaints of the year take: outside the Regulations, not handled, too late, or another body's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from contracts.commands import CommandKind as K
from db import eligibility_said as eligibility
from db import joint_messages as told
from db.consent_said import RecordConsent
from db.intake_said import Exempt
from db.joint_messages import kind_of, to_json
from db.joint_said import RecordFromBody
from db.transfer_said import Transfer
from tests.year.case import morning

if TYPE_CHECKING:
    from tests.year.life import Life

MANAGER: Final = "complaints_manager"
AMBULANCE: Final = ("EXAMB", "Exampleshire Ambulance Service NHS Trust")


async def exempt(life: Life) -> AsyncIterator[datetime]:
    """Said, and put right by the next working day: outside the Regulations."""
    yield morning(life.drawn.received_on + timedelta(days=1), 11)
    right = Exempt(resolved_on=life.today, satisfied=True, summary="The ward put it right at once.")
    await life.must(K.EXEMPT, right)
    await life.code()


async def excluded(life: Life) -> AsyncIterator[datetime]:
    """It is about employment, and is not handled as a complaint."""
    yield morning(life.today + timedelta(days=3), 11)
    why = eligibility.Exclude(code="employment", reasons="It is about a contract of work.", decided_on=life.today)
    await life.must(K.EXCLUDE, why, MANAGER)
    await life.code()


async def out_of_time(life: Life) -> AsyncIterator[datetime]:
    """It came after the twelve months: looked at all the same, or not."""
    yield morning(life.today + timedelta(days=4), 11)
    if life.drawn.rarer.turn == "waived":
        findings = ("good_reasons", "still_fair")
        waived = eligibility.DecideTimeLimit(waived=True, findings=findings, reasons="They were ill for long.")
        await life.must(K.DECIDE_TIME_LIMIT, waived, MANAGER)
        return
    over = eligibility.DecideTimeLimit(waived=False, reasons="Nobody who was there can be asked any more.")
    await life.must(K.DECIDE_TIME_LIMIT, over, MANAGER)
    await life.code()


async def transferred(life: Life) -> AsyncIterator[datetime]:
    """The whole of it is another body's, which takes it some days later, with the person's consent."""
    yield morning(life.today + timedelta(days=2), 11)
    code, name = AMBULANCE
    await consent_for(life, code)
    passed = Transfer(
        code=code, name=name, body_kind="nhs", way="none", ground="misdirected", reason="It is about the ambulance."
    )
    await life.must(K.TRANSFER, passed)
    yield morning(life.today + timedelta(days=2), 11)
    await hear(life, told.TransferTaken(own_reference=f"AMB/{life.drawn.number}", received_on=life.today))
    await life.code()


async def consent_for(life: Life, body: str) -> None:
    """The person agrees that a body is told."""
    (party,) = await life.rows("select id from party where complaint_id = :id and role = 'complainant'")
    agreed = RecordConsent(
        scope="share_with_body", giver_id=party["id"], basis="statutory", given_on=life.today, body=body
    )
    await life.must(K.RECORD_CONSENT, agreed)


async def hear(life: Life, message: told.ToLead) -> None:
    """Write down what the body said on the telephone."""
    (row,) = await life.rows("select id from contribution where complaint_id = :id")
    heard = RecordFromBody(
        contribution_id=row["id"], kind=kind_of(message), body=to_json(message), how="call", said_on=life.today
    )
    await life.must(K.RECORD_FROM_BODY, heard)
