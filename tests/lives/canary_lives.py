"""Lives in which everything is said that has words, under the Regulations together with the Standards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from contracts.commands import CommandKind
from db import casework_said as casework
from db import desk_said, said
from db import eligibility_said as eligibility
from db import finding_said as found
from db import intake_said as intake
from db import request_said as request
from db import response_said as response
from db.bereavement_said import NameSuccessor, RecordDeath
from db.escalation_said import AcknowledgeEscalation
from db.tier_said import Escalate
from policies.procedure_files import load_procedures
from policies.procedure_rules import Source
from tests.lives.canary_people_life import people_and_needs
from tests.lives.canary_plan_life import hard_to_manage
from tests.lives.canary_staff_life import a_life_with_staff
from tests.lives.markers import SECRETS, W
from tests.lives.planted import EMAIL, Planted
from tests.world import MORNING

DAY: Final = MORNING.date()
K: Final = CommandKind
MANAGER: Final = "complaints_manager"


async def looked_at_closely(planted: Planted) -> None:
    """From an early resolution that did not satisfy to the response, the Ombudsman and the end."""
    complaint = await planted.log()
    await to_the_closer_look(planted, complaint)
    await issues_and_plan(planted, complaint)
    await _asked_of_colleagues(planted, complaint)
    await _beside(planted, complaint)
    await _found(planted, complaint)
    await _put_right(planted, complaint)
    await _answered(planted, complaint)
    await planted.say(complaint, K.ESCALATE, Escalate(tier="ombudsman", asked_on=DAY, method="call", words=W,
                                                      late_reason=W))  # fmt: skip
    for draft in await planted.drafts(complaint):
        await planted.say(complaint, K.DISCARD_NOTICE, desk_said.DiscardNotice(notice_id=draft, reason=W))
    await _coded(planted, complaint)
    # The police are involved: a senior has it in hand before it is closed.
    raised = (await planted.row("select id from escalation where complaint_id = :id", complaint))["id"]
    taken = AcknowledgeEscalation(escalation_id=raised)
    await planted.say(complaint, K.ACKNOWLEDGE_ESCALATION, taken, by="senior_leader")
    await planted.say(complaint, K.CLOSE, said.Close(words=W))


async def to_the_closer_look(planted: Planted, complaint: UUID) -> None:
    """Acknowledge, decide who may speak, and try an early resolution that does not satisfy."""
    acknowledged = said.Acknowledge(method="call", made_on=DAY, discussion_offered=True, words=W)
    await planted.say(complaint, K.ACKNOWLEDGE, acknowledged)
    await _may_speak(planted, complaint)
    await planted.say(complaint, K.BEGIN_RESOLUTION, casework.BeginResolution(plan=W))
    resolved = casework.Resolve(satisfied=False, summary=W, method="call", resolved_on=DAY)
    await planted.say(complaint, K.RESOLVE, resolved)


async def _may_speak(planted: Planted, complaint: UUID) -> None:
    """Who complains speaks for the person affected, who has asked them to."""
    standing = eligibility.DecideStanding(
        party_id=await planted.party(complaint), may_speak=True, ground="asked", capacity="has",
        consent_basis="written", reasons=W,
    )  # fmt: skip
    await planted.say(complaint, K.DECIDE_STANDING, standing, by=MANAGER)


async def issues_and_plan(planted: Planted, complaint: UUID, issues: int = 2) -> None:
    """Set the issues, appoint who looks into them, and share the plan."""
    an_issue = casework.IssueSaid(summary=W, effect=W, outcome_sought=W)
    await planted.say(complaint, K.SET_ISSUES, casework.SetIssues(issues=(an_issue,) * issues))
    confirmed = casework.ConfirmIssues(confirmed_on=DAY, method="call", words=W)
    await planted.say(complaint, K.CONFIRM_ISSUES, confirmed)
    route = eligibility.RouteSaid(route="claim", advised_on=DAY, words=W)
    await planted.say(complaint, K.SCREEN_ROUTES, eligibility.ScreenRoutes(found=(route,)))
    parts: tuple[tuple[casework.Part, str], ...] = (("investigator", "investigator"), ("decision_maker", MANAGER))
    for role, person in parts:
        part = casework.AppointToCase(
            role=role, person_id=planted.body.person(person), prior_involvement=True, conflict=False, training=W,
            trained_on=date(2027, 5, 4), mitigation=W, from_body=W,
        )  # fmt: skip
        await planted.say(complaint, K.APPOINT, part, by=MANAGER)
    plan = casework.SharePlan(
        evidence=(W,), interviewees=(W,), delivery="letter", shared_with_person_on=DAY, no_staff=True, words=W
    )
    await planted.say(complaint, K.SHARE_PLAN, plan)


async def _asked_of_colleagues(planted: Planted, complaint: UUID) -> None:
    asked = request.RaiseRequest(
        kind="statement", what=W, to_person_id=planted.body.person("senior_leader"), due_on=date(2028, 3, 10)
    )
    first = (await planted.say(complaint, K.RAISE_REQUEST, asked)).id
    row = await planted.row(f"select id from request where complaint_id = :id and act_id = '{first}'", complaint)
    answer = request.AnswerRequest(request_id=row["id"], given_on=DAY, words=W)
    await planted.say(complaint, K.ANSWER_REQUEST, answer, by="senior_leader")
    review = request.ReviewRequest(request_id=row["id"], accepted=False, reason=W)
    await planted.say(complaint, K.REVIEW_REQUEST, review)
    await planted.say(complaint, K.CANCEL_REQUEST, request.CancelRequest(request_id=row["id"], reason=W))


async def _beside(planted: Planted, complaint: UUID) -> None:
    """Somebody else investigates: an issue is held, and taken up again."""
    opened = request.OpenParallel(kind="police", body_name=W, contact=W, external_reference=W, known_on=DAY)
    await planted.say(complaint, K.OPEN_PARALLEL, opened)
    beside = (await planted.row("select id from parallel_investigation where complaint_id = :id", complaint))["id"]
    updated = request.UpdateParallel(parallel_id=beside, status="open", words=W)
    await planted.say(complaint, K.UPDATE_PARALLEL, updated)
    issue = (await issues_of(planted, complaint))[0]
    senior = "responsible_person"
    hold = request.HoldIssues(
        issue_ids=(issue,), parallel_id=beside, reason=W, review_on=date(2028, 4, 3),
        decided_by=planted.body.person(senior),
    )  # fmt: skip
    await planted.say(complaint, K.HOLD_ISSUES, hold, by=senior)
    held = (await planted.row("select id from issue_hold where complaint_id = :id", complaint))["id"]
    review = request.ReviewHold(hold_id=held, lifted=True, reason=W)
    await planted.say(complaint, K.REVIEW_HOLD, review, by=senior)


async def _found(planted: Planted, complaint: UUID) -> None:
    """Findings, initial views, a comment that changes one, and a second round that is skipped."""
    first, second = await issues_of(planted, complaint)
    for issue in (first, second):
        await planted.say(complaint, K.RECORD_FINDING, finding(issue, "not_upheld"), by="investigator")
    whom = found.SharedWith(method="writing", on=DAY, party_id=await planted.party(complaint))
    await planted.say(complaint, K.SHARE_VIEWS, found.ShareViews(shared=(whom,), words=W), by="investigator")
    comment = found.RecordComment(
        words=W,
        received_on=DAY,
        effect="accepted",
        effect_words=W,
        whom=W,
        finding_changes=(finding(first, "upheld"),),
    )
    await planted.say(complaint, K.RECORD_COMMENT, comment, by="investigator")
    await planted.say(complaint, K.SKIP_VIEWS, found.SkipViews(reason=W), by=MANAGER)


def finding(issue: UUID, outcome: str) -> found.RecordFinding:
    """Return a finding with words wherever there are any."""
    return found.RecordFinding(
        issue_id=issue, happened=W, should_have=W, standard=W, evidence=W, outcome=outcome, reason=W
    )


async def _put_right(planted: Planted, complaint: UUID) -> None:
    money = found.ProposeRemedy(
        kind="money", words="A payment.", basis=W, severity_level=2, injustice_amount=Decimal("90.00"), reason=W
    )
    other = found.ProposeRemedy(kind="apology", words=W, basis=W)
    for proposed in (money, other):
        await planted.say(complaint, K.PROPOSE_REMEDY, proposed, by="investigator")
    for row in await planted.rows("select id, kind from remedy where complaint_id = :id", complaint):
        decision: found.RemedyDecision = "amended" if row["kind"] == "money" else "approved"
        decided = found.DecideRemedy(
            remedy_id=row["id"], decision=decision, on=DAY, reason=W, mitigation=W,
            words=W if decision == "amended" else None,
        )  # fmt: skip
        await planted.say(complaint, K.DECIDE_REMEDY, decided, by=MANAGER)


async def _answered(planted: Planted, complaint: UUID) -> None:
    """The response: drafted, sent back, drafted again, cleared and signed."""
    await planted.say(complaint, K.DRAFT_RESPONSE, _draft())
    sent_back = response.ClearResponse(cleared=False, reason=W)
    await planted.say(complaint, K.CLEAR_RESPONSE, sent_back, by=MANAGER)
    await answer_drafted(planted, complaint)
    by_senior = response.ClearResponse(cleared=True, reason=W, mitigation=W)
    await planted.say(complaint, K.CLEAR_RESPONSE, by_senior, by="senior_leader")
    signed = said.Respond(signed_by=planted.body.person("responsible_person"))
    await planted.say(complaint, K.RESPOND, signed, by="responsible_person")


async def answer_drafted(planted: Planted, complaint: UUID) -> None:
    """Draft the response, and have it cleared."""
    await planted.say(complaint, K.DRAFT_RESPONSE, _draft())
    cleared = response.ClearResponse(cleared=True, reason=W, mitigation=W)
    await planted.say(complaint, K.CLEAR_RESPONSE, cleared, by=MANAGER)


def _draft() -> response.DraftResponse:
    procedure = load_procedures().get("nhs-england-2009", 2)
    written = [each.code for each in procedure.elements if each.source in (Source.TEXT, Source.REMEDIES)]
    sections = tuple(response.SectionSaid(element=code, words=W) for code in written)
    return response.DraftResponse(sections=sections, remark=W)


async def _coded(planted: Planted, complaint: UUID) -> None:
    answers = {name.split(".")[1]: code for name, code in SECRETS.items() if name.startswith("EqualitySaid.")}
    coding = eligibility.SetCoding(
        age_band="age_26_55", complainant_status="patient", site="RX101", service_area="general_practice",
        profession="medical", equality=eligibility.EqualitySaid(**answers),
        subjects=tuple(
            eligibility.SubjectSaid(subject="communications", issue_id=issue)
            for issue in await issues_of(planted, complaint)
        ),
    )  # fmt: skip
    await planted.say(complaint, K.SET_CODING, coding)


async def issues_of(planted: Planted, complaint: UUID) -> list[UUID]:
    """Return the issues of a complaint, in their order."""
    rows = await planted.rows("select id from issue where complaint_id = :id order by number", complaint)
    return [row["id"] for row in rows]


async def converted_linked_and_exempt(planted: Planted) -> None:
    """A concern that becomes a complaint, belongs to another one for a while, and is put right the same day."""
    concern, other = await planted.log(matter="concern"), await planted.log()
    await planted.say(concern, K.CONVERT, intake.Convert(received_on=DAY, channel="oral", summary=W))
    await planted.say(concern, K.LINK, intake.Link(to_id=other, kind="same_event", words=W))
    row = await planted.row("select id from complaint_link where complaint_id = :id", concern)
    await planted.say(other, K.UNLINK, intake.Unlink(link_id=row["id"], reason=W))
    # A second one that stays, for what is taken away is not searched any more.
    await planted.say(concern, K.LINK, intake.Link(to_id=other, kind="related", words=W))
    exempt = intake.Exempt(resolved_on=DAY, satisfied=True, summary=W)
    await planted.say(concern, K.EXEMPT, exempt)


async def not_handled(planted: Planted) -> None:
    """One is excluded, one came too late, and in one somebody may not speak for another."""
    excluded = eligibility.Exclude(code="employment", reasons=W, decided_on=DAY)
    await planted.say(await planted.log(), K.EXCLUDE, excluded, by=MANAGER)
    late = await planted.log(happened_on=date(2026, 3, 1))
    declined = eligibility.DecideTimeLimit(waived=False, reasons=W)
    await planted.say(late, K.DECIDE_TIME_LIMIT, declined, by=MANAGER)
    speaker = said.PartySaid(role="representative", name=W, relation=W, email=EMAIL, ground="asked")
    spoken_for = await planted.log(speaker)
    standing = eligibility.DecideStanding(
        party_id=await planted.party(spoken_for, "representative"), may_speak=False, ground="asked", capacity="has",
        reasons=W,
    )  # fmt: skip
    await planted.say(spoken_for, K.DECIDE_STANDING, standing, by=MANAGER)


async def bereaved(planted: Planted) -> None:
    """The person dies, and somebody goes on for them."""
    complaint = await planted.log()
    await planted.say(complaint, K.ACKNOWLEDGE, said.Acknowledge(method="call", made_on=DAY, discussion_offered=True))
    await _may_speak(planted, complaint)
    await planted.say(complaint, K.MOVE_ON, casework.MoveOn(reason=W))
    died = RecordDeath(party_id=await planted.party(complaint), known_on=DAY, died_on=DAY - timedelta(1), words=W)
    await planted.say(complaint, K.RECORD_DEATH, died)
    successor = said.PartySaid(role="complainant", name=W, relation=W, email=EMAIL, phone=W, address=W)
    await planted.say(complaint, K.NAME_SUCCESSOR, NameSuccessor(reason=W, successor=successor))


LIVES: Final[tuple[Callable[[Planted], Awaitable[Any]], ...]] = (
    looked_at_closely,
    converted_linked_and_exempt,
    not_handled,
    bereaved,
    hard_to_manage,
    people_and_needs,
    a_life_with_staff,
)
