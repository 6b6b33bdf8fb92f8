"""Consent over real PostgreSQL: recorded, withdrawn, ended by time and death, and asked before anything leaves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.acts import consents
from activities.acts.case import Refused
from activities.acts.views import share_views
from activities.notices import Notices
from contracts.code import Code
from contracts.commands import CommandKind
from contracts.notices import NoticeAct, NoticeState
from db import bereavement_said, consent_said, desk_said, eligibility_said, finding_said, office_said, said
from db.models.complaint import Party
from gateways.mail import OutgoingMail
from gateways.typst_letters import TypstTypesetter
from tests.activities.cases import a_case
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body

TODAY = MORNING.date()


def people(*, consent: Any = None, ground: Any = None, email: str | None = "d@example.org") -> dict[str, Any]:
    """Somebody complains for her mother, and an advocate is named."""
    return {
        "source": "person",
        "parties": (
            said.PartySaid(role="complainant", name="Dee", email=email, consent_basis=consent, ground=ground),
            said.PartySaid(role="affected", name="Mum", address="1 High Street"),
            said.PartySaid(role="advocate", name="Ada", email="ada@example.org"),
        ),
    }


@pytest.fixture
async def family(beside: Apart, body: Body) -> Desk:
    return await a_desk(beside, body, **people())


def party(desk: Desk, role: str) -> UUID:
    return UUID(desk.row(f"select id from party where complaint_id = %s and role = '{role}'")["id"])


async def a_contact(desk: Desk) -> UUID:
    what = office_said.RecordContact(
        direction="in", channel="call", happened_at=desk.apart.engine.now, with_whom="Mum", summary="She agrees."
    )
    await desk.must(CommandKind.RECORD_CONTACT, what)
    rows = desk.rows("select id from contact where complaint_id = %s order by said_at, id")
    return UUID(rows[-1]["id"])


async def agree(desk: Desk, recipient: str = "complainant", **changes: Any) -> Any:
    """Have the person affected consent; return what became of it."""
    what: dict[str, Any] = {
        "scope": "represent",
        "giver_id": changes.get("giver_id") or party(desk, "affected"),
        "recipient_id": party(desk, recipient),
        "basis": "oral",
        "given_on": TODAY,
    } | changes
    if "contact_id" not in what and "file_id" not in what and what["basis"] != "statutory":
        what["contact_id"] = await a_contact(desk)
    return await desk.do(CommandKind.RECORD_CONSENT, consent_said.RecordConsent(**what))


def latest(desk: Desk) -> dict[str, Any]:
    return desk.rows("select * from consent where complaint_id = %s order by number")[-1]


async def withdraw(desk: Desk, **changes: Any) -> Any:
    changes.setdefault("consent_id", None)
    changes["consent_id"] = changes["consent_id"] or UUID(latest(desk)["id"])
    what: dict[str, Any] = {
        "withdrawn_on": desk.apart.engine.now.date(),
        "withdrawn_by": party(desk, "affected"),
        "how": "call",
    } | changes
    return await desk.do(CommandKind.WITHDRAW_CONSENT, consent_said.WithdrawConsent(**what))


async def update(desk: Desk) -> Any:
    return await desk.do(CommandKind.SEND_UPDATE, office_said.SendUpdate(subject="How it stands", body="We wait."))


async def told(desk: Desk, role: str, template: str) -> bool:
    async with a_case(desk) as case:
        return await consents.may_be_told(case, await case.session.get_one(Party, party(desk, role)), template)


async def in_progress(desk: Desk) -> None:
    await desk.acknowledge(TODAY)


async def test_what_tells_of_somebody_else_leaves_only_with_their_consent(family: Desk) -> None:
    await in_progress(family)
    assert (await update(family)).refusal == "consent_missing"
    assert family.notices("update") == []
    assert (await agree(family)).state == "applied"
    assert (await update(family)).state == "applied"
    assert [each["state"] for each in family.notices("update")] == ["queued"]


async def test_who_complains_for_themselves_needs_nobodys_consent(desk: Desk) -> None:
    await in_progress(desk)
    assert (await update(desk)).state == "applied"


async def test_a_draft_that_is_not_covered_cannot_be_released_and_stays(family: Desk) -> None:
    await in_progress(family)
    await family.agree(date(2028, 4, 20))
    (draft,) = family.notices("period_set")
    assert draft["state"] == "draft"
    # When they hear from us they may know: whoever complained has no need of consent for that.
    release = desk_said.ReleaseNotice(notice_id=UUID(draft["id"]))
    assert (await family.do(CommandKind.RELEASE_NOTICE, release)).state == "applied"
    what = said.Extend(clock="response_period", respond_by=date(2028, 5, 4), reason="Notes", agreed_with="Dee",
                       agreed_on=TODAY)  # fmt: skip
    await family.must(CommandKind.EXTEND, what)
    (draft,) = family.notices("extension")
    release = desk_said.ReleaseNotice(notice_id=UUID(draft["id"]), subject="More time", body="We need more time.")
    assert (await family.do(CommandKind.RELEASE_NOTICE, release)).refusal == "consent_missing"
    assert family.notices("extension")[0]["state"] == "draft"
    await agree(family, scope="correspond")
    assert (await family.do(CommandKind.RELEASE_NOTICE, release)).state == "applied"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"basis": "written", "contact_id": None}, "reason_needed"),
        ({"contact_id": uuid4()}, "contradicts_record"),
        ({"file_id": uuid4()}, "unknown_file"),
        ({"given_on": TODAY + timedelta(days=1)}, "date_in_future"),
        ({"expires_on": TODAY}, "date_not_later"),
        ({"recipient_id": uuid4()}, "unknown_party"),
        ({"giver_id": uuid4()}, "unknown_party"),
        ({"body": "RXH"}, "unknown_party"),
        ({"giver_ground": "attorney"}, "contradicts_record"),
    ],
)
async def test_a_consent_that_cannot_be_is_refused(family: Desk, changes: dict[str, Any], refusal: str) -> None:
    assert (await agree(family, **changes)).refusal == refusal
    assert family.rows("select * from consent where complaint_id = %s") == []


async def test_nobody_but_the_person_consents_without_a_ground(family: Desk) -> None:
    giver = party(family, "complainant")
    assert (await agree(family, "advocate", giver_id=giver)).refusal == "reason_needed"
    named = {"giver_id": giver, "giver_ground": "personal_representative"}
    assert (await agree(family, "advocate", **named)).refusal == "contradicts_record"
    assert (await agree(family, "advocate", giver_id=giver, giver_ground="attorney")).state == "applied"
    assert (await agree(family, "affected")).refusal == "contradicts_record"


async def test_evidence_and_people_of_another_complaint_are_refused(beside: Apart, body: Body, family: Desk) -> None:
    other = await a_desk(beside, body, **people())
    assert (await agree(family, contact_id=await a_contact(other))).refusal == "contradicts_record"
    assert (await agree(family, recipient_id=party(other, "complainant"))).refusal == "unknown_party"
    assert (await agree(other)).state == "applied"
    assert (await withdraw(family, consent_id=UUID(latest(other)["id"]))).refusal == "unknown_consent"


async def test_a_consent_covers_its_scope_and_its_recipient_only(family: Desk) -> None:
    await agree(family, "advocate", scope="disclose_response")
    assert await told(family, "advocate", "response")
    assert not await told(family, "advocate", "update")
    assert not await told(family, "complainant", "response")
    await agree(family, "advocate", scope="correspond")
    assert await told(family, "advocate", "update")


async def test_a_newer_consent_takes_the_place_of_the_older_and_meets_its_clock(family: Desk) -> None:
    assert (await agree(family, expires_on=TODAY + timedelta(days=30))).state == "applied"
    clock = family.clock("consent_expiry")
    assert (clock["state"], clock["due_on"]) == ("running", "2028-04-01")
    family.at(MORNING + timedelta(days=20))
    assert (await agree(family)).state == "applied"
    assert family.clock("consent_expiry")["state"] == "met"
    first, second = family.rows("select * from consent where complaint_id = %s order by number")
    assert (first["superseded_by"], second["number"]) == (second["id"], 2)
    assert (await withdraw(family, consent_id=UUID(first["id"]))).refusal == "consent_settled"
    family.at(MORNING + timedelta(days=40))
    assert await told(family, "complainant", "update")


async def test_a_consent_ends_on_the_evening_of_its_last_day(family: Desk) -> None:
    await agree(family, expires_on=TODAY + timedelta(days=5))
    family.at(MORNING + timedelta(days=5))
    assert await told(family, "complainant", "update")
    family.at(MORNING + timedelta(days=6))
    assert not await told(family, "complainant", "update")
    assert (await withdraw(family)).refusal == "consent_settled"


async def test_withdrawing_stops_what_is_on_its_way_and_asks_who_speaks(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, **people(email=None))
    await in_progress(desk)
    await agree(desk)
    assert (await update(desk)).state == "applied"
    assert [each["state"] for each in desk.notices("update")] == ["released"]
    decided = eligibility_said.DecideStanding(party_id=party(desk, "complainant"), may_speak=True, ground="asked",
                                              consent_basis="oral")  # fmt: skip
    await desk.must(CommandKind.DECIDE_STANDING, decided, "complaints_manager")
    assert [
        task for task in desk.tasks("decide_standing") if task["subject_id"] == str(party(desk, "complainant"))
    ] == []
    desk.at(MORNING + timedelta(hours=1))
    assert (await withdraw(desk, words="I changed my mind.")).state == "applied"
    (letter,) = desk.notices("update")
    assert (letter["state"], letter["failure"]) == ("withheld", "consent_withdrawn")
    assert [task["notice_id"] for task in desk.tasks("notice_withheld")] == [letter["id"]]
    assert desk.tasks("post_letter") == []
    asked = [task["subject_id"] for task in desk.tasks("decide_standing")]
    assert str(party(desk, "complainant")) in asked
    assert not await told(desk, "complainant", "update")
    assert "mind" not in str(desk.events("consent.withdrawn"))
    # Decided anew, they may speak again.
    desk.at(MORNING + timedelta(hours=2))
    await desk.must(CommandKind.DECIDE_STANDING, decided, "complaints_manager")
    assert await told(desk, "complainant", "update")


async def test_a_consent_is_withdrawn_once_and_by_the_person_only(family: Desk) -> None:
    await agree(family)
    assert (await withdraw(family, withdrawn_by=party(family, "advocate"))).refusal == "unknown_party"
    assert (await withdraw(family, withdrawn_on=TODAY + timedelta(days=1))).refusal == "date_in_future"
    assert (await withdraw(family)).state == "applied"
    assert (await withdraw(family)).refusal == "consent_settled"


async def test_a_letter_that_was_posted_after_its_consent_ran_out_has_left_and_is_looked_into(
    beside: Apart, body: Body
) -> None:
    desk = await a_desk(beside, body, **people(email=None))
    await in_progress(desk)
    await agree(desk, expires_on=TODAY + timedelta(days=1))
    await update(desk)
    (task,) = [each for each in desk.tasks("post_letter") or desk.tasks("find_way")]
    desk.at(MORNING + timedelta(days=2))
    await desk.must(CommandKind.COMPLETE_TASK, desk_said.CompleteTask(task_id=UUID(task["id"])))
    (letter,) = desk.notices("update")
    assert (letter["state"], letter["failure"]) == ("handed_over", "consent_missing")
    assert [each["notice_id"] for each in desk.tasks("information_governance")] == [letter["id"]]
    assert len(desk.events("notice.handed_over")) == len(desk.events("notice.left_uncovered")) == 1
    assert desk.row(f"select state from task where complaint_id = %s and id = '{task['id']}'")["state"] == "done"


async def test_what_a_person_agreed_to_ends_with_their_death(beside: Apart, standards: Body) -> None:
    family = await a_desk(beside, standards, **people())
    await agree(family, "advocate")
    await agree(family, "advocate", scope="disclose_response", after_death=True)
    death = bereavement_said.RecordDeath(party_id=party(family, "affected"), known_on=TODAY)
    await family.must(CommandKind.RECORD_DEATH, death)
    assert not await told(family, "advocate", "update")
    assert await told(family, "advocate", "response")
    assert [each["data"]["scope"] for each in family.events("consent.ended_by_death")] == ["represent"]
    assert len(family.tasks("renew_consent")) == 1
    # Whoever complained speaks for somebody who has died.
    assert await told(family, "complainant", "response")


@pytest.mark.parametrize(("consent", "may"), [("written", True), ("oral", True), (None, False), ("none", False)])
async def test_what_was_shown_when_somebody_was_logged_counts(
    beside: Apart, body: Body, consent: str | None, may: bool
) -> None:
    desk = await a_desk(beside, body, **people(consent=consent))
    assert await told(desk, "complainant", "response") is may


async def test_an_mp_is_told_as_far_as_a_constituent_who_turned_to_them_agrees(beside: Apart, body: Body) -> None:
    for basis, may in (("implied_constituent", True), ("none", False)):
        mp = said.PartySaid(role="mp", name="An MP", email="mp@example.org", consent_basis=basis)  # type: ignore[arg-type]
        desk = await a_desk(beside, body, parties=(said.PartySaid(role="complainant", name="Pat"), mp), source="mp")
        assert await told(desk, "mp", "mp_reply") is may
        assert bool(desk.tasks("consent_needed")) is not may
    given = {"giver_id": party(desk, "complainant"), "scope": "disclose_response"}
    assert (await agree(desk, "mp", **given)).state == "applied"
    assert await told(desk, "mp", "mp_reply")
    assert desk.tasks("consent_needed") == []


async def test_views_are_not_shared_with_somebody_who_may_not_see_them(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, **people())
    shared = finding_said.SharedWith(party_id=party(desk, "advocate"), method="writing", on=TODAY)
    what = finding_said.ShareViews(words="We think.", shared=(shared,))
    async with a_case(desk) as case:
        with pytest.raises(Refused) as refused:
            await share_views(case, what)
    assert refused.value.refusal == "consent_missing"


async def test_consent_is_recorded_after_the_end_too_and_only_once_for_a_repeat(family: Desk) -> None:
    await family.withdraw()
    assert (await agree(family, expires_on=TODAY + timedelta(days=9))).state == "applied"
    assert family.rows("select * from clock where complaint_id = %s and kind = 'consent_expiry'") == []
    assert (await withdraw(family)).state == "applied"
    assert len(family.rows("select * from consent where complaint_id = %s")) == 1


class NoMail:
    """Keep what would be sent."""

    def __init__(self) -> None:
        self.sent: list[OutgoingMail] = []

    async def send(self, mail: OutgoingMail) -> None:
        self.sent.append(mail)


async def test_a_mail_is_asked_about_once_more_at_the_moment_of_sending(family: Desk) -> None:
    await in_progress(family)
    await agree(family, expires_on=TODAY + timedelta(days=1))
    await update(family)
    (letter,) = family.notices("update")
    mail = NoMail()
    notices = Notices(family.apart.database, mail, "complaints@default.example", TypstTypesetter())
    late = MORNING + timedelta(days=2)
    act = NoticeAct(
        organisation_id=family.body.id, complaint_id=family.complaint, notice_id=UUID(letter["id"]), now=late
    )
    outcome = await ActivityEnvironment().run(notices.send, act)
    assert (outcome.state, outcome.failure) == (NoticeState.WITHHELD, Code("consent_missing"))
    assert mail.sent == []
    await ActivityEnvironment().run(notices.report, act)
    family.at(late)
    await family.apart.deliver(family.body, family.complaint)
    assert [task["notice_id"] for task in family.tasks("notice_withheld")] == [letter["id"]]
    assert [each["data"]["failure"] for each in family.events("notice.withheld")] == ["consent_missing"]
