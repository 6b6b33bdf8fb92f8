"""A complaint, or a part of it, that was offered to the body that it is for, in the hands of an act: found, ended."""

from __future__ import annotations

from typing import Final

from activities.acts import access, joint, joint_consent, ledger, letters
from activities.acts.case import Case
from activities.acts.splitting import CAUSES, Cause, told
from contracts.commands import CommandKind
from contracts.joint import ContributionState as State
from db.joint_messages import Released
from db.models.joint import Contribution
from db.queries import joint as contributions
from db.queries import tasks, transfers

KIND: Final = "transfer"
LETTER: Final = "transferred"
TAKEN: Final = "taken"
_ENDED: Final = "transfer_ended"


async def live(case: Case) -> list[Contribution]:
    """Return what was offered to other bodies, and neither taken nor given up."""
    return await contributions.of_complaint(case.session, case.complaint.id, live=True, kind=KIND)


async def finish(case: Case, row: Contribution, cause: str) -> None:
    """End an offer: nothing of it is awaited any more, and the body reads nothing more of it."""
    for clock in await contributions.running_clocks(case.session, row.id):
        await ledger.stop(case, clock, cause)
    await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=row.id)
    row.released_on, row.released_cause, row.open_to_body = case.on, cause, False
    joint.move(case, row, State.RELEASED)
    case.event("transfer.ended", contribution_id=row.id, body=row.code, cause=cause)
    await case.session.flush()
    await access.end_all(case, row)


async def take_back(case: Case, row: Contribution, cause: str) -> None:
    """Give an offer up because we say so, and tell the body; a letter about it that has not left is discarded."""
    await joint.post(case, row, Released(cause=cause))
    await finish(case, row, cause)
    await discard_letter(case, cause)


async def consent_changed(case: Case, code: str, cause: str | None = None) -> None:
    """Pass on to a body for as long as any consent covers it, and no longer. `cause`: as its event names it."""
    for row in await live(case):
        if row.code != code:
            continue
        covered = await joint_consent.covers(case, row)
        if covered.may:
            row.open_until = covered.until
            joint.touch(case, row)
        else:
            await stop(case, row, CAUSES[cause] if cause is not None else "withdrawn")


async def stop(case: Case, row: Contribution, cause: Cause) -> None:
    """Stop passing on, because the person does not agree any more. What the body may have read by then is asked about.

    The body reads no more of it than `told` says, in its own tenant, too: not that somebody has died.
    """
    row.open_to_body = False
    message = told(cause)
    await joint.post(case, row, message)
    case.event("transfer.stopped", contribution_id=row.id, body=row.code, cause=cause)
    await finish(case, row, f"consent_{message.cause}")
    await discard_letter(case, "consent_ended")
    await case.task(_ENDED, "owner", name=str(row.id), subject_id=row.id)


async def discard_letter(case: Case, cause: str) -> None:
    """Discard what would tell the person of an offer that stands no more, unless another one stands."""
    if not await live(case):
        await letters.discard(case, await letters.unreleased(case, LETTER), cause)


async def case_ended(case: Case) -> None:
    """Give up what nobody took, because the complaint has ended. What was left out of an answer is still passed on."""
    closed = case.act.command is not None and case.act.command.kind is CommandKind.CLOSE
    for row in await live(case):
        whole = (await transfers.of_contribution(case.session, row.id)).whole
        if whole or not closed:
            await take_back(case, row, case.complaint.stage)
