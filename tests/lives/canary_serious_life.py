"""A life in which all is said of a serious case that has words: how grave, among seniors, of an incident, outside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from temporalio.service import RPCError

from activities.digests import Digests
from contracts import names
from contracts.commands import CommandKind
from contracts.digests import DigestAct
from db import candour_said as candour
from db import desk_said
from db import escalation_said as escalation
from db import referral_said as referral
from db.pack_said import AssemblePack
from db.triage_said import DecideSeverity, SetSeverity, Triage
from tests.lives.markers import SENIORS_NUMBER, W
from tests.lives.planted import Migrator, Planted
from tests.world import MORNING, until

DAY: Final = MORNING.date()
LATER: Final = date(2028, 4, 14)
# In the evening only what is immediate calls anybody, and then by text, too.
TO_THE_EVENING: Final = timedelta(hours=11)
K: Final = CommandKind
MANAGER, SENIOR, RESPONSIBLE = "complaints_manager", "senior_leader", "responsible_person"


def on_rota(planted: Planted, migrator: Migrator) -> None:
    """Put two seniors on the rota, with the number by which they are reached at night."""
    for place, who in enumerate((SENIOR, RESPONSIBLE), start=1):
        migrator.execute(
            "insert into rota (id, organisation_id, person_id, place, hours, first_on, mobile)"
            " values (%s, %s, %s, %s, 'both', '2028-01-01', %s)",
            (uuid4(), planted.body.id, planted.body.person(who), place, SENIORS_NUMBER),
        )


async def a_serious_life(planted: Planted) -> None:
    """Say how serious it is, ask seniors by day and by night, be open about an incident, and answer an Ombudsman."""
    complaint = await planted.log()
    await _how_serious(planted, complaint)
    await _asked_at_night(planted, complaint)
    await _decided(planted, complaint)
    await _open_about_it(planted, complaint)
    await _asked_from_outside(planted, complaint)
    await _recommended(planted, complaint)


async def _how_serious(planted: Planted, complaint: UUID) -> None:
    """Assert facts, raise it by hand, and have a lowering turned down by a second person."""
    await planted.say(complaint, K.TRIAGE, Triage(harm="death", remark=W))
    await planted.say(complaint, K.SET_SEVERITY, SetSeverity(severity="immediate", reason=W), by=MANAGER)
    await planted.say(complaint, K.SET_SEVERITY, SetSeverity(severity="elevated", reason=W), by=MANAGER)
    await planted.say(complaint, K.DECIDE_SEVERITY, DecideSeverity(approve=False, reason=W), by=RESPONSIBLE)


async def _asked_at_night(planted: Planted, complaint: UUID) -> None:
    """A person asks for a senior; whoever is on the rota is told by e-mail and by text, and passes it on."""
    raised = escalation.RaiseEscalation(reason=W, level="immediate")
    await planted.say(complaint, K.RAISE_ESCALATION, raised)
    workflow = names.proceeding_workflow_id("escalation", await _escalation(planted, complaint, "person"))
    await _forward(planted, workflow, MORNING + TO_THE_EVENING - datetime.now(UTC))
    await planted.handed_over(complaint, "escalation_text")
    passed = escalation.PassEscalation(escalation_id=await _escalation(planted, complaint, "person"), reason=W)
    await planted.say(complaint, K.PASS_ESCALATION, passed, by=SENIOR)


async def _decided(planted: Planted, complaint: UUID) -> None:
    """Both escalations are acknowledged and decided: one is overseen, then a panel is held; the other ends at once."""
    asked, graver = [await _escalation(planted, complaint, cause) for cause in ("person", "severity")]
    for each in (asked, graver):
        taken = escalation.AcknowledgeEscalation(escalation_id=each)
        await planted.say(complaint, K.ACKNOWLEDGE_ESCALATION, taken, by=RESPONSIBLE)
    await _decide(planted, complaint, asked, "oversee")
    await _follow(planted, complaint, asked)
    await _decide(planted, complaint, asked, "panel", due_on=LATER)
    await _follow(planted, complaint, asked, held_on=DAY)
    await _decide(planted, complaint, graver, "no_further_action")


async def _decide(planted: Planted, complaint: UUID, which: UUID, decision: Any, **more: Any) -> None:
    what = escalation.DecideEscalation(escalation_id=which, decision=decision, reason=W, **more)
    await planted.say(complaint, K.DECIDE_ESCALATION, what, by=RESPONSIBLE)


async def _follow(planted: Planted, complaint: UUID, which: UUID, **more: Any) -> None:
    what = escalation.FollowEscalation(escalation_id=which, words=W, **more)
    await planted.say(complaint, K.FOLLOW_ESCALATION, what, by=RESPONSIBLE)


async def _open_about_it(planted: Planted, complaint: UUID) -> None:
    """Flag an incident, and see it to its end: told in person, in writing, and what an enquiry found."""
    await planted.say(complaint, K.FLAG_INCIDENT, candour.FlagIncident(words=W, became_known_on=DAY))
    found = (await planted.row("select id from incident where complaint_id = :id", complaint))["id"]
    assessed = candour.AssessIncident(incident_id=found, notifiable=True, harm="severe", reasons=W)
    await planted.say(complaint, K.ASSESS_INCIDENT, assessed, by=MANAGER)
    tried = candour.LogCandourAttempt(
        incident_id=found, tried_on=DAY, how="call", outcome="left_message", words=W, late_reason=W
    )
    await planted.say(complaint, K.LOG_CANDOUR_ATTEMPT, tried)
    told = candour.TellOfIncident(
        incident_id=found, told_on=DAY, how="in_person", elements=_elements("account", "enquiries", "apology"),
        record=W, late_reason=W,
    )  # fmt: skip
    await planted.say(complaint, K.TELL_OF_INCIDENT, told)
    support = candour.OfferCandourSupport(incident_id=found, what=W, offered_on=DAY, taken=True)
    await planted.say(complaint, K.OFFER_CANDOUR_SUPPORT, support)
    written = candour.WriteOfIncident(
        incident_id=found, kind="written", elements=_elements("account", "enquiries", "results", "apology"),
        enquiries=(candour.EnquirySaid(what=W, due_on=LATER),),
    )  # fmt: skip
    await planted.say(complaint, K.WRITE_OF_INCIDENT, written)
    await _release(planted, complaint, "candour_notice")
    results = candour.WriteOfIncident(incident_id=found, kind="results", elements=_elements("results", "apology"))
    await planted.say(complaint, K.WRITE_OF_INCIDENT, results)
    await _release(planted, complaint, "candour_results")
    ended = candour.EndCandour(incident_id=found, cause="done", reason=W)
    await planted.say(complaint, K.END_CANDOUR, ended, by=MANAGER)


async def _asked_from_outside(planted: Planted, complaint: UUID) -> None:
    """An Ombudsman without a code asks twice: one is answered with a pack, the other with words."""
    asked = referral.EnquirySaid(what=W, asked_on=DAY, due_on=LATER)
    received = referral.RecordReferral(
        kind="ombudsman", body="other_ombudsman", name=W, their_reference=W, received_on=DAY, scope=W, enquiry=asked
    )
    await planted.say(complaint, K.RECORD_REFERRAL, received)
    found = await _referral(planted, complaint)
    more = referral.RecordReferralEnquiry(referral_id=found, enquiry=asked)
    await planted.say(complaint, K.RECORD_REFERRAL_ENQUIRY, more)
    pack = AssemblePack(purpose="ombudsman", referral_id=found, include_restricted=True, restricted_reason=W, remark=W)
    await planted.say(complaint, K.ASSEMBLE_PACK, pack, by=MANAGER)
    made = (await planted.row("select id from evidence_pack where complaint_id = :id", complaint))["id"]
    enquiries = await planted.rows(
        "select id from referral_enquiry where complaint_id = :id order by number", complaint
    )
    answers: tuple[dict[str, Any], ...] = ({"pack_id": made}, {"words": W})
    for enquiry, how in zip(enquiries, answers, strict=True):
        answer = referral.AnswerReferral(referral_id=found, enquiry_id=enquiry["id"], answered_on=DAY, **how)
        await planted.say(complaint, K.ANSWER_REFERRAL, answer)


async def _recommended(planted: Planted, complaint: UUID) -> None:
    """They decide and recommend; it is complied with, told, learned from, and closed."""
    found = await _referral(planted, complaint)
    first = referral.RecordReferralDecision(
        referral_id=found, kind="preliminary", decided_on=DAY, words=W, comments_by=LATER
    )
    await planted.say(complaint, K.RECORD_REFERRAL_DECISION, first)
    comment = referral.CommentOnDecision(referral_id=found, commented_on=DAY, words=W)
    await planted.say(complaint, K.COMMENT_ON_DECISION, comment)
    asked = referral.RecommendationSaid(kind="action", what=W, target_on=LATER, owner_id=planted.body.person(SENIOR))
    final = referral.RecordReferralDecision(
        referral_id=found, kind="final", decided_on=DAY, words=W, outcome="upheld", recommendations=(asked,)
    )
    await planted.say(complaint, K.RECORD_REFERRAL_DECISION, final)
    row = await planted.row("select id from recommendation where complaint_id = :id", complaint)
    each: dict[str, Any] = {"referral_id": found, "recommendation_id": row["id"]}
    done = referral.RecordCompliance(**each, complied_on=DAY, evidence=W)
    await planted.say(complaint, K.RECORD_COMPLIANCE, done)
    await planted.say(complaint, K.TELL_COMPLIANCE, referral.TellCompliance(**each, told_on=DAY, how=W))
    await _release(planted, complaint, "recommendation_done")
    learned = referral.PublishLearning(referral_id=found, published_on=DAY, place=W, words=W)
    await planted.say(complaint, K.PUBLISH_LEARNING, learned)
    closed = referral.CloseReferral(referral_id=found, cause="done", reason=W)
    await planted.say(complaint, K.CLOSE_REFERRAL, closed, by=MANAGER)


async def a_digest(planted: Planted) -> None:
    """Compile the digest of the week in which all this was, and tell its seniors by e-mail."""
    world = planted.world
    digests = Digests(world.database, world.sweeper, world.mailbox, "redress@example.org")
    monday = DAY - timedelta(days=DAY.weekday())
    act = DigestAct(organisation_id=planted.body.id, week_on=monday, now=datetime(2028, 3, 6, 8, tzinfo=UTC))
    await digests.compile(act)
    assert (await digests.tell(act)).told


def _elements(*codes: candour.ElementCode) -> tuple[candour.ElementSaid, ...]:
    return tuple(candour.ElementSaid(code=code, words=W) for code in codes)


async def _escalation(planted: Planted, complaint: UUID, cause: str) -> UUID:
    row = await planted.row(f"select id from escalation where complaint_id = :id and cause = '{cause}'", complaint)
    return UUID(str(row["id"]))


async def _referral(planted: Planted, complaint: UUID) -> UUID:
    return UUID(str((await planted.row("select id from referral where complaint_id = :id", complaint))["id"]))


async def _release(planted: Planted, complaint: UUID, template: str) -> None:
    sql = f"select id from notice where complaint_id = :id and state = 'draft' and template = '{template}'"
    notice = await planted.row(sql, complaint)
    await planted.say(complaint, K.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=notice["id"]), by=MANAGER)


async def _forward(planted: Planted, workflow: str, length: timedelta) -> None:
    """Move the workflow of a proceeding, which begins at the machine's own time, once it is there."""
    handle = planted.world.client.get_workflow_handle(workflow)

    async def there() -> bool:
        try:
            await handle.describe()
        except RPCError:
            return False
        return True

    await until(there)
    await planted.world.skipper.fast_forward(handle, length)
