"""The person asks for the next tier. It is their right: nothing here asks the organisation whether it agrees (R-57)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from activities.acts import ledger, letters, staff_outcome
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.ledger import Terms
from activities.acts.office import allocate
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.models.complaint import Complaint
from db.models.tiers import TierBar, TierStep
from db.queries import tasks, tiers
from db.tier_said import Escalate
from policies import lawful
from policies.calendars import local_date
from policies.clock_rules import StartEvent
from policies.procedure_rules import TierKind, TierRule
from policies.tiers import tier_asked_for, window_until

# What gave the person the answer with which they are not satisfied.
ANSWERED = ("response.issued", "resolution.recorded")


async def escalate(case: Case, said: Escalate) -> None:
    """Take the complaint to the next tier: inside, it begins there anew; outside, it is on record that it was asked."""
    check(lawful.happened(said.asked_on, received_on=case.complaint.received_on, today=case.on))
    done = {step.tier for step in await tiers.steps_of(case.session, case.complaint.id)}
    tier = tier_asked_for(case.procedure.tiers, said.tier, done)
    if isinstance(tier, Refusal):
        raise Refused(tier)
    until = await _window(case, tier, case.complaint)
    outside = until is not None and said.asked_on > until
    inside = tier.kind is TierKind.INTERNAL
    # What has ended is reopened at a tier inside; one outside is asked for whenever the person likes.
    refuse_if(inside and not case.complaint.open, Refusal.COMPLAINT_CLOSED)
    # Whether another body takes a late complaint is for that body to say.
    refuse_if(inside and outside and not said.late_reason, Refusal.WINDOW_CLOSED)
    case.session.add(_step(case, tier, said, until, outside))
    case.event(
        "tier.asked_for",
        tier=tier.code,
        tier_kind=tier.kind,
        channel=tier.channel,
        asked_on=said.asked_on,
        window_until=until,
        outside_window=outside,
    )
    if inside:
        await _enter(case, tier, said.asked_on, await _handled_by(case, case.complaint))
        await staff_outcome.goes_on(case, said.asked_on)


async def begin_at_tier(case: Case, code: str, original: Complaint, on: date) -> None:
    """Open a complaint that was reopened at a tier inside the organisation, as if it had been asked for while open.

    An organisation that reopens after the window of the tier has said yes to that.
    """
    done = {step.tier for step in await tiers.steps_of(case.session, original.id)}
    tier = tier_asked_for(case.procedure.tiers, code, done)
    if isinstance(tier, Refusal):
        raise Refused(tier)
    refuse_if(tier.kind is not TierKind.INTERNAL, Refusal.WRONG_TIER)
    until = await _window(case, tier, original)
    asked = Escalate(tier=code, asked_on=on, method="letter")
    case.session.add(_step(case, tier, asked, until, until is not None and on > until))
    case.event("tier.asked_for", tier=code, tier_kind=tier.kind, channel=tier.channel, asked_on=on, window_until=until)
    await _enter(case, tier, on, await _handled_by(case, original))


async def _handled_by(case: Case, complaint: Complaint) -> set[UUID]:
    """Return who has owned, investigated or decided a complaint."""
    handled = await tiers.investigators_of(case.session, complaint.id)
    handled |= await tiers.owners_of(case.session, complaint.id)
    return handled | ({complaint.owner_id} if complaint.owner_id is not None else set())


async def _enter(case: Case, tier: TierRule, on: date, before: set[UUID]) -> None:
    """Begin a tier inside the organisation: who handled it before leaves it, and its own clocks start."""
    assert tier.enters is not None  # the procedure's validation saw to it
    complaint = case.complaint
    await ledger.meet_by(case, CommandKind.ESCALATE, on)
    await letters.discard(case, await letters.unreleased(case, "update"), "escalated")
    await tasks.end_open(case.session, complaint.id, at=case.at, kind="close_or_continue")
    if tier.same_handler_barred:
        await _bar(case, tier, before)
    complaint.tier, complaint.stage, complaint.waiting_on = tier.code, tier.enters, "owner"
    await ledger.begin(case, StartEvent.ESCALATION, on, Terms(cause="escalated"))
    await ledger.begin(case, StartEvent.MOVED_ON, on, Terms(cause="escalated"))
    if complaint.owner_id is None:
        await allocate(case)


async def _bar(case: Case, tier: TierRule, before: set[UUID]) -> None:
    complaint = case.complaint
    if complaint.small_body:
        case.event("tier.nobody_barred", tier=tier.code)
        return
    for person_id in sorted(before):
        case.session.add(_barred(case, tier, person_id))
        case.event("tier.handler_barred", tier=tier.code, person_id=person_id)
    await _end_roles(case)
    if complaint.owner_id in before:
        complaint.owner_id = None


async def _end_roles(case: Case) -> None:
    """Let go of who investigated and decided: the tier has people of its own."""
    for role in await tiers.present_roles(case.session, case.complaint.id):
        role.ends_on = max(case.on, role.starts_on)


async def _window(case: Case, tier: TierRule, complaint: Complaint) -> date | None:
    answered = await tiers.last_at(case.session, complaint.id, ANSWERED)
    return window_until(
        tier.window,
        answered_on=None if answered is None else local_date(answered),
        noticed_on=complaint.noticed_on or complaint.happened_on,
        calendar=case.calendars.nation,
    )


def _step(case: Case, tier: TierRule, said: Escalate, until: date | None, outside: bool) -> TierStep:
    words = "\n\n".join(part for part in (said.words, said.late_reason) if part)
    return TierStep(
        id=case.new_id(f"tier/{tier.code}"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        tier=tier.code,
        kind=tier.kind.value,
        channel=tier.channel.value,
        asked_on=said.asked_on,
        method=said.method,
        window_until=until,
        outside_window=outside,
        words=words or None,
        act_id=case.act.act_id,
        said_at=case.at,
    )


def _barred(case: Case, tier: TierRule, person_id: UUID) -> TierBar:
    return TierBar(
        id=case.new_id(f"bar/{tier.code}/{person_id}"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        tier=tier.code,
        person_id=person_id,
        act_id=case.act.act_id,
    )
