"""A complaint that was put right at once, outside the procedure."""

from __future__ import annotations

from activities.acts import ending, letters
from activities.acts.case import Case, check
from activities.acts.working import keep_words
from contracts.commands import CommandKind
from db.intake_said import Exempt
from policies import intake


async def exempt(case: Case, said: Exempt) -> None:
    """End a complaint that was resolved to the person's satisfaction so soon that the procedure does not cover it.

    No letter is prescribed: what was to be sent is discarded, and how it was resolved stays on the file.
    """
    complaint = case.complaint
    check(
        intake.exemption(
            case.procedure.exemption,
            channel=complaint.channel,
            satisfied=said.satisfied,
            received_on=complaint.received_on,
            resolved_on=said.resolved_on,
            today=case.on,
            nation=case.calendars.nation,
        )
    )
    keep_words(case, "exemption", said.summary)
    await letters.discard(case, await letters.unreleased(case), "exempt")
    ended = case.procedure.after(complaint.stage, CommandKind.EXEMPT)
    await ending.end(case, ended, resolved_on=said.resolved_on)
