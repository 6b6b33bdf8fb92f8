"""A practice of one person: every role is theirs, the whole life is possible, and every exception is on record."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from contracts.commands import CommandKind
from db import desk_said, finding_said, said
from db.casework_said import ConfirmIssues
from db.eligibility_said import ScreenRoutes, SetCoding, SubjectSaid
from db.models.act import Submission
from db.response_said import ClearResponse, DraftResponse, SectionSaid
from runtime.database_roles import DatabaseDsns
from tests.bodies import Body
from tests.closer_look import a_part, a_plan, an_issue, issues, one_person_practice
from tests.lives.steps import acknowledge, agree
from tests.world import World

K = CommandKind
DAY = date(2028, 3, 2)
FAIR = "The manager of Hillside Practice read the findings and the letter, and agreed with both."
CODES = SetCoding(
    age_band="age_26_55",
    complainant_status="patient",
    site="RX101",
    service_area="general_practice",
    subjects=(SubjectSaid(subject="communications"),),
    profession="medical",
)


class Practice:
    """One complaint in the practice, and what its one person says about it."""

    def __init__(self, world: World, body: Body, complaint: UUID) -> None:
        self.world, self.body, self.complaint = world, body, complaint
        self.one = body.person("complaints_manager")

    async def say(self, kind: CommandKind, what: said.Said) -> Submission:
        return await self.world.say(self.body, self.complaint, kind, what, by="complaints_manager")

    async def must(self, kind: CommandKind, what: said.Said) -> None:
        done = await self.say(kind, what)
        assert done.state == "applied", (kind, done.refusal, done.missing)

    async def refused(self, kind: CommandKind, what: said.Said) -> str | None:
        done = await self.say(kind, what)
        assert done.state == "refused", kind
        return done.refusal

    async def rows(self, sql: str) -> Any:
        return await self.world.rows(self.body, sql, id=self.complaint)


async def investigated(practice: Practice) -> None:
    """Go from the closer look to findings, with the one person in every part."""
    await practice.must(K.SET_ISSUES, issues(an_issue(subject="communications")))
    await practice.must(K.CONFIRM_ISSUES, ConfirmIssues(confirmed_on=DAY, method="call"))
    assert await practice.refused(K.APPOINT, a_part(practice.one)) == "conflict_of_interest"
    await practice.must(K.APPOINT, a_part(practice.one, prior_involvement=True, mitigation=FAIR))
    await practice.must(K.APPOINT, a_part(practice.one, "decision_maker", mitigation=FAIR))
    await practice.must(K.SCREEN_ROUTES, ScreenRoutes())
    await practice.must(K.SHARE_PLAN, a_plan(DAY))
    (issue,) = await practice.rows("select id from issue where complaint_id = :id")
    finding = finding_said.RecordFinding(
        issue_id=issue["id"],
        happened="Nobody rang back.",
        should_have="Somebody should have, the same day.",
        standard="The practice's own charter",
        evidence="The log of calls",
        outcome="upheld",
        reason="The log has no call.",
    )
    await practice.must(K.RECORD_FINDING, finding)
    await practice.must(K.SKIP_VIEWS, finding_said.SkipViews(reason="Nobody disputes what happened."))


async def answered(practice: Practice) -> None:
    """Draft, clear and sign the response: each by the one person, and not without saying what makes it fair."""
    sorry = finding_said.ProposeRemedy(kind="apology", words="We are sorry that nobody rang.", basis="A fault found")
    await practice.must(K.PROPOSE_REMEDY, sorry)
    (remedy,) = await practice.rows("select id from remedy where complaint_id = :id")
    approve = finding_said.DecideRemedy(remedy_id=remedy["id"], decision="approved", on=DAY, mitigation=FAIR)
    await practice.must(K.DECIDE_REMEDY, approve)
    written = ("how_considered", "action", "learning")
    sections = tuple(SectionSaid(element=each, words="We read the log and changed the rota.") for each in written)
    await practice.must(K.DRAFT_RESPONSE, DraftResponse(sections=sections))
    assert await practice.refused(K.CLEAR_RESPONSE, ClearResponse(cleared=True)) == "same_person"
    await practice.must(K.CLEAR_RESPONSE, ClearResponse(cleared=True, mitigation=FAIR))
    await practice.must(K.RESPOND, said.Respond(signed_by=practice.one))


async def test_one_person_takes_a_complaint_from_receipt_to_closure_with_every_exception_on_record(
    world: World, dsns: DatabaseDsns
) -> None:
    body = one_person_practice(dsns.migrator)
    complaint = await world.log(body)
    practice = Practice(world, body, complaint)
    await acknowledge(world, body, complaint, DAY)
    await agree(world, body, complaint, respond_by=date(2028, 4, 28), every=60)
    await world.advance_to(datetime(2028, 3, 2, 15, 0, tzinfo=UTC), complaint)
    await investigated(practice)
    await answered(practice)
    (stands,) = await practice.rows("select stage, outcome, small_body from complaint where id = :id")
    assert dict(stands) == {"stage": "responded", "outcome": "upheld", "small_body": True}
    await practice.must(K.SET_CODING, CODES)
    for draft in await practice.rows("select id from notice where complaint_id = :id and state = 'draft'"):
        await practice.must(
            K.DISCARD_NOTICE, desk_said.DiscardNotice(notice_id=draft["id"], reason="Said on the telephone.")
        )
    await practice.must(K.CLOSE, said.Close())
    (stands,) = await practice.rows("select stage, open from complaint where id = :id")
    assert dict(stands) == {"stage": "closed", "open": False}
    parts = await practice.rows("select role, person_id, mitigation, grounds from case_role where complaint_id = :id")
    assert {(each["role"], each["person_id"], each["mitigation"]) for each in parts} == {
        ("investigator", practice.one, FAIR),
        ("decision_maker", practice.one, FAIR),
    }
    exceptions = await practice.rows(
        "select data from case_event where complaint_id = :id and kind = 'part.mitigated' order by seq"
    )
    assert [ground for each in exceptions for ground in GROUNDS if f'"{ground}"' in each["data"]] == [
        *("declared_involvement", "several_roles", "both_parts")
    ]


GROUNDS = ("declared_involvement", "several_roles", "both_parts")


async def test_every_task_and_every_rung_reaches_the_one_person_there_is(world: World, dsns: DatabaseDsns) -> None:
    body = one_person_practice(dsns.migrator)
    complaint = await world.log(body)
    await world.advance_to(datetime(2028, 3, 11, 12, 0, tzinfo=UTC), complaint)
    tasks = await world.rows(body, "select distinct assignee_id from task where complaint_id = :id", id=complaint)
    assert [task["assignee_id"] for task in tasks] == [body.person("complaints_manager")]
    row = await world.row(body, "select attention from complaint where id = :id", id=complaint)
    assert row["attention"] is None
