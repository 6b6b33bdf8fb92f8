"""What the gates ask about the one draft of several bodies, and what bodies are shown of it. Changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from activities.acts import composing, joint_composing, leading
from activities.acts.case import Case
from contracts.commands import CommandKind
from contracts.joint import ContributionState
from db.models.joint import Contribution
from db.models.joint_draft import JointDraft
from db.models.response import ResponseDraft
from db.queries import clocks, joint_drafts, response
from db.queries import joint as joint_rows
from policies.composing import Material, compose
from policies.procedure_rules import Requirement

SUPPLEMENT: Final = "supplement"
_TAKES_PART: Final = frozenset(ContributionState) - {
    ContributionState.CONSENT_BLOCKED,
    ContributionState.INVITED,
    ContributionState.DECLINED,
    ContributionState.RELEASED,
}
_R = Requirement
# Where other bodies contribute; the first are asked for even where a procedure has its response written whole.
_WHOLE: Final = (_R.CONTRIBUTIONS_SETTLED, _R.LEAD_OURS)
_DRAFTED: Final = (_R.JOINT_DRAFT_SHARED, _R.JOINT_DRAFT_WITH_PERSON, _R.JOINT_COMMENTS_WEIGHED)
GATED: Final = (CommandKind.DRAFT_RESPONSE, CommandKind.RESPOND, CommandKind.CLOSE)
BASIS: Final = "SI 2009/309 reg 9: bodies cooperate, and there is one coordinated response"


async def required(case: Case, command: CommandKind) -> tuple[Requirement, ...]:
    """Return what a command asks for because other bodies contribute; nothing where none does."""
    if command not in GATED:
        return ()
    rows = await joint_rows.of_complaint(case.session, case.complaint.id)
    if command is CommandKind.CLOSE:
        return (_R.SUPPLEMENT_SENT,) if rows else ()
    if not _contribute(rows):
        return ()
    if command is CommandKind.DRAFT_RESPONSE:
        return (_R.CONTRIBUTIONS_SETTLED,)
    return _WHOLE + _DRAFTED if case.procedure.elements else _WHOLE


def _contribute(rows: list[Contribution]) -> bool:
    """Say whether some body takes part, or has had its part in it: not so where each was let go before."""
    return any(row.state != ContributionState.RELEASED or row.approved_on is not None for row in rows)


async def contributions_settled(case: Case) -> bool:
    """Say whether the part of each body is approved, or named as missing (R-54)."""
    live = await joint_rows.of_complaint(case.session, case.complaint.id, live=True)
    return all(
        row.state == ContributionState.APPROVED or row.gap_named_on is not None or joint_composing.is_split(row)
        for row in live
    )


async def lead_is_ours(case: Case) -> bool:
    """Say whether it is settled that this body coordinates (R-47): no question where no other takes part."""
    live = await joint_rows.of_complaint(case.session, case.complaint.id, live=True)
    return not any(row.state in _TAKES_PART for row in live) or await leading.is_ours(case)


async def shared_with_bodies(case: Case) -> bool:
    """Say whether each body whose part the draft holds has commented on these very words, or its time is over."""
    draft = await composing.pending(case)
    return draft is not None and await bodies_have_had(case, draft)


async def bodies_have_had(case: Case, draft: ResponseDraft) -> bool:
    """Say whether each body whose part a draft holds has commented on its words, or its time to comment is over."""
    return not await awaited(case, draft, silent=False)


async def awaited(case: Case, draft: ResponseDraft, *, silent: bool) -> list[Contribution]:
    """Return the bodies that have not commented on the words of a draft.

    Of those with which it was shared: only those whose time is not over; with `silent`, those whose time is over.
    """
    live = await joint_rows.of_complaint(case.session, case.complaint.id, live=True)
    shares = await joint_drafts.shares_of(case.session, case.complaint.id)
    same = {each.id: each for each in shares if each.audience == "bodies" and each.sha256 == draft.sha256}
    readers = await joint_drafts.readers_of(case.session, case.complaint.id)
    comments = await joint_drafts.comments_of(case.session, case.complaint.id)
    found = []
    for row in live:
        if row.state != ContributionState.APPROVED:
            continue
        read = [each for each in readers if each.contribution_id == row.id and each.joint_draft_id in same]
        said = any(each.contribution_id == row.id and each.joint_draft_id in same for each in comments)
        withheld = bool(read) and all(each.message_id is None for each in read)
        over = any(_over(case, same[each.joint_draft_id]) for each in read)
        if not said and not withheld and over == silent:
            found.append(row)
    return found


async def shared_with_person(case: Case) -> bool:
    """Say whether the person has had a draft of what stands in this one, and the time to comment; or it is left out.

    Other words are no reason to ask again; other findings, parts or remedies are. A supplement is not asked about.
    """
    draft = await composing.pending(case)
    if draft is None:
        return False
    joint = await joint_composing.joint_of(case)
    if joint is not None and joint.adds_to is not None:
        return True
    shares = await joint_drafts.shares_of(case.session, case.complaint.id)
    since = await last_issued(case)
    present = [each for each in shares if each.audience == "person" and each.after_version == since]
    if any(each.skipped for each in present):
        return True
    comments = {each.joint_draft_id for each in await joint_drafts.comments_of(case.session, case.complaint.id)}
    return any(
        each.released_on is not None
        and each.sources_sha256 == draft.sources_sha256
        and (each.id in comments or _over(case, each))
        for each in present
    )


async def comments_weighed(case: Case) -> bool:
    """Say whether everything that was said of a draft of this response is weighed."""
    return await weighed(case, "bodies") and await weighed(case, "person")


async def weighed(case: Case, audience: str) -> bool:
    """Say whether everything is weighed that some readers said of a draft of this response."""
    since = await last_issued(case)
    shares = await joint_drafts.shares_of(case.session, case.complaint.id)
    asked = [each.id for each in shares if each.after_version == since and each.audience == audience]
    return not await joint_drafts.unweighed(case.session, asked)


async def supplement_sent(case: Case) -> bool:
    """Say whether what came after the response was told, too; or a senior left it out, after it had come (R-54)."""
    if case.complaint.outcome is None:
        return True  # nothing was answered that could be added to
    running = [row for row in await clocks.running_clocks(case.session, case.complaint.id) if row.kind == SUPPLEMENT]
    joint = await joint_composing.joint_of(case)
    live = await joint_rows.of_complaint(case.session, case.complaint.id, live=True)
    waits = [row for row in live if row.state == ContributionState.SUBMITTED]
    owed = bool(waits) or (joint is not None and joint.adds_to is not None)
    return not running and (not owed or await _left_out(case, live))


async def _left_out(case: Case, live: list[Contribution]) -> bool:
    shares = await joint_drafts.shares_of(case.session, case.complaint.id)
    left_out = [each.shared_on for each in shares if each.audience == SUPPLEMENT and each.skipped]
    came = [row.approved_on or row.submitted_on for row in live]
    return bool(left_out) and all(day is None or day <= max(left_out) for day in came)


async def last_issued(case: Case) -> int:
    """Return the version of the response that went out last; 0 before any did."""
    drafts = await response.drafts_of(case.session, case.complaint.id)
    return max((draft.version for draft in drafts if draft.issued_on is not None), default=0)


async def for_bodies(case: Case, draft: ResponseDraft) -> str:
    """Return a draft as bodies are shown it: nothing of it is addressed to the person, and no sum of theirs is told."""
    material = await composing.material_of(case)
    remedies = tuple(replace(each, loss=None, injustice=None) for each in material.remedies)
    return _without_greeting(case, draft, replace(material, remedies=remedies))


async def for_person(case: Case, draft: ResponseDraft) -> str:
    """Return a draft as it stands in a letter that has a greeting of its own."""
    return _without_greeting(case, draft, await composing.material_of(case))


def _without_greeting(case: Case, draft: ResponseDraft, material: Material) -> str:
    return compose(case.procedure, composing.written(draft), material, greets=False).text


def _over(case: Case, shared: JointDraft) -> bool:
    return shared.comment_by is not None and case.on > shared.comment_by
