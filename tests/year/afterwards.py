"""What comes after the end of a complaint in the year: feedback, learning, actions, the Ombudsman, a reopening."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from contracts.commands import CommandKind as K
from db import learning_said, staff_said
from db import referral_said as referred
from policies.survey_files import PARTY, to_ask
from tests.year.trust import LISTENER
from tests.year.words import CHANGES, MATTERS

if TYPE_CHECKING:
    from tests.year.life import Life


async def afterwards(life: Life) -> AsyncIterator[datetime]:
    """Live on, and say each time when it goes on."""
    drawn, since = life.drawn, (life.today - life.drawn.received_on).days
    if drawn.learning:
        yield life.day(since + 5)
        action = await learn(life)
    else:
        action = None
    if drawn.answered is not None and not (drawn.ombudsman or drawn.death):
        yield life.day(since + 30)
        await answer(life, drawn.answered)
    if drawn.ombudsman:
        yield life.day(since + 40)
        async for moment in ombudsman(life):
            yield moment
    if action is not None:
        async for moment in carried_out(life, action):
            yield moment


async def learn(life: Life) -> UUID | None:
    """Write down what was learned; and what is to be done, where something is."""
    drawn = life.drawn
    wrong = set(drawn.outcomes) != {"not_upheld"}
    what = learning_said.RecordLearning(
        theme=drawn.theme,
        place=f"{drawn.site}.{drawn.ward}",
        factors=("communication",) if wrong else ("none",),
        outcome="learned",
        went_wrong=wrong,
        found=MATTERS[drawn.theme],
        will_change=CHANGES[drawn.theme],
        public_words=CHANGES[drawn.theme] if drawn.number % 4 == 0 else None,
    )
    await life.must(K.RECORD_LEARNING, what)
    (row,) = await life.rows("select id from learning where complaint_id = :id")
    if drawn.number % 4 == 0:
        approved = learning_said.RecordLearning(learning_id=row["id"], approve_public=True)
        await life.must(K.RECORD_LEARNING, approved, "complaints_manager")
    if not drawn.action:
        return None
    planned = learning_said.PlanAction(
        what=CHANGES[drawn.theme],
        owner_id=life.trust.body.person("second_investigator"),
        due_on=life.today + timedelta(days=drawn.action_days),
        evidence_wanted="An audit of one month.",
        learning_id=row["id"],
    )
    await life.must(K.PLAN_ACTION, planned)
    (row,) = await life.rows("select id from proceeding where complaint_id = :id and kind = 'action'")
    found: UUID = row["id"]
    return found


async def carried_out(life: Life, action: UUID) -> AsyncIterator[datetime]:
    """Do it, some of it late; half a year later somebody looks whether it held."""
    drawn, since = life.drawn, (life.today - life.drawn.received_on).days
    yield life.day(since + drawn.action_days + (20 if drawn.action_late else -7))
    done = learning_said.CompleteAction(action_id=action, done_on=life.today, evidence="The audit shows it.")
    await life.must(K.COMPLETE_ACTION, done)
    yield life.day((life.today - life.drawn.received_on).days + 190)
    assert life.complaint is not None
    held = learning_said.CheckAction(action_id=action, result="held", words="We looked at the cases since.")
    said = await life.world.say(life.trust.body, life.complaint, K.CHECK_ACTION, held, by=life.handler)
    if said.state != "applied":
        again = learning_said.CheckAction(
            action_id=action, result="recurred", words="It came up again.", due_on=life.today + timedelta(days=60)
        )
        await life.must(K.CHECK_ACTION, again)


async def answer(life: Life, score: int) -> None:
    """Ask how it was, unless a feedback round has, and write down the answer."""
    (party,) = await life.rows("select id from party where complaint_id = :id and role = 'complainant'")
    assert life.complaint is not None
    await life.world.deliver(life.trust.body, life.complaint)  # a feedback round may just have asked
    if not await life.rows("select 1 from experience where complaint_id = :id and asked_on is not null"):
        asked = staff_said.RecordExperience(step="asked", how="call", on=life.today, party_id=party["id"])
        done = await life.world.say(life.trust.body, life.complaint, K.RECORD_EXPERIENCE, asked, by=life.handler)
        if done.refusal == "contact_on_hold":
            return  # they came back, and are left in peace
        assert done.state == "applied", (done.refusal, done.last_failure)
    scores = tuple(
        staff_said.Score(statement=each.code, score=max(1, min(5, score + (at % 3) - 1)))  # type: ignore[arg-type]
        for at, each in enumerate(to_ask(PARTY).statements)
    )
    answered = staff_said.RecordExperience(step="answered", on=life.today, party_id=party["id"], scores=scores)
    # Somebody who deals with no complaint takes the answer down.
    await life.must(K.RECORD_EXPERIENCE, answered, LISTENER)


async def ombudsman(life: Life) -> AsyncIterator[datetime]:
    """The Ombudsman takes it up, asks, and decides; one in two brings a recommendation."""
    drawn, start = life.drawn, (life.today - life.drawn.received_on).days
    what = referred.RecordReferral(
        kind="ombudsman", body="phso", their_reference=f"P-{drawn.number}", received_on=life.today, scope="All of it."
    )
    await life.must(K.RECORD_REFERRAL, what)
    (row,) = await life.rows("select id from referral where complaint_id = :id")
    yield life.day(start + 60)
    upheld = "upheld" in drawn.outcomes
    advised = (
        referred.RecommendationSaid(
            kind="apology", what="Write and say sorry.", target_on=life.today + timedelta(days=30),
            owner_id=life.trust.body.person("complaints_manager"),
        ),
    )  # fmt: skip
    decided = referred.RecordReferralDecision(
        referral_id=row["id"], kind="final", decided_on=life.today, outcome="partly_upheld" if upheld else "not_upheld",
        words="What they found.", recommendations=advised if upheld else (),
    )  # fmt: skip
    await life.must(K.RECORD_REFERRAL_DECISION, decided)
    if not upheld:
        return
    yield life.day(start + 80)
    (wanted,) = await life.rows("select id from recommendation where complaint_id = :id")
    complied = referred.RecordCompliance(
        referral_id=row["id"], recommendation_id=wanted["id"], complied_on=life.today, evidence="The letter was sent."
    )
    await life.must(K.RECORD_COMPLIANCE, complied)
