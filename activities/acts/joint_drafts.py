"""The one draft: shared with the bodies, then with the person who complained; told to the bodies once it is signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from activities.acts import composing, joint, ledger, letters, releasing
from activities.acts.case import Case, Refused, codes, refuse_if
from activities.acts.joint_readings import (
    SUPPLEMENT,
    awaited,
    bodies_have_had,
    for_bodies,
    for_person,
    last_issued,
    lead_is_ours,
    shared_with_person,
    supplement_sent,
    weighed,
)
from activities.acts.joint_silence import PERSON_CLOCK
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.joint import ContributionState
from contracts.notices import NoticeState
from db.joint_draft_said import ShareJointDraft
from db.joint_messages import DraftShared, FinalResponse
from db.models.joint import Contribution
from db.models.joint_draft import JointDraft, JointDraftReader
from db.models.response import ResponseDraft
from db.models.work import Notice
from db.queries import clocks, joint_drafts, people, tasks
from db.queries import joint as joint_rows
from policies import views
from policies.procedure_rules import Requirement

BODY_CLOCK: Final = "body_comment"
LETTER: Final = "joint_draft"
GO_ON: Final = "share_joint_draft"
# So many working days a body has where nobody says; a person always has the least, however late the letter left.
BODY_DAYS: Final = 5
LEAST: Final = 3
MOST: Final = 30
# Who may leave out that the person sees the draft, or that a supplement is sent.
_SENIORS: Final = ("complaints_manager", "responsible_person", "delegate", "senior_leader")


async def share(case: Case, said: ShareJointDraft) -> None:
    """Share the draft as it stands, or have a senior leave it out with a reason."""
    refuse_if(not await joint_rows.of_complaint(case.session, case.complaint.id), Refusal.UNKNOWN_CONTRIBUTION)
    if said.skip_reason is not None:
        await _skip(case, said)
    elif said.audience == "bodies":
        await _with_bodies(case, said)
    elif said.audience == "person":
        await _with_person(case, said)
    else:
        raise Refused(Refusal.REASON_NEEDED)  # a supplement is signed as a response is; only leaving it out is said


async def _skip(case: Case, said: ShareJointDraft) -> None:
    refuse_if(said.audience == "bodies", Refusal.CONTRADICTS_RECORD)  # contributors see it first
    senior = case.actor_id is not None and await people.holds_any(case.session, case.actor_id, _SENIORS, case.on)
    refuse_if(not senior, Refusal.NOT_AUTHORISED)
    if said.audience == SUPPLEMENT:
        refuse_if(await supplement_sent(case), Refusal.NOTHING_CHANGES)
    shared = await _row(case, said, None, None, skipped=True)
    case.event("joint_draft.left_out", joint_draft_id=shared.id, audience=said.audience)
    if said.audience == SUPPLEMENT:
        await end_clocks(case, (SUPPLEMENT,), "left_out")
    else:
        await _ask_no_more(case)
        await end_clocks(case, (PERSON_CLOCK,), "left_out")


async def _with_bodies(case: Case, said: ShareJointDraft) -> None:
    draft = await _whole(case)
    bodies = await approved(case)
    refuse_if(not bodies, Refusal.NOTHING_SUBMITTED)
    await _ask_no_more(case)
    refuse_if(await _is_with(case, draft, bodies), Refusal.NOTHING_CHANGES)
    comment_by = said.comment_by or case.calendars.organisation.add_working_days(case.on, BODY_DAYS)
    refuse_if(comment_by <= case.on, Refusal.DATE_IN_PAST)
    await end_clocks(case, (BODY_CLOCK,), "shared_anew")
    shared = await _row(case, said, draft, comment_by)
    message = DraftShared(
        draft_id=shared.id, version=draft.version, words=await for_bodies(case, draft), comment_by=comment_by
    )
    told = 0
    for row in bodies:
        told += await _to_body(case, shared, row, message)
    case.event(
        "joint_draft.shared", joint_draft_id=shared.id, audience="bodies", draft_id=draft.id,
        draft_version=draft.version, comment_by=comment_by, bodies=told,
    )  # fmt: skip


async def ask_for_the_person(case: Case) -> None:
    """Ask the owner to go on when every body has had its say and it is weighed: nothing else would remind them."""
    draft = await composing.pending(case)
    if draft is None or await joint_drafts.is_with_person(case.session, case.complaint.id, draft.sources_sha256):
        return
    had = await bodies_have_had(case, draft) and await weighed(case, "bodies")
    if had and not await shared_with_person(case) and not await tasks.is_open(case.session, case.complaint.id, GO_ON):
        await case.task(GO_ON, "owner")


async def _ask_no_more(case: Case) -> None:
    await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=GO_ON, done_by=case.actor_id, done=True)


async def _to_body(case: Case, shared: JointDraft, row: Contribution, message: DraftShared) -> bool:
    posted = await joint.post(case, row, message)
    reader = JointDraftReader(
        id=case.new_id(f"joint_draft_reader/{row.id}"),
        organisation_id=shared.organisation_id,
        complaint_id=shared.complaint_id,
        joint_draft_id=shared.id,
        contribution_id=row.id,
        message_id=posted.id if posted is not None else None,
    )
    case.session.add(reader)
    await case.session.flush()
    if posted is not None:
        terms = Terms(cause="draft_shared", given=shared.comment_by, contribution_id=row.id)
        await ledger.arm(case, BODY_CLOCK, case.on, terms, reader.id)
    return posted is not None


async def _with_person(case: Case, said: ShareJointDraft) -> None:
    draft = await _whole(case)
    refuse_if(not await lead_is_ours(case), Refusal.LEAD_NOT_DECIDED)
    refuse_if(not await bodies_have_had(case, draft), Refusal.JOINT_DRAFT_NEEDED)
    if not await weighed(case, "bodies"):  # what a body says is weighed before the person sees the draft
        raise Refused(Refusal.REQUIREMENTS_MISSING, [Requirement.JOINT_COMMENTS_WEIGHED.value])
    await _ask_no_more(case)
    window = views.window(case.procedure.clock(PERSON_CLOCK), case.on, said.comment_by, case.calendars.organisation)
    assert window is not None  # the clock is counted in working days
    refuse_if(said.comment_by is not None and not LEAST <= window.days <= MOST, Refusal.WINDOW_NOT_ALLOWED)
    # An earlier draft that nobody has released has nothing left to say; one that left is overtaken by this one.
    await letters.discard(case, await letters.unreleased(case, LETTER), "shared_anew")
    await end_clocks(case, (PERSON_CLOCK,), "shared_anew")
    facts = {"letter": await for_person(case, draft), "comment_by": window.until}
    notice = await letters.draft(case, LETTER, facts)
    await case.session.flush()
    shared = await _row(case, said, draft, window.until, notice_id=notice.id)
    case.event(
        "joint_draft.shared", joint_draft_id=shared.id, audience="person", draft_id=draft.id,
        draft_version=draft.version, comment_by=window.until, notice_id=notice.id,
        silent=codes([row.code for row in await awaited(case, draft, silent=True)]),
    )  # fmt: skip


async def released(case: Case, notice: Notice) -> None:
    """Start the time to comment: the draft has left for the person. Whatever the date in it, the least is left."""
    if notice.template != LETTER or notice.state == NoticeState.WITHHELD.value:
        return
    shared = await joint_drafts.share_of_notice(case.session, notice.id)
    if shared is None or shared.comment_by is None or not case.complaint.open:
        return
    calendar = case.calendars.organisation
    until = views.over_on(shared.comment_by, released_on=case.on, least=LEAST, calendar=calendar)
    shared.released_on, shared.comment_by = case.on, until
    window = views.window(case.procedure.clock(PERSON_CLOCK), case.on, until, calendar)
    case.event("joint_draft.with_person", joint_draft_id=shared.id, notice_id=notice.id, comment_by=until)
    terms = Terms(cause="draft_released", days=window.weigh_days if window else None)
    await ledger.arm(case, PERSON_CLOCK, case.on, terms, shared.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForBodies:
    """The response as bodies are told it; `supplement`: it adds to one that went out before."""

    words: str
    supplement: bool


async def before_signing(case: Case, letter: str, draft: ResponseDraft | None) -> ForBodies:
    """Return the response as bodies will be told it. Asked before it is issued: then there is nothing new in it."""
    if draft is None:
        return ForBodies(words=letter, supplement=False)
    joint_part = (await composing.material_of(case)).joint
    supplement = joint_part is not None and joint_part.adds_to is not None
    return ForBodies(words=await for_bodies(case, draft), supplement=supplement)


async def signed(case: Case, told: ForBodies) -> None:
    """Tell the bodies what was signed: those whose part it holds, and those whose part it names as missing."""
    for row in await joint_rows.of_complaint(case.session, case.complaint.id, live=True):
        part_of_it = row.state == ContributionState.APPROVED
        if joint.is_spoken_with(row) and (part_of_it or row.gap_named_on is not None):
            final = FinalResponse(
                words=told.words, signed_on=case.on, supplement=told.supplement, names_gap=not part_of_it
            )
            await joint.post(case, row, final)
    await _ask_no_more(case)
    await end_clocks(case, (BODY_CLOCK, PERSON_CLOCK), "responded")
    for clock in await clocks.running_clocks(case.session, case.complaint.id):
        if clock.kind == SUPPLEMENT:
            await ledger.meet(case, clock, case.on)
    await releasing.response_sent(case)


async def approved(case: Case) -> list[Contribution]:
    """Return the contributions whose part the draft holds."""
    live = await joint_rows.of_complaint(case.session, case.complaint.id, live=True)
    return [row for row in live if row.state == ContributionState.APPROVED]


async def end_clocks(case: Case, kinds: tuple[str, ...], cause: str) -> None:
    """Stop what waits for a word that is not asked for any more."""
    for clock in await clocks.running_clocks(case.session, case.complaint.id):
        if clock.kind in kinds:
            await ledger.stop(case, clock, cause)


async def _whole(case: Case) -> ResponseDraft:
    """Return the draft in hand. Refused where there is none, and where it is not of the record as it stands."""
    draft = await composing.pending(case)
    if draft is None:
        raise Refused(Refusal.NOTHING_DRAFTED)
    if not await composing.is_whole(case, draft):
        raise Refused(Refusal.REQUIREMENTS_MISSING, [Requirement.RESPONSE_COMPLETE.value])
    return draft


async def _is_with(case: Case, draft: ResponseDraft, bodies: list[Contribution]) -> bool:
    """Say whether these very words are with each of the bodies already."""
    shares = await joint_drafts.shares_of(case.session, case.complaint.id)
    same = {each.id for each in shares if each.audience == "bodies" and each.sha256 == draft.sha256}
    readers = await joint_drafts.readers_of(case.session, case.complaint.id)
    return {row.id for row in bodies} <= {each.contribution_id for each in readers if each.joint_draft_id in same}


async def _row(
    case: Case,
    said: ShareJointDraft,
    draft: ResponseDraft | None,
    comment_by: date | None,
    *,
    notice_id: UUID | None = None,
    skipped: bool = False,
) -> JointDraft:
    shared = JointDraft(
        id=case.new_id("joint_draft"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        number=len(await joint_drafts.shares_of(case.session, case.complaint.id)) + 1,
        audience=said.audience,
        skipped=skipped,
        draft_id=draft.id if draft is not None else None,
        after_version=await last_issued(case),
        sha256=draft.sha256 if draft is not None else None,
        sources_sha256=draft.sources_sha256 if draft is not None else None,
        note=said.skip_reason if skipped else said.note,
        shared_on=case.on,
        comment_by=comment_by,
        notice_id=notice_id,
        said_by=case.actor_id,
        act_id=case.act.act_id,
        said_at=case.at,
    )
    case.session.add(shared)
    await case.session.flush()
    return shared
