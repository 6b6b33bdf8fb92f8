"""A concern, or another contact that is no complaint, becomes one: the same case, under the body's own procedure."""

from __future__ import annotations

from typing import Final

from activities.acts import intake_letters, ledger, letters, standing_for, time_limit
from activities.acts.case import Case, check, refuse_if
from activities.acts.governing import Governing, governing
from activities.acts.ledger import Terms
from activities.acts.papers import READ_INCOMING
from activities.acts.working import keep_words
from contracts.failures import Refusal
from db.intake_said import Convert
from db.queries import clocks, tasks
from policies import eligibility, intake
from policies.clock_rules import StartEvent
from policies.procedure_rules import Matter

# The clocks of the office go on: they are about a draft, an owner or a correction, whatever the case is. So do the
# duties: what is owed to people whatever the procedure is.
_GO_ON: Final = (StartEvent.DRAFT, StartEvent.UNASSIGNED, StartEvent.CORRECTION)


async def convert(case: Case, said: Convert) -> None:
    """Make a complaint of the case, from the day on which it was received as one.

    Notes, contacts, files and evidence stay, and so does the day of first contact. What the contact was promised
    stops; what a complaint is owed starts on the day of receipt.
    """
    complaint = case.complaint
    first_contact_on = complaint.first_contact_on or complaint.received_on
    check(intake.conversion(received_on=said.received_on, first_contact_on=first_contact_on, today=case.on))
    wrong = eligibility.dates_contradict(complaint.happened_on, complaint.noticed_on, said.received_on)
    refuse_if(wrong, Refusal.CONTRADICTS_RECORD)
    rules = await governing(case.session, case.organisation, Matter.COMPLAINT, said.received_on)
    await _stop_what_was_promised(case, rules)
    _tell(case, said, rules)
    complaint.first_contact_on = first_contact_on
    _become_complaint(case, said, rules)
    keep_words(case, "conversion", said.summary)
    await ledger.begin(case, StartEvent.RECEIPT, said.received_on, Terms(cause="converted"))
    again = {clock.clock_id for clock in case.armed}
    case.stopped[:] = [clock_id for clock_id in case.stopped if clock_id not in again]
    await intake_letters.answer_receipt(case)
    await time_limit.look(case)
    await standing_for.look(case)


async def _stop_what_was_promised(case: Case, rules: Governing) -> None:
    for row in await clocks.running_clocks(case.session, case.complaint.id):
        rule = case.procedure.clock(row.kind)
        owed = rule.starts in _GO_ON or rule in case.procedure.duties
        goes_on = owed and rules.procedure.has_clock(row.kind)
        if not goes_on:
            await ledger.stop(case, row, "converted")
    await tasks.end_open(case.session, case.complaint.id, at=case.at, kind="close_or_continue")
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, kind=READ_INCOMING, done_by=case.actor_id, done=True
    )
    # It would say that the person was satisfied.
    await letters.discard(case, await letters.unreleased(case, "resolution_summary"), "converted")


def _tell(case: Case, said: Convert, rules: Governing) -> None:
    """Journal from which day what counts: `clock.armed` then says it of each clock."""
    complaint = case.complaint
    case.event(
        "matter.converted",
        old_matter=complaint.matter,
        matter=Matter.COMPLAINT,
        old_procedure=complaint.procedure,
        old_procedure_version=complaint.procedure_version,
        procedure=rules.procedure.code,
        procedure_version=rules.procedure.version,
        first_contact_on=complaint.first_contact_on or complaint.received_on,
        old_received_on=complaint.received_on,
        received_on=said.received_on,
        old_channel=complaint.channel,
        channel=said.channel,
    )


def _become_complaint(case: Case, said: Convert, rules: Governing) -> None:
    complaint = case.complaint
    complaint.matter, complaint.regime = Matter.COMPLAINT.value, case.organisation.regime
    complaint.procedure, complaint.procedure_version = rules.procedure.code, rules.procedure.version
    complaint.figures, complaint.small_body = rules.figures, rules.small_body
    complaint.stage = rules.procedure.stages[0].code
    complaint.received_on, complaint.channel = said.received_on, said.channel
    complaint.waiting_on = "owner"
    case.procedure, case.replan = rules.procedure, True
