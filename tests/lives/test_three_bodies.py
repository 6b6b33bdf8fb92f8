"""One complaint of a hospital, a GP practice and a council, and of a care provider: one is silent, one disputes who
leads, for one the person takes their consent back, and the draft is revised twice. One response, looked at as a PDF.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr
from pypdf import PdfReader

from contracts.commands import CommandKind
from db import casework_said, finding_said, said
from db.consent_said import RecordConsent, WithdrawConsent
from db.joint_messages import (
    Accept,
    ActionDone,
    ActionPromised,
    Decline,
    DraftComment,
    IssueAnswered,
    LeadView,
    Submission,
    TimescaleView,
)
from db.joint_said import ContactSaid, NameBody
from db.lead_said import DecideLead, LeadDecider, ProposeLead, SetJointTimescale
from db.submission_said import ApproveContribution, NameGap, RequestRevision, SettleBodyAction
from gateways.anchors import FolderAnchors
from gateways.engine import connect
from gateways.sealing import new_key
from runtime.settings import Settings
from runtime.verifying import verify
from tests.apart import Apart
from tests.bodies import make_body
from tests.lives import casework as steps
from tests.lives.joint_life import JointLife
from tests.world import MORNING, World, a_world, until

K = CommandKind
DAY = MORNING.date()  # Thursday 2 March 2028
PRACTICE, COUNCIL, PROVIDER = "A81001", "E08000012", "VN4XX"
CONTRIBUTE_BY, RESPOND_BY = date(2028, 4, 7), date(2028, 6, 2)
TRAINING = uuid4()
RUNNING = "select id from clock where complaint_id = :id and state = 'running'"
SURGERY_WORDS, COUNCIL_WORDS = "The surgery rang nobody back.", "No carer came on three evenings."


@pytest.fixture(scope="module")
async def world(own_server: str, apart: Apart, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    settings = Settings(
        environment="development", state_dir=tmp_path_factory.mktemp("state"), secrets_key=SecretStr(new_key())
    )
    client = await connect(own_server, "default", lazy=False)
    async with a_world(client, apart.database, apart.sweeper, settings) as opened:
        yield opened


@pytest.fixture(scope="module")
async def life(world: World, apart: Apart) -> JointLife:
    """The whole of it, lived once for the tests that look at it."""
    body = make_body(apart.dsns.migrator, follows=None)
    found = JointLife(world=world, body=body, complaint=await world.log(body))
    await _issues(found)
    await _bodies_are_named(found)
    await _consent_is_given(found)
    await _the_council_disputes_who_leads(found)
    await _timescale(found)
    await _the_practice_is_silent(found)
    await _consent_is_taken_back(found)
    await _the_council_submits(found)
    await _the_gap_is_named(found)
    await _one_draft(found)
    await _signed(found)
    await _the_practice_wakes_up(found)
    await _afterwards(found)
    return found


async def _issues(life: JointLife) -> None:
    """Four issues: the ward, the surgery, home care, and the ambulance home."""
    acknowledged = said.Acknowledge(method="call", made_on=DAY, discussion_offered=True)
    await life.must(K.ACKNOWLEDGE, acknowledged)
    await life.must(K.MOVE_ON, casework_said.MoveOn(reason="Several bodies: too much to be put right at once."))
    life.issues = await steps.issues(
        life.world, life.body, life.complaint, "The ward lost the letter", "Nobody rang back", "No carer came",
        "The ambulance was late",
    )  # fmt: skip
    await steps.appoint(life.world, life.body, life.complaint, "investigator", "responsible_person")
    await steps.plan(life.world, life.body, life.complaint)


async def _bodies_are_named(life: JointLife) -> None:
    """Nothing is told to anybody: the person has not been asked."""
    who: dict[str, dict[str, Any]] = {
        PRACTICE: {"name": "Low Road Surgery", "body_kind": "nhs"},
        COUNCIL: {"name": "Exampleton Council", "body_kind": "local_authority"},
        PROVIDER: {"name": "Swift Ambulances Ltd", "body_kind": "independent_provider"},
    }
    for number, (code, known) in enumerate(who.items(), start=1):
        contacts = (
            ContactSaid(role="contact", name="Con Tact", email=f"contact@{code.lower()}.example.org"),
            ContactSaid(role="complaints_manager", name="Manny Ger", email=f"manager@{code.lower()}.example.org"),
            ContactSaid(role="responsible_person", name="Res Person", email=f"chief@{code.lower()}.example.org"),
        )
        what = NameBody(
            code=code, bound="regulation_9", way="page", issue_ids=(life.issues[number],), contacts=contacts, **known
        )
        await life.must(K.NAME_BODY, what)
        await life.named(code)
        assert (await life.of(code))["state"] == "consent_blocked"
        assert await life.told(code) == []


async def _consent_is_given(life: JointLife) -> None:
    party = await life.row("select id from party where complaint_id = :id and role = 'complainant'")
    for code in (PRACTICE, COUNCIL, PROVIDER):
        agreed = RecordConsent(
            scope="share_with_body", giver_id=party["id"], basis="statutory", given_on=DAY, body=code
        )
        await life.must(K.RECORD_CONSENT, agreed)
        assert (await life.of(code))["state"] == "invited"
        (first, body), *_ = await life.told(code)
        assert first == "invitation"
        assert len(body["issues"]) == 1


async def _the_council_disputes_who_leads(life: JointLife) -> None:
    """It says that it leads; both sides' seniors decide that the trust does; it says so again, and is refused."""
    await life.must(K.PROPOSE_LEAD, ProposeLead(person_prefers=life.body.code))
    for code in (COUNCIL, PROVIDER):
        assert await life.says(code, Accept(contact="Con Tact", senior_lead="Sen Ior", email="c@x.example.org")) is None
    claim = LeadView(agrees=False, proposes=COUNCIL, reason="Most of it is home care.", senior="Dir Ector")
    assert await life.says(COUNCIL, claim) is None
    assert await life.says(PROVIDER, LeadView(agrees=True)) is None
    decided = DecideLead(lead=life.body.code, reason="The person wants the hospital to answer.")
    refusal, _ = await life.refused(K.DECIDE_LEAD, decided, "responsible_person")
    assert refusal == "decider_needed"
    deciders = (LeadDecider(code=life.body.code, name="Res Ponsible"), LeadDecider(code=COUNCIL, name="Dir Ector"))
    by_both = DecideLead(lead=life.body.code, reason="The person wants the hospital to answer.", deciders=deciders)
    await life.must(K.DECIDE_LEAD, by_both, "responsible_person")
    assert await life.says(COUNCIL, claim) == "lead_already_decided"


async def _timescale(life: JointLife) -> None:
    await life.to(date(2028, 3, 7))
    await life.must(K.SET_JOINT_TIMESCALE, SetJointTimescale(contribute_by=CONTRIBUTE_BY, respond_by=RESPOND_BY))
    for code in (COUNCIL, PROVIDER):
        assert await life.says(code, TimescaleView(agrees=True)) is None
    await life.must(K.RECORD_DISCUSSION, said.RecordDiscussion(result="accepted", recorded_on=life.today))
    agreed = said.SetResponsePeriod(
        basis="agreed", respond_by=RESPOND_BY, update_every_days=28, agreed_with="Pat Complainant",
        agreed_on=life.today,
    )  # fmt: skip
    await life.must(K.SET_RESPONSE_PERIOD, agreed)
    await life.release("period_set", "joint_lead")


async def _the_practice_is_silent(life: JointLife) -> None:
    """Its ladder is climbed on its own side, up to its responsible person; our clocks run as ever."""
    before = await life.clock("relevant_period")
    early = NameGap(contribution_id=life.bodies[PRACTICE], reason="They do not answer.")
    assert await life.refused(K.NAME_GAP, early, "complaints_manager") == ("not_late_yet", [])
    await life.to(date(2028, 3, 20))
    assert (await life.of(PRACTICE))["level"] == "responsible_person"
    levels = [body["level"] for kind, body in await life.told(PRACTICE) if kind == "reminder"]
    assert levels[0] == "contact" and {"complaints_manager", "responsible_person"} <= set(levels)
    assert (await life.clock("relevant_period"))["due_on"] == before["due_on"]


async def _consent_is_taken_back(life: JointLife) -> None:
    """The provider hears that it is over, and nothing else; what it says then is refused."""
    consent = await life.row(
        "select id, giver_id from consent where complaint_id = :id and body = :code", code=PROVIDER
    )
    back = WithdrawConsent(
        consent_id=consent["id"], withdrawn_on=life.today, withdrawn_by=consent["giver_id"], how="call"
    )
    await life.must(K.WITHDRAW_CONSENT, back)
    row = await life.of(PROVIDER)
    assert (row["state"], row["split_cause"], row["open_to_body"]) == ("consent_blocked", "withdrawn", False)
    assert (await life.told(PROVIDER))[-1] == ("consent_ended", {"cause": "withdrawn"})
    late = Submission(issues=(_answer(4, "We were late."),), signed_by="Sig Natory", signed_role="Director")
    assert await life.says(PROVIDER, late) == "consent_missing"
    await life.release("joint_split")


async def _the_council_submits(life: JointLife) -> None:
    """On an issue that is not its own: refused. On its own: sent back once, then approved."""
    await life.to(date(2028, 4, 4))
    assert await life.says(COUNCIL, _part(2, COUNCIL_WORDS)) == "not_their_issue"
    assert await life.says(COUNCIL, _part(3, "Somebody came.")) is None
    back = RequestRevision(
        contribution_id=life.bodies[COUNCIL], reason="The rota says otherwise.", due_on=date(2028, 4, 14)
    )
    await life.must(K.REQUEST_REVISION, back)
    promised = ActionPromised(action_id=TRAINING, what="Train the carers.", due_on=date(2028, 9, 1))
    assert await life.says(COUNCIL, _part(3, COUNCIL_WORDS, promised)) is None
    await life.must(K.APPROVE_CONTRIBUTION, ApproveContribution(contribution_id=life.bodies[COUNCIL]))


async def _the_gap_is_named(life: JointLife) -> None:
    await life.to(date(2028, 4, 10))
    theirs = finding_said.RecordFinding(
        issue_id=life.issues[1], happened="x", should_have="x", standard="x", evidence="x", outcome="upheld", reason="x"
    )
    assert (await life.refused(K.RECORD_FINDING, theirs, "investigator"))[0] == "not_their_issue"
    own = finding_said.RecordFinding(
        issue_id=life.issues[0], happened="The letter lay in a tray.", should_have="It should have been sent.",
        standard="The ward's own", evidence="The tray", outcome="upheld", reason="It lay there for nine days.",
    )  # fmt: skip
    await life.must(K.RECORD_FINDING, own, "investigator")
    await life.must(K.SKIP_VIEWS, finding_said.SkipViews(reason="Nobody disputes it."), "complaints_manager")
    refusal, missing = await life.refused(K.DRAFT_RESPONSE, await _draft(life))
    assert (refusal, missing) == ("requirements_missing", ["contributions_settled"])
    gap = NameGap(contribution_id=life.bodies[PRACTICE], reason="They have not answered for five weeks.")
    await life.must(K.NAME_GAP, gap, "complaints_manager")


async def _one_draft(life: JointLife) -> None:
    """Commented on by the council, revised; shared with the person, revised again."""
    await steps.draft(life.world, life.body, life.complaint)
    first = await life.share("bodies", comment_by=date(2028, 4, 18))
    assert await life.says(COUNCIL, DraftComment(draft_id=first, agrees=False, words="It was four evenings.")) is None
    await life.weigh(first)
    await life.must(K.DRAFT_RESPONSE, await _draft(life, "Revised once, after the council."))
    second = await life.share("bodies", comment_by=date(2028, 4, 18))
    assert await life.says(COUNCIL, DraftComment(draft_id=second, agrees=True)) is None
    assert await life.says(COUNCIL, DraftComment(draft_id=uuid4(), agrees=True)) == "unknown_draft"
    with_person = await life.share("person")
    await life.release("joint_draft")
    await life.person_says(with_person, "My mother was 81, not 80.")
    assert "person_comment" in [kind for kind, _ in await life.told(COUNCIL)]
    await life.weigh(with_person)
    await life.must(K.DRAFT_RESPONSE, await _draft(life, "Revised twice, after her."))
    third = await life.share("bodies", comment_by=date(2028, 4, 18))
    assert await life.says(COUNCIL, DraftComment(draft_id=third, agrees=True)) is None


async def _signed(life: JointLife) -> None:
    await steps.clear(life.world, life.body, life.complaint, "complaints_manager")
    await steps.sign(life.world, life.body, life.complaint)
    response = [body for kind, body in await life.told(COUNCIL) if kind == "response"]
    assert len(response) == 1 and response[0]["names_gap"] is False


async def _the_practice_wakes_up(life: JointLife) -> None:
    """Its part comes after the response: a supplement is owed before the complaint can be closed."""
    await life.to(date(2028, 4, 25))
    assert await life.says(PRACTICE, Decline(reason="Too busy.")) is None
    assert await life.says(PRACTICE, Accept(contact="Con Tact", senior_lead="Part Ner")) is None
    assert await life.says(PRACTICE, _part(2, SURGERY_WORDS)) is None
    await life.must(K.APPROVE_CONTRIBUTION, ApproveContribution(contribution_id=life.bodies[PRACTICE]))
    refusal, missing = await life.refused(K.CLOSE, said.Close())
    assert (refusal, "supplement_sent" in missing) == ("requirements_missing", True)
    await steps.draft(life.world, life.body, life.complaint)
    supplement = await life.share("bodies", comment_by=date(2028, 5, 5))
    for code in (COUNCIL, PRACTICE):
        await life.says(code, DraftComment(draft_id=supplement, agrees=True))
    await steps.clear(life.world, life.body, life.complaint, "complaints_manager")
    await steps.sign(life.world, life.body, life.complaint)


async def _afterwards(life: JointLife) -> None:
    """The complaint is closed; what the council promised is seen to completion, and the person is told."""
    await life.to(date(2028, 5, 2))
    await life.release()
    await steps.code(life.world, life.body, life.complaint)
    await life.must(K.CLOSE, said.Close())
    life.ended = True
    life.gone |= {PRACTICE, PROVIDER}
    assert (await life.of(COUNCIL))["state"] == "approved"
    await life.to(date(2028, 9, 5))
    done = ActionDone(action_id=TRAINING, done_on=life.today, evidence="Twelve carers, 4 September.")
    assert await life.says(COUNCIL, done) is None
    action = await life.row("select id from body_action where contribution_id = :one", one=life.bodies[COUNCIL])
    await life.must(
        K.SETTLE_BODY_ACTION,
        SettleBodyAction(contribution_id=life.bodies[COUNCIL], action_id=action["id"], done=True),
    )
    await life.release("joint_action_done")
    assert await life.says(COUNCIL, _part(3, "Once more.")) == "contribution_released"


def _answer(number: int, found: str) -> IssueAnswered:
    return IssueAnswered(
        number=number, did="We asked everybody.", found=found, conclusion="upheld", remedy="We are sorry."
    )


def _part(number: int, found: str, *actions: ActionPromised) -> Submission:
    return Submission(issues=(_answer(number, found),), signed_by="Sig Natory", signed_role="Director", actions=actions)


async def _draft(life: JointLife, words: str = steps.WORDS) -> Any:
    """Return a draft of the response in other words."""
    return await steps.a_draft(life.world, life.body, life.complaint, words)


async def test_every_body_was_told_its_own_part_and_no_more(life: JointLife) -> None:
    kinds = {code: [kind for kind, _ in await life.told(code)] for code in life.bodies}
    assert kinds[PROVIDER][-1] == "released" and "draft" not in kinds[PROVIDER]
    assert kinds[COUNCIL].count("draft") == 4 and kinds[COUNCIL].count("response") == 2
    for code, number in ((PRACTICE, 2), (COUNCIL, 3), (PROVIDER, 4)):
        for kind, body in await life.told(code):
            if kind in ("invitation", "issues"):
                assert {each["number"] for each in body["issues"]} == {number}


async def test_the_clocks_of_the_lead_ran_as_ever(life: JointLife) -> None:
    period = await life.clock("relevant_period")
    assert (period["due_on"], period["met_on"], period["in_time"]) == (date(2028, 9, 1), date(2028, 4, 10), True)
    moved = await life.rows(
        "select distinct k.kind from clock_version v join clock k on k.id = v.clock_id"
        " where k.complaint_id = :id and k.effect = 'statutory' and v.generation > 1"
    )
    assert moved == []


async def test_what_was_refused_has_an_event_and_changed_nothing(life: JointLife) -> None:
    rows = await life.rows(
        "select data from case_event where complaint_id = :id and kind = 'contribution.message_refused'"
    )
    refused = " ".join(row["data"] for row in rows)
    for code in (
        "lead_already_decided",
        "consent_missing",
        "not_their_issue",
        "unknown_draft",
        "contribution_released",
    ):
        assert code in refused
    assert "evening" not in refused


async def test_the_one_response_names_what_each_did_and_what_is_missing(life: JointLife) -> None:
    letters: Sequence[Any] = ()

    async def copied() -> bool:
        nonlocal letters
        letters = await life.rows(
            "select n.body, c.content from notice n join letter_copy c on c.notice_id = n.id"
            " where n.complaint_id = :id and n.template like 'response%' and n.party_id is not null"
            " order by n.drafted_at"
        )
        return len(letters) == 2

    await until(copied)
    first, second = letters
    for words in ("Exampleton Council", COUNCIL_WORDS, "Train the carers.", "Low Road Surgery", "Swift Ambulances Ltd",
                  "The letter lay in a tray.", "Revised twice, after her."):  # fmt: skip
        assert words in first["body"]
    assert SURGERY_WORDS not in first["body"] and SURGERY_WORDS in second["body"]
    assert COUNCIL_WORDS not in second["body"]
    printed = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(first["content"])).pages).split())
    assert COUNCIL_WORDS in printed and "Swift Ambulances Ltd" in printed


async def test_it_all_ended_and_the_evidence_is_sound(life: JointLife, world: World, tmp_path: Any) -> None:
    states = {code: (await life.of(code))["state"] for code in life.bodies}
    assert states == {PRACTICE: "released", COUNCIL: "released", PROVIDER: "released"}
    for code in life.bodies:
        description = await life.workflow(code).describe()
        assert description.status is not None and description.status.name == "COMPLETED"
    assert await life.rows(f"{RUNNING} and proceeding_id is null") == []
    # That the practice was silent up to its responsible person, again and again, still asks for a senior of ours.
    asking = await life.rows("select cause, acknowledged_at from escalation where complaint_id = :id")
    assert {(each["cause"], each["acknowledged_at"]) for each in asking} == {
        ("body_silent", None), ("repeated_breach", None),
    }  # fmt: skip
    report = await verify(world.database, world.sweeper, FolderAnchors(tmp_path), world.clock.now())
    assert [each.what for each in report.findings] == []
