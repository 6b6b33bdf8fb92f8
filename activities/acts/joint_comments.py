"""What bodies and the person say of the one draft: taken down, and weighed on record (R-52)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from activities.acts import joint, ledger
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.heard_on import heard_on
from activities.acts.joint_drafts import BODY_CLOCK, approved, ask_for_the_person
from activities.acts.joint_readings import last_issued
from activities.acts.joint_silence import PERSON_CLOCK
from contracts.failures import Refusal
from db.joint_draft_said import RecordJointComment, WeighJointComment
from db.joint_messages import CommentWeighed, DraftComment, PersonCommented
from db.models.complaint import Party
from db.models.joint import Contribution
from db.models.joint_draft import JointComment, JointDraft
from db.queries import joint_drafts, tasks
from policies import lawful

WEIGH: Final = "weigh_joint_comment"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What somebody said of a draft, whichever way it came."""

    agrees: bool
    words: str | None
    received_on: date
    contribution_id: UUID | None = None
    party_id: UUID | None = None


async def heard(case: Case, row: Contribution, said: DraftComment) -> None:
    """Take in what a body says of a draft that was shared with it."""
    words = _Said(agrees=said.agrees, words=said.words or None, received_on=heard_on(case), contribution_id=row.id)
    await _of_body(case, row, said.draft_id, words)


async def record(case: Case, said: RecordJointComment) -> None:
    """Record what the person said of the draft, or what a body said by word of mouth."""
    check(lawful.happened(said.received_on, received_on=case.complaint.received_on, today=case.on))
    refuse_if((said.party_id is None) == (said.contribution_id is None), Refusal.CONTRADICTS_RECORD)
    words = _Said(
        agrees=said.agrees,
        words=said.words or None,
        received_on=said.received_on,
        contribution_id=said.contribution_id,
        party_id=said.party_id,
    )
    if said.contribution_id is not None:
        await _of_body(case, await joint.find_live(case, said.contribution_id), said.draft_id, words)
    else:
        await _of_person(case, said.draft_id, words)


async def weigh(case: Case, said: WeighJointComment) -> None:
    """Say what came of a comment, and tell the body whose it is."""
    comment = await case.session.get(JointComment, said.comment_id)
    ours = comment is not None and comment.complaint_id == case.complaint.id
    if comment is None or not ours or comment.joint_draft_id != said.draft_id:
        raise Refused(Refusal.UNKNOWN_COMMENT)
    refuse_if(comment.used is not None, Refusal.NOTHING_CHANGES)
    comment.used, comment.reason = said.used, said.reason
    comment.used_on, comment.used_by = case.on, case.actor_id
    case.event("joint_draft.comment_weighed", joint_draft_id=said.draft_id, comment_id=comment.id, used=said.used)
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, subject_id=comment.id, kind=WEIGH, done_by=case.actor_id, done=True
    )
    await case.session.flush()
    if comment.contribution_id is not None:
        row = await joint.find(case, comment.contribution_id)
        if joint.is_spoken_with(row):
            await joint.post(case, row, CommentWeighed(draft_id=said.draft_id, used=said.used, reason=said.reason))
        await ask_for_the_person(case)
    elif not await joint_drafts.unweighed(case.session, [said.draft_id]):
        await ledger.meet_if_running(case, PERSON_CLOCK, case.on, said.draft_id)


async def _of_body(case: Case, row: Contribution, draft_id: UUID, said: _Said) -> None:
    shared = await _find(case, draft_id, "bodies")
    reader = await joint_drafts.reader(case.session, shared.id, row.id)
    if reader is None or reader.message_id is None:
        raise Refused(Refusal.UNKNOWN_DRAFT)
    refuse_if(said.received_on < shared.shared_on, Refusal.UNKNOWN_DRAFT)
    await _keep(case, shared, said)
    await ledger.meet_if_running(case, BODY_CLOCK, said.received_on, reader.id)
    joint.touch(case, row)
    await ask_for_the_person(case)


async def _of_person(case: Case, draft_id: UUID, said: _Said) -> None:
    party = await case.session.get(Party, said.party_id)
    if party is None or party.complaint_id != case.complaint.id or party.replaced_by is not None:
        raise Refused(Refusal.UNKNOWN_PARTY)
    shared = await _find(case, draft_id, "person")
    if shared.released_on is None or said.received_on < shared.released_on:
        raise Refused(Refusal.UNKNOWN_DRAFT)
    comment = await _keep(case, shared, said)
    if comment.words is not None:
        await _tell_bodies(case, shared, comment.words)
    if not await joint_drafts.unweighed(case.session, [shared.id]):
        await ledger.meet_if_running(case, PERSON_CLOCK, said.received_on, shared.id)


async def _find(case: Case, draft_id: UUID, audience: str) -> JointDraft:
    """Return a draft that was shared. Refused for one of another complaint, and once the response is signed."""
    shared = await case.session.get(JointDraft, draft_id)
    ours = shared is not None and shared.complaint_id == case.complaint.id
    if shared is None or not ours or shared.audience != audience or shared.skipped:
        raise Refused(Refusal.UNKNOWN_DRAFT)
    refuse_if(shared.after_version != await last_issued(case), Refusal.WINDOW_CLOSED)
    return shared


async def _tell_bodies(case: Case, shared: JointDraft, words: str) -> None:
    """Tell the bodies whose part the draft holds what the person said, under the draft as they know it."""
    shares = await joint_drafts.shares_of(case.session, case.complaint.id)
    known = [each for each in shares if each.audience == "bodies" and each.number < shared.number]
    for row in await approved(case):
        readers = [await joint_drafts.reader(case.session, each.id, row.id) for each in known]
        read = [each for each in readers if each is not None and each.message_id is not None]
        if read:
            await joint.post(case, row, PersonCommented(draft_id=read[-1].joint_draft_id, words=words))


async def _keep(case: Case, shared: JointDraft, said: _Said) -> JointComment:
    comment = JointComment(
        id=case.new_id("joint_comment"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        joint_draft_id=shared.id,
        number=len(await joint_drafts.comments_of(case.session, case.complaint.id)) + 1,
        contribution_id=said.contribution_id,
        party_id=said.party_id,
        agrees=said.agrees,
        words=said.words,
        received_on=said.received_on,
        late=shared.comment_by is not None and said.received_on > shared.comment_by,
        recorded_by=case.actor_id,
        act_id=case.act.act_id,
        said_at=case.at,
    )
    case.session.add(comment)
    await case.session.flush()
    case.event(
        "joint_draft.commented",
        joint_draft_id=shared.id,
        comment_id=comment.id,
        contribution_id=said.contribution_id,
        party_id=said.party_id,
        agrees=said.agrees,
        received_on=said.received_on,
        late=comment.late,
    )
    if said.words is not None or not said.agrees:
        await case.task(WEIGH, "owner", name=str(comment.id), subject_id=comment.id)
    return comment
