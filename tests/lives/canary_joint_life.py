"""Complaints of several bodies in which all is said that has words: by us, and by each body in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from contracts import names
from contracts.commands import CommandKind
from db import access_said, body_request_said, consent_said, desk_said, lead_said, meeting_said, said
from db import finding_said as found
from db import joint_draft_said as drafts
from db import joint_messages as told
from db import submission_said as parts
from db.joint_said import ChangeBody, ContactSaid, FromBody, NameBody, RecordFromBody, ReleaseContribution
from tests.lives.canary_lives import MANAGER, answer_drafted, finding, issues_and_plan, issues_of, to_the_closer_look
from tests.lives.canary_part_life import PartHere
from tests.lives.markers import MARKER, W, marked
from tests.lives.planted import Migrator, Planted
from tests.lives.subscribed import a_partner
from tests.receiver import Receiver
from tests.world import MORNING

DAY: Final = MORNING.date()
K: Final = CommandKind
SENIOR: Final = "responsible_person"
PAGE, SYSTEM, APART = "canary-page", "canary-system", "canary-apart"
TRAINING: Final = uuid4()


def contacts() -> tuple[ContactSaid, ...]:
    roles: tuple[Any, ...] = ("contact", "complaints_manager", "responsible_person")
    return tuple(
        ContactSaid(role=role, name=W, email=f"{MARKER}.contactsaidemail.{role}@example.org", phone=W) for role in roles
    )


@dataclass(slots=True, kw_only=True)
class Bodies:
    """A complaint, and those who contribute to it."""

    planted: Planted
    complaint: UUID
    of: dict[str, UUID]

    async def say(self, kind: CommandKind, what: said.Said, **how: Any) -> Any:
        return await self.planted.say(self.complaint, kind, what, **how)

    async def hear(self, code: str, message: told.ToLead, via: Any = "page") -> None:
        """Have a body say something itself, and see that it was heard."""
        row = await self.say(K.FROM_BODY, from_body(self.of[code], told.kind_of(message), message, via), by=None)
        kept = await self.planted.row(
            f"select refusal from joint_message where complaint_id = :id and act_id = '{row.id}'"
            " and direction = 'in'", self.complaint,
        )  # fmt: skip
        assert kept["refusal"] is None, (code, told.kind_of(message), kept["refusal"])

    async def id_of(self, table: str, more: str = "true", order: str = "id") -> UUID:
        rows = await self.planted.rows(
            f"select id from {table} where complaint_id = :id and {more} order by {order}", self.complaint
        )
        return UUID(str(rows[-1]["id"]))


def from_body(contribution: UUID, kind: str, message: told.ToLead, via: Any) -> FromBody:
    body = told.to_json(marked(message))
    return FromBody(contribution_id=contribution, message_id=uuid4(), protocol=1, kind=kind, body=body, via=via)


async def coordinated(planted: Planted, here: Planted, migrator: Migrator, receiver: Receiver) -> None:
    """From the naming of four bodies to the response, and the actions that one of them promised."""
    complaint = await planted.log()
    await to_the_closer_look(planted, complaint)
    await issues_and_plan(planted, complaint, issues=5)
    bodies = Bodies(planted=planted, complaint=complaint, of={})
    partner = a_partner(planted, migrator, receiver, SYSTEM)
    part = await _named(bodies, here, partner)
    await _who_leads_and_by_when(bodies)
    await _asked_and_met(bodies)
    await _submitted(bodies)
    await part.submitted()
    await bodies.say(K.APPROVE_CONTRIBUTION, parts.ApproveContribution(contribution_id=part.id))
    await _drafted(bodies)
    await _signed(bodies)
    await part.ended()
    await _acted(bodies)


async def _named(bodies: Bodies, here: Planted, partner: UUID) -> PartHere:
    """Name four bodies: one takes part by its page, one in this installation, one by its system, one is not told."""
    issues = await issues_of(bodies.planted, bodies.complaint)
    ways: tuple[tuple[str, Any, dict[str, Any]], ...] = (
        (PAGE, "page", {"contacts": contacts()}),
        (here.body.code, "here", {}),
        (SYSTEM, "system", {"partner_id": partner}),
        (APART, "none", {}),
    )
    for (code, way, more), issue in zip(ways, issues[1:], strict=True):
        await name_body(bodies, code, way, issue, **more)
    apart = ChangeBody(contribution_id=bodies.of[APART], reason=W, consent_refused_on=DAY)
    await bodies.say(K.CHANGE_BODY, apart)
    for code in (PAGE, SYSTEM):
        await agree(bodies, code)
    part = PartHere(lead=bodies.planted, planted=here, id=bodies.of[here.body.code])
    await part.opened(agree(bodies, here.body.code))
    unknown = FromBody(
        contribution_id=bodies.of[PAGE], message_id=uuid4(), protocol=1, kind=W, body={W: MARKER}, via="page"
    )
    await bodies.say(K.FROM_BODY, unknown, by=None)
    email = f"{MARKER}.acceptemail@example.org"
    accept = told.Accept(contact=W, senior_lead=W, email=email, phone=W, own_reference=W)
    await bodies.hear(PAGE, accept)
    return part


async def name_body(bodies: Bodies, code: str, way: Any, issue: UUID, **more: Any) -> None:
    """Name a body, and bring the workflow of its contribution to the time of the lives."""
    name = NameBody(code=code, name=W, body_kind="nhs", bound="regulation_9", way=way, issue_ids=(issue,), **more)
    await bodies.say(K.NAME_BODY, name)
    bodies.of[code] = contribution = await bodies.id_of("contribution", order="number")
    workflow = names.contribution_workflow_id(contribution)
    bodies.planted.others.append(workflow)
    handle = bodies.planted.world.client.get_workflow_handle(workflow)
    await bodies.planted.world.skipper.fast_forward(handle, bodies.planted.world.clock.now() - datetime.now(UTC))


async def agree(bodies: Bodies, code: str) -> None:
    """Have the person affected agree that a body is told."""
    giver = await bodies.planted.party(bodies.complaint, "affected")
    consent = consent_said.RecordConsent(
        scope="share_with_body", giver_id=giver, basis="statutory", given_on=DAY, body=code
    )
    await bodies.say(K.RECORD_CONSENT, consent)


async def _who_leads_and_by_when(bodies: Bodies) -> None:
    ours = bodies.planted.body.code
    proposed = lead_said.ProposeLead(lead=ours, reason=W, person_prefers=PAGE)
    await bodies.say(K.PROPOSE_LEAD, proposed)
    await bodies.hear(PAGE, told.LeadView(agrees=False, proposes=PAGE, reason=W, senior=W))
    deciders = tuple(lead_said.LeadDecider(code=code, name=W) for code in (ours, PAGE))
    await bodies.say(K.DECIDE_LEAD, lead_said.DecideLead(lead=ours, reason=W, deciders=deciders), by=SENIOR)
    for contribute_by in (date(2028, 3, 30), date(2028, 4, 5)):
        dates = lead_said.SetJointTimescale(contribute_by=contribute_by, respond_by=date(2028, 5, 30), reason=W)
        await bodies.say(K.SET_JOINT_TIMESCALE, dates)
    await bodies.hear(PAGE, told.TimescaleView(agrees=False, contribute_by=date(2028, 4, 12), reason=W))


async def _asked_and_met(bodies: Bodies) -> None:
    """Ask for information, which is sent back; call one meeting, which is held, and another, which is not."""
    page, system = bodies.of[PAGE], bodies.of[SYSTEM]
    ask = body_request_said.AskBody(contribution_id=page, what=W, due_on=date(2028, 3, 20))
    await bodies.say(K.ASK_BODY, ask)
    request = await bodies.id_of("body_request")
    await bodies.hear(PAGE, told.InformationGiven(request_id=request, words=W))
    review = body_request_said.ReviewBodyAnswer(
        contribution_id=page, request_id=request, result="sent_back", reason=W, due_on=date(2028, 3, 27)
    )
    await bodies.say(K.REVIEW_BODY_ANSWER, review)
    call = meeting_said.CallMeeting(
        contribution_ids=(page, system), on=DAY, at="14:00", how="in_person", purpose=W, where=W
    )
    await bodies.say(K.CALL_MEETING, call)
    meeting = await bodies.id_of("joint_meeting")
    await bodies.hear(PAGE, told.Attendance(meeting_id=meeting, attends=True, who=W))
    await bodies.hear(SYSTEM, told.Attendance(meeting_id=meeting, attends=False, reason=W), "system")
    came = meeting_said.AttendedSaid(contribution_id=page, attended=True, who=W)
    stayed = meeting_said.AttendedSaid(contribution_id=system, attended=False)
    held = meeting_said.RecordMeeting(held=True, meeting_id=meeting, attendance=(came, stayed), words=W)
    await bodies.say(K.RECORD_MEETING, held)
    uncalled = meeting_said.MeetingSaid(on=DAY, at="15:00", how="call", purpose=W, where=W)
    await bodies.say(K.RECORD_MEETING, meeting_said.RecordMeeting(held=True, uncalled=uncalled, attendance=(came,)))


def _a_part() -> told.Submission:
    answer = told.IssueAnswered(number=2, did=W, found=W, conclusion="upheld", remedy=W)
    action = told.ActionPromised(action_id=TRAINING, what=W, due_on=date(2028, 4, 20))
    return told.Submission(issues=(answer,), signed_by=W, signed_role=W, actions=(action,))


async def _submitted(bodies: Bodies) -> None:
    """The page's part is sent back once; the system declines, and its gap is named."""
    page, system = bodies.of[PAGE], bodies.of[SYSTEM]
    await bodies.hear(PAGE, _a_part())
    revision = parts.RequestRevision(contribution_id=page, reason=W, due_on=date(2028, 3, 30))
    await bodies.say(K.REQUEST_REVISION, revision)
    written_down = RecordFromBody(
        contribution_id=page, kind="submission", body=told.to_json(marked(_a_part())), how="letter", said_on=DAY
    )
    await bodies.say(K.RECORD_FROM_BODY, written_down)
    await bodies.say(K.APPROVE_CONTRIBUTION, parts.ApproveContribution(contribution_id=page))
    await bodies.hear(SYSTEM, told.Decline(reason=W), "system")
    await bodies.say(K.NAME_GAP, parts.NameGap(contribution_id=system, reason=W), by=MANAGER)


async def _drafted(bodies: Bodies) -> None:
    """Find on what is ours, draft, show it to the bodies and to the person, and weigh what both say."""
    planted, complaint = bodies.planted, bodies.complaint
    ours = (await issues_of(planted, complaint))[0]
    await bodies.say(K.RECORD_FINDING, finding(ours, "upheld"), by="investigator")
    await bodies.say(K.SKIP_VIEWS, found.SkipViews(reason=W), by=MANAGER)
    await bodies.say(K.PROPOSE_REMEDY, found.ProposeRemedy(kind="apology", words=W, basis=W), by="investigator")
    decided = found.DecideRemedy(remedy_id=await bodies.id_of("remedy"), decision="approved", on=DAY)
    await bodies.say(K.DECIDE_REMEDY, decided, by=MANAGER)
    await answer_drafted(planted, complaint)
    await bodies.say(K.SHARE_JOINT_DRAFT, drafts.ShareJointDraft(audience="bodies", note=W))
    first = await bodies.id_of("joint_draft", order="number")
    await bodies.hear(PAGE, told.DraftComment(draft_id=first, agrees=False, words=W))
    await _weigh(bodies, first)
    by_word_of_mouth = drafts.RecordJointComment(
        draft_id=first, received_on=DAY, agrees=True, contribution_id=bodies.of[_here(bodies)]
    )
    await bodies.say(K.RECORD_JOINT_COMMENT, by_word_of_mouth)
    await bodies.say(K.SHARE_JOINT_DRAFT, drafts.ShareJointDraft(audience="person", note=W))
    second = await bodies.id_of("joint_draft", order="number")
    letter = await bodies.id_of("notice", "template = 'joint_draft' and state = 'draft'")
    await bodies.say(K.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=letter))
    comment = drafts.RecordJointComment(
        draft_id=second, received_on=DAY, words=W, party_id=await planted.party(complaint)
    )
    await bodies.say(K.RECORD_JOINT_COMMENT, comment)
    await _weigh(bodies, second)
    left_out = drafts.ShareJointDraft(audience="person", skip_reason=W)
    await bodies.say(K.SHARE_JOINT_DRAFT, left_out, by=MANAGER)


def _here(bodies: Bodies) -> str:
    (code,) = bodies.of.keys() - {PAGE, SYSTEM, APART}
    return code


async def _weigh(bodies: Bodies, draft: UUID) -> None:
    comment = await bodies.id_of("joint_comment", f"joint_draft_id = '{draft}'", "number")
    weighed = drafts.WeighJointComment(draft_id=draft, comment_id=comment, used="not_used", reason=W)
    await bodies.say(K.WEIGH_JOINT_COMMENT, weighed)


async def _signed(bodies: Bodies) -> None:
    signed = said.Respond(signed_by=bodies.planted.body.person(SENIOR))
    await bodies.say(K.RESPOND, signed, by=SENIOR)


async def _acted(bodies: Bodies) -> None:
    """An action is done, is not, and is; others get a link, and lose it; nothing is asked of a body any more."""
    page = bodies.of[PAGE]
    email = f"{MARKER}.issueaccessemail@example.org"
    await bodies.say(K.ISSUE_ACCESS, access_said.IssueAccess(contribution_id=page, name=W, email=email))
    access = await bodies.id_of("body_access", order="number")
    revoke = access_said.RevokeAccess(contribution_id=page, access_id=access, reason=W)
    await bodies.say(K.REVOKE_ACCESS, revoke)
    for done in (False, True):
        await bodies.hear(PAGE, told.ActionDone(action_id=TRAINING, done_on=DAY, evidence=W))
        settled = parts.SettleBodyAction(
            contribution_id=page, action_id=await bodies.id_of("body_action"), done=done, reason=W
        )
        await bodies.say(K.SETTLE_BODY_ACTION, settled)
    release = ReleaseContribution(contribution_id=bodies.of[SYSTEM], reason=W)
    await bodies.say(K.RELEASE_CONTRIBUTION, release)
