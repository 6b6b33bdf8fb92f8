"""The case itself put right: its codes, what it reopens, and that it should never have been opened."""

from __future__ import annotations

from uuid import UUID

from activities.acts import corrected_letters, ending, intake_letters, ledger, letters, linking
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.change import Change
from activities.acts.ledger import Terms
from activities.acts.office import check_unit
from contracts.failures import Refusal
from db.models.complaint import Complaint
from db.office_said import CodingCorrected, LinkCorrected, OpenedInError
from db.queries import acts, casework, findings
from db.queries.corrections import line_of, reopened_as
from db.queries.notices import to_people_outside
from policies import corrections
from policies.clock_rules import StartEvent

IN_ERROR = "opened_in_error"


async def weigh_coding(case: Case, said: CodingCorrected) -> Change:
    """Say which codes would be others. What is left out stays."""
    complaint = case.complaint
    wanted = {"channel": said.channel, "outcome": said.outcome, "division_id": said.division_id}
    before = {name: getattr(complaint, name) for name, value in wanted.items() if value is not None}
    after = {name: value for name, value in wanted.items() if value is not None}
    check(
        corrections.coding(
            outcome=said.outcome,
            present_outcome=complaint.outcome,
            anything_new=before != after,
            resolved_early=await _resolved_early(case),
        )
    )
    await check_unit(case.session, said.division_id, "division")
    old = {f"old_{name}": value for name, value in before.items()}
    return Change(before=before, after=after, facts={**old, **after})


async def _resolved_early(case: Case) -> bool:
    """Say whether it ended with an early resolution, so that nobody is going to find anything on it."""
    attempts = await casework.attempts_of(case.session, case.complaint.id)
    if all(each.result != "satisfied" for each in attempts):
        return False
    gone = {each.id for each in await casework.issues_of(case.session, case.complaint.id) if each.state == "taken_back"}
    return gone.issuperset(await findings.present(case.session, case.complaint.id))


async def make_coding(case: Case, said: CodingCorrected) -> None:
    """Write the codes."""
    complaint = case.complaint
    old_channel, complaint.channel = complaint.channel, said.channel or complaint.channel
    complaint.outcome = said.outcome or complaint.outcome
    complaint.division_id = said.division_id or complaint.division_id
    if complaint.open and complaint.channel != old_channel:
        await _owe_what_the_channel_asks_for(case, old_channel)


async def _owe_what_the_channel_asks_for(case: Case, old_channel: str) -> None:
    """Start the clocks that only what was made so has, from the day of receipt, and stop those of the other channel."""
    complaint, stage = case.complaint, case.procedure.stages[0].code
    before = case.procedure.clocks_started_by(StartEvent.RECEIPT, stage=stage, channel=old_channel)
    now = case.procedure.clocks_started_by(StartEvent.RECEIPT, stage=stage, channel=complaint.channel)
    for rule in (rule for rule in before if rule not in now):
        if (row := await ledger.running(case, rule.kind)) is not None:
            await ledger.stop(case, row, "corrected")
            if rule.letter is not None:
                await letters.discard(case, await letters.unreleased(case, rule.letter), "corrected")
    for rule in (rule for rule in now if rule not in before):
        await ledger.arm(case, rule.kind, complaint.received_on, Terms(cause="corrected"))
    await intake_letters.write_record(case)


async def weigh_link(case: Case, said: LinkCorrected) -> Change:
    """Say which original the complaint would reopen. Refused for one that is open, or reopened by another."""
    present, wanted = case.complaint.reopened_from, said.reopened_from
    if wanted is None:
        refuse_if(present is None, Refusal.NOTHING_CHANGES)
    else:
        # Locked, so that two links to one original cannot both pass.
        original = await _another(case, wanted) if wanted != case.complaint.id else case.complaint
        again = await reopened_as(case.session, wanted)
        check(
            corrections.link(
                same=wanted == present,
                itself=case.complaint.id in await line_of(case.session, wanted),
                original_closed=original is not None and not original.open,
                reopened_by_another=again not in (None, case.complaint.id),
            )
        )
    return Change(
        before={"reopened_from": present},
        after={"reopened_from": wanted},
        facts={"old_reopened_from": present, "reopened_from": wanted},
    )


async def make_link(case: Case, said: LinkCorrected) -> None:
    """Put the link to another original, or take it away."""
    case.complaint.reopened_from = said.reopened_from


async def weigh_error(case: Case, said: OpenedInError) -> Change:
    """Say that the complaint would end. Refused once it has ended, and where the kept one would lose something."""
    refuse_if(not case.complaint.open, Refusal.COMPLAINT_CLOSED)
    if said.cause == "duplicate":
        await _check_duplicate(case, said.duplicate_of)
    elif said.cause == "other_organisation":
        refuse_if(not said.belongs_to, Refusal.REASON_NEEDED)
    return Change(
        before={},
        after={"cause": said.cause, "duplicate_of": said.duplicate_of, "belongs_to": said.belongs_to},
        facts={"cause": said.cause, "duplicate_of": said.duplicate_of},
        needs_approval=True,
    )


async def make_error(case: Case, said: OpenedInError, correction_id: UUID) -> None:
    """End the complaint. What has not left to the person is stopped; who was written to already must be told."""
    found = await to_people_outside(case.session, case.complaint.id)
    written = await corrected_letters.stop(case, found, IN_ERROR)
    if said.duplicate_of is not None:
        await linking.link_duplicate(case, said.duplicate_of)
    await ending.end(case, IN_ERROR, cause=said.cause, duplicate_of=said.duplicate_of)
    if written:
        await corrected_letters.write_again(case, correction_id)


async def _check_duplicate(case: Case, kept_id: UUID | None) -> None:
    if kept_id is None:
        raise Refused(Refusal.REASON_NEEDED)
    # Locked, so that two duplicates cannot each be given up for the other.
    kept = case.complaint if kept_id == case.complaint.id else await _another(case, kept_id)
    if kept is None:
        raise Refused(Refusal.NO_SUCH_COMPLAINT)
    check(
        corrections.duplicate(
            received_on=case.complaint.received_on,
            kept_received_on=kept.received_on,
            kept_in_error=kept.stage == IN_ERROR,
            itself=kept.id == case.complaint.id,
        )
    )


async def _another(case: Case, complaint_id: UUID) -> Complaint | None:
    """Return another complaint of this organisation, locked. What is only shared with it is not its own."""
    found = await acts.lock_complaint(case.session, complaint_id)
    return found if found is not None and found.organisation_id == case.complaint.organisation_id else None
