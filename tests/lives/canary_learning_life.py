"""Lives in which all is said that has words of learning, and of actions that outlive the complaint they follow from."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from contracts.commands import CommandKind
from db import consent_said as consent
from db import desk_said
from db import learning_said as said
from tests.lives.markers import W, marker
from tests.lives.planted import Planted

LATER: Final = timedelta(days=40)  # more than the month after which it is looked at whether it held
K: Final = CommandKind
_GAP: Final = re.compile(r"\[\[.*?\]\]", re.DOTALL)
MANAGER: Final = "complaints_manager"


async def what_was_learned(planted: Planted) -> None:
    """Learn, act, tell the person and the staff, find that it recurred, hand it over, and let go of it."""
    complaint = await planted.log()
    await _may_be_told(planted, complaint)
    await _learned(planted, complaint)
    action = await _acted(planted, complaint, learning_id=await _only(planted, complaint, "learning"))
    await _of_the_staff(planted)
    clock = planted.world.clock
    clock.time += LATER
    await _recurred_handed_over_and_dropped(planted, complaint, action)
    clock.time -= LATER


async def _learned(planted: Planted, complaint: UUID) -> None:
    """Record it, with words for everybody, which another person approves."""
    learned = said.RecordLearning(
        theme="communications", place="TAK01.ward-7", factors=("handover",), outcome="learned", went_wrong=True,
        found=W, will_change=W, public_words=W,
    )  # fmt: skip
    await planted.say(complaint, K.RECORD_LEARNING, learned)
    approved = said.RecordLearning(learning_id=await _only(planted, complaint, "learning"), approve_public=True)
    await planted.say(complaint, K.RECORD_LEARNING, approved, by=MANAGER)


async def _acted(planted: Planted, complaint: UUID, **follows: Any) -> UUID:
    """Plan something, move its date, say how far it is and that it is done, by letters that are released."""
    today = _today(planted)
    plan = said.PlanAction(
        what=W, owner_id=planted.body.person("investigator"), due_on=today + timedelta(days=14), evidence_wanted=W,
        tell_every_days=7, check_months=1, **follows,
    )  # fmt: skip
    await planted.say(complaint, K.PLAN_ACTION, plan)
    action = await _only(planted, complaint, "action")
    moved = said.ChangeAction(action_id=action, reason=W, due_on=today + timedelta(days=21))
    await planted.say(complaint, K.CHANGE_ACTION, moved)
    news = said.RecordActionProgress(action_id=action, happened_on=today, words=W)
    await planted.say(complaint, K.RECORD_ACTION_PROGRESS, news)
    await _all_released(planted, complaint)
    done = said.CompleteAction(action_id=action, done_on=today, evidence=W)
    await planted.say(complaint, K.COMPLETE_ACTION, done)
    await _all_released(planted, complaint)
    return action


async def _of_the_staff(planted: Planted) -> None:
    """Act on a complaint that has ended, of which somebody of the staff knows the outcome."""
    knows = "select complaint_id as id from involvement where outcome_told_on is not null"
    (found,) = await planted.world.rows(planted.body, knows)
    await _acted(planted, found["id"])


async def _recurred_handed_over_and_dropped(planted: Planted, complaint: UUID, action: UUID) -> None:
    due_on = _today(planted) + LATER
    again = said.CheckAction(action_id=action, result="recurred", words=W, reason=W, due_on=due_on)
    await planted.say(complaint, K.CHECK_ACTION, again, by=MANAGER)
    owner, other = planted.body.person("investigator"), planted.body.person("handler")
    handed_over = said.HandOverActions(owner_id=owner, to_id=other, reason=W)
    await planted.say(complaint, K.HAND_OVER_ACTIONS, handed_over, by=MANAGER)
    await planted.say(complaint, K.DROP_ACTION, said.DropAction(action_id=action, reason=W), by=MANAGER)


async def _may_be_told(planted: Planted, complaint: UUID) -> None:
    """Whom it is about lets whoever complains be told of it."""
    mother, person = await planted.party(complaint, "affected"), await planted.party(complaint)
    given = consent.RecordConsent(
        scope="represent", giver_id=mother, recipient_id=person, basis="statutory", given_on=_today(planted)
    )
    await planted.say(complaint, K.RECORD_CONSENT, given)


def _today(planted: Planted) -> date:
    return planted.world.clock.now().date()


async def _only(planted: Planted, complaint: UUID, table: str) -> UUID:
    return UUID(str((await planted.row(f"select id from {table} where complaint_id = :id", complaint))["id"]))


async def _all_released(planted: Planted, complaint: UUID) -> None:
    """Release what was drafted; whoever does fills in what is left open, and nothing about anybody."""
    drafts = await planted.rows(
        "select id, body from notice where complaint_id = :id and state = 'draft' and template like '%action_%'",
        complaint,
    )
    for each in drafts:
        body = _GAP.sub(marker("ReleaseNotice.body"), each["body"])
        await planted.say(complaint, K.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=each["id"], body=body))
