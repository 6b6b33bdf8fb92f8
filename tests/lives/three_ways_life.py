"""One complaint to which four bodies contribute at once, each its own way, from its first day to its last."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

import httpx2

from contracts import names
from contracts.commands import CommandKind
from contracts.joint import JointPartStart
from db import casework_said, finding_said, said
from db.body_request_said import AskBody, ReviewBodyAnswer
from db.consent_said import RecordConsent
from db.joint_said import ContactSaid, NameBody
from db.lead_said import DecideLead, LeadDecider, ProposeLead, SetJointTimescale
from db.submission_said import ApproveContribution, RequestRevision, SettleBodyAction
from runtime.settings import Settings
from tests.bodies import Body
from tests.lives import casework as steps
from tests.lives.another_system import System
from tests.lives.company import Company
from tests.lives.joint_life import JointLife
from tests.lives.three_ways import Here, Json, Page, Taker, Telephone, headers
from tests.receiver import Receiver
from tests.world import MORNING, World

K = CommandKind
DAY = MORNING.date()  # Thursday 2 March 2028
LAST_DAY = date(2028, 3, 6)  # of the consent for the practice
PRACTICE, HOSPICE, DEPARTMENT = "A81001", "8HQ01", "dept-benefits"
CONTRIBUTE_BY, RESPOND_BY, AGAIN_BY = date(2028, 4, 7), date(2028, 6, 2), date(2028, 3, 20)
WARD, HOME_CARE, SURGERY, NIGHTS, BENEFITS = (
    *("The ward lost the letter", "No carer came", "Nobody rang back"),
    *("Nobody sat with her", "The money was stopped"),
)
ISSUES = (WARD, HOME_CARE, SURGERY, NIGHTS, BENEFITS)
FOUND = {2: "Three evenings had no carer.", 3: "The list was lost.", 4: "One nurse had twelve rooms.",
         5: "A form was read wrongly."}  # fmt: skip


@dataclass(kw_only=True)
class Lived:
    """What was lived, and what was seen on the way."""

    life: JointLife
    company: Company
    here: Here
    system: System
    page: Page
    telephone: Telephone
    settings: Settings
    subscription: UUID
    page_told: list[str] = field(default_factory=list)
    page_html: str = ""
    hooked: list[Json] = field(default_factory=list)
    before_midnight: list[Json] = field(default_factory=list)
    just_after_midnight: list[Json] = field(default_factory=list)

    @property
    def all(self) -> tuple[Taker, ...]:
        return self.here, self.system, self.page, self.telephone

    @property
    def to_the_end(self) -> tuple[Taker, ...]:
        return self.here, self.page, self.telephone


async def live(found: Lived) -> None:
    """Live all of it, from the consent of the person to the end."""
    for step in (
        _invited, _accepted, _who_leads, _timescale, _information, _submitted_and_sent_back, _consent_ends,
        _approved, _one_draft_signed, _actions_are_done, _closed,
    ):  # fmt: skip
        await step(found)


async def begin(
    world: World, settings: Settings, lead: Body, council: Body, receiver: Receiver, clients: list[httpx2.AsyncClient]
) -> Lived:
    """Log a complaint of five issues; the last four are the bodies', each named, and none told."""
    complaint = await world.log(lead)
    life, company = JointLife(world=world, body=lead, complaint=complaint), Company(world)
    company.ids.add(names.complaint_workflow_id(complaint))
    company.known(await world.handle(complaint).describe())
    await life.must(K.ACKNOWLEDGE, said.Acknowledge(method="call", made_on=DAY, discussion_offered=True))
    await life.must(K.MOVE_ON, casework_said.MoveOn(reason="Several bodies."))
    life.issues = await steps.issues(world, lead, complaint, *ISSUES)
    await steps.appoint(world, lead, complaint, "investigator", "responsible_person")
    await steps.plan(world, lead, complaint)
    partner = await _partner(clients[0], settings, world, lead, receiver.url)
    shared: Json = {"life": life, "company": company}
    found = Lived(
        **shared,
        here=Here(code=council.code, number=2, body=council, client=clients[0], settings=settings, **shared),
        system=System(
            code=PRACTICE, number=3, client=clients[1], receiver=receiver, secret=partner["secret"],
            door=partner["ourDoor"], **shared,
        ),
        page=Page(
            code=HOSPICE, number=4, client=clients[2], mails=settings.state_dir, address="ward@hospice.example.org",
            **shared,
        ),
        telephone=Telephone(code=DEPARTMENT, number=5, **shared),
        settings=settings,
        subscription=UUID(partner["subscriptionId"]),
    )  # fmt: skip
    contact = (ContactSaid(role="contact", name="Con Tact", email="ward@hospice.example.org"),)
    known: dict[str, Json] = {
        council.code: {"name": "Exampleton Council", "body_kind": "local_authority", "way": "here"},
        PRACTICE: {"name": "Low Road Surgery", "body_kind": "nhs", "way": "system", "partner_id": UUID(partner["id"])},
        HOSPICE: {"name": "Hill Hospice", "body_kind": "independent_provider", "way": "page", "contacts": contact},
        DEPARTMENT: {"name": "Benefits Office", "body_kind": "department", "way": "none", "bound": "voluntary"},
    }
    for taker in found.all:
        more: Json = {"bound": "regulation_9"} | known[taker.code]
        what = NameBody(code=taker.code, issue_ids=(life.issues[taker.number - 1],), **more)
        await life.must(K.NAME_BODY, what)
        row = await life.row("select id from contribution where complaint_id = :id and code = :code", code=taker.code)
        life.bodies[taker.code] = row["id"]
        company.ids.add(names.contribution_workflow_id(row["id"]))
    company.ids.add(names.webhooks_workflow_id(found.subscription))
    await company.keep_up()
    return found


async def _partner(client: httpx2.AsyncClient, settings: Settings, world: World, lead: Body, hook: str) -> Json:
    made = {
        "code": PRACTICE, "name": "Low Road Surgery", "bodyKind": "nhs", "bound": "regulation_9", "way": "system",
        "hookUrl": hook,
    }  # fmt: skip
    who = headers(settings, lead, world, "complaints_manager")
    answer = await client.post("/v1/organisation/partners", json=made, headers=who)
    assert answer.status_code == 201, answer.text
    partner: Json = answer.json()
    return partner


async def _invited(found: Lived) -> None:
    """Nothing is told before the person agrees; then each is invited, and reads of its own issue."""
    life = found.life
    assert await life.rows("select id from joint_message where complaint_id = :id") == []
    assert found.system.receiver.arrived == [] and list(found.settings.state_dir.rglob("*hospice*.eml")) == []
    unknown = await found.system.client.get(
        f"{found.system.door}/contributions/{found.system.id}",
        headers={"Authorization": f"Bearer {found.system.credential()}"},
    )
    assert unknown.status_code == 401
    await found.here.await_the_invitation()
    told, life.world.engine.tell_joint_part = life.world.engine.tell_joint_part, _later  # type: ignore[method-assign]
    party = await life.row("select id from party where complaint_id = :id and role = 'complainant'")
    for taker in found.all:
        agreed = RecordConsent(
            scope="share_with_body", giver_id=party["id"], basis="statutory", given_on=DAY, body=taker.code,
            expires_on=LAST_DAY if taker.code == PRACTICE else None,
        )  # fmt: skip
        await life.must(K.RECORD_CONSENT, agreed)
    life.world.engine.tell_joint_part = told  # type: ignore[method-assign]
    await found.here.begin()
    await found.company.keep_up()


async def _later(start: JointPartStart) -> None:
    """Leave the part's workflow to be begun at the world's time."""


async def _accepted(found: Lived) -> None:
    for taker in found.all:
        mine = {"contact": "Con Tact", "senior_lead": "Sen Ior"}
        mine |= {"email": "ward@hospice.example.org"} if taker is found.page else {}
        assert await taker.say("accept", **mine) is None
        assert (await found.life.of(taker.code))["state"] == "accepted"
    assert await found.system.say("accept", contact="Con Tact", senior_lead="Sen Ior") == "nothing_changes"


async def _who_leads(found: Lived) -> None:
    """The hospice disputes it by its page; seniors of both sides decide."""
    life = found.life
    await life.must(K.PROPOSE_LEAD, ProposeLead())
    for taker in (found.here, found.system, found.telephone):
        assert await taker.say("lead_view", agrees=True) is None
    claim = {"agrees": False, "proposes": found.here.code, "reason": "Most was at home.", "senior": "Mat Ron"}
    assert await found.page.say("lead_view", **claim) is None
    deciders = (LeadDecider(code=life.body.code, name="Res Ponsible"), LeadDecider(code=HOSPICE, name="Mat Ron"))
    decided = DecideLead(lead=life.body.code, reason="She wants the hospital to answer.", deciders=deciders)
    await life.must(K.DECIDE_LEAD, decided, "responsible_person")


async def _timescale(found: Lived) -> None:
    life = found.life
    await life.must(K.SET_JOINT_TIMESCALE, SetJointTimescale(contribute_by=CONTRIBUTE_BY, respond_by=RESPOND_BY))
    for taker in found.all:
        assert await taker.say("timescale_view", agrees=True) is None
    await life.must(K.RECORD_DISCUSSION, said.RecordDiscussion(result="accepted", recorded_on=life.today))
    agreed = said.SetResponsePeriod(
        basis="agreed", respond_by=RESPOND_BY, update_every_days=28, agreed_with="Pat Example", agreed_on=life.today
    )
    await life.must(K.SET_RESPONSE_PERIOD, agreed)


async def _information(found: Lived) -> None:
    for taker in found.all:
        asked = AskBody(contribution_id=taker.id, what="The record of the calls", due_on=AGAIN_BY)
        await found.life.must(K.ASK_BODY, asked)
        row = await found.life.row("select id from body_request where contribution_id = :one", one=taker.id)
        assert await taker.say("information", request_id=str(row["id"]), words="It is attached.") is None
        settled = ReviewBodyAnswer(contribution_id=taker.id, request_id=row["id"], result="accepted")
        await found.life.must(K.REVIEW_BODY_ANSWER, settled)


async def _submitted_and_sent_back(found: Lived) -> None:
    """All of it, and not of another's issue; each is sent back once. The practice has not fetched that."""
    for taker in found.all:
        theirs = taker.part("No.")
        if taker is not found.page:  # whose page asks of its own issues alone
            theirs["issues"][0]["number"] = 1
            assert await taker.say("submission", **theirs) == "not_their_issue"
        assert await taker.say("submission", **taker.part("It is as you say.")) is None
    found.hooked += await found.system.hooked()
    found.before_midnight = list(await found.system.page(0))
    await found.system.told()
    for taker in found.all:
        back = RequestRevision(contribution_id=taker.id, reason="Say how it came to it.", due_on=AGAIN_BY)
        await found.life.must(K.REQUEST_REVISION, back)
    for taker in found.to_the_end:
        assert await taker.say("submission", **taker.part(FOUND[taker.number])) is None
    found.hooked += await found.system.hooked()


async def _consent_ends(found: Lived) -> None:
    """At midnight, by the clock: nothing more is read, before any workflow has heard of it."""
    await found.company.to(LAST_DAY, 23)
    assert (await found.system.stands())["open"] is True
    assert [each["kind"] for each in await found.system.page(found.system.read[-1]["seq"])] == ["revision"]
    at, world = found.life.world.clock.time, found.life.world
    world.clock.time = datetime(2028, 3, 7, tzinfo=UTC)
    found.just_after_midnight = await found.system.page(0)
    assert (await found.system.stands())["open"] is False
    assert (await found.life.of(PRACTICE))["state"] == "revision_requested"
    world.clock.time = at
    await found.company.to(date(2028, 3, 7), 0, 1)
    found.hooked += await found.system.hooked()
    assert (await found.life.of(PRACTICE))["state"] == "consent_blocked"
    await found.company.to(date(2028, 3, 7))
    assert await found.system.say("submission", **found.system.part(FOUND[3])) == "consent_missing"
    await found.system.told()


async def _approved(found: Lived) -> None:
    life = found.life
    for taker in found.to_the_end:
        await life.must(K.APPROVE_CONTRIBUTION, ApproveContribution(contribution_id=taker.id, round=2))
    own = finding_said.RecordFinding(
        issue_id=life.issues[0], happened="It lay in a tray.", should_have="It should have been sent.",
        standard="The ward's own", evidence="The tray", outcome="upheld", reason="It lay there for nine days.",
    )  # fmt: skip
    await life.must(K.RECORD_FINDING, own, "investigator")
    await life.must(K.SKIP_VIEWS, finding_said.SkipViews(reason="Nobody disputes it."), "complaints_manager")


async def _one_draft_signed(found: Lived) -> None:
    life = found.life
    await steps.draft(life.world, life.body, life.complaint)
    draft = await life.share("bodies", comment_by=date(2028, 3, 14))
    for taker in found.to_the_end:
        words = {"agrees": False, "words": f"It was four, says {taker.code}."}
        assert await taker.say("draft_comment", draft_id=str(draft), **words) is None
    await life.weigh(draft)
    refused = await found.system.say("draft_comment", draft_id=str(draft), agrees=True)
    assert refused == "consent_missing"
    with_person = await life.share("person")
    await life.release("joint_draft")
    await life.person_says(with_person, "She was 81.")
    await life.weigh(with_person)
    await steps.clear(life.world, life.body, life.complaint, "complaints_manager")
    await steps.sign(life.world, life.body, life.complaint)


async def _actions_are_done(found: Lived) -> None:
    life = found.life
    await found.company.to(date(2028, 3, 8))
    for taker in found.to_the_end:
        done = {"action_id": str(taker.action), "done_on": life.today.isoformat(), "evidence": "A list of names."}
        assert await taker.say("action_done", **done) is None
        row = await life.row("select id from body_action where contribution_id = :one and state = 'done'", one=taker.id)
        if taker is found.page:  # its link ends with its last action
            found.page_told, found.page_html = await found.page.told(), await found.page.html()
        settled = SettleBodyAction(contribution_id=taker.id, action_id=row["id"], done=True)
        await life.must(K.SETTLE_BODY_ACTION, settled)
        assert (await life.of(taker.code))["state"] == "released"


async def _closed(found: Lived) -> None:
    life = found.life
    await life.release()
    await steps.code(life.world, life.body, life.complaint)
    await life.must(K.CLOSE, said.Close())
    found.hooked += await found.system.hooked()
    await found.system.told()
    await found.company.keep_up()
