"""The staff complained about are told how it stands, over the real case file: in person, by letter, to the outcome."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.acts.case import calendars_of
from activities.acts.redating import terms_again
from db import said
from db.models.clock import ClockRow
from db.models.complaint import Complaint
from db.queries import clocks
from policies.clocks import derive
from policies.procedure_files import load_procedures
from tests.activities.found import a_case, a_finding, found_on_all, issues_of, to_complainant, to_staff, views
from tests.activities.office_desk import Desk, a_desk
from tests.activities.told_staff import (
    MEMBER,
    SUPPORTER,
    K,
    a_told_one,
    agreed,
    clock,
    comment,
    comments,
    discard,
    experience,
    inform,
    invite,
    name,
    on,
    release,
    respond,
    stands,
    state,
    steps,
    tell,
    use,
)
from tests.apart import Apart
from tests.bodies import Body, make_body
from tests.world import MORNING

OWED = ("staff_invitation", "staff_views", "staff_change")


async def close(desk: Desk) -> None:
    for template in ("update", "extension"):
        await discard(desk, template)
    await desk.must(K.CLOSE, said.Close())


@pytest.fixture(autouse=True)
def _morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def extend(desk: Desk, to: date) -> None:
    what = said.Extend(clock="response_period", respond_by=to, reason="A witness is away.", agreed_with="Pat",
                       agreed_on=desk.apart.engine.now.date())  # fmt: skip
    await desk.must(K.EXTEND, what)


async def test_an_update_renews_the_rhythm_and_an_older_one_moves_nothing(desk: Desk) -> None:
    member = await a_told_one(desk, update_every_days=10)
    on(desk, date(2028, 3, 8))
    assert (await inform(desk, member, words="Nothing new.")).refusal is None
    first = clock(desk, "staff_update", member)
    assert (first["state"], first["generation"], first["started_on"]) == ("running", 2, "2028-03-08")
    assert first["due_on"] == "2028-03-20"  # ten days, and a Monday
    (step,) = steps(desk, member, "information")
    assert (step["about"], step["how"], step["by_id"]) == ("progress", "in_person", str(desk.body.person(SUPPORTER)))
    assert (await inform(desk, member, informed_on=date(2028, 3, 6))).refusal is None
    assert clock(desk, "staff_update", member)["generation"] == 2
    assert len(steps(desk, member, "information")) == 2
    assert "Nothing" not in str(desk.events("staff.informed"))


async def test_a_letter_counts_when_it_is_released_and_not_when_it_is_drafted(desk: Desk) -> None:
    await agreed(desk)
    member = await a_told_one(desk)
    on(desk, date(2028, 3, 8))
    assert (await inform(desk, member, how="letter")).refusal is None
    (letter,) = desk.notices("staff_update")
    assert (letter["state"], letter["party_id"], letter["involvement_id"]) == ("draft", None, str(member))
    assert "[[" in letter["body"] and "28 April 2028" in letter["body"]
    assert steps(desk, member, "information") == [] and clock(desk, "staff_update", member)["generation"] == 1
    # Said again, the draft that nobody released has nothing left to say.
    assert (await inform(desk, member, how="letter", words="We wait for the notes.")).refusal is None
    assert sorted(each["state"] for each in desk.notices("staff_update")) == ["discarded", "draft"]
    on(desk, date(2028, 3, 9))
    await release(desk, "staff_update", None)
    assert clock(desk, "staff_update", member)["started_on"] == "2028-03-09"
    (step,) = steps(desk, member, "information")
    assert (step["how"], step["happened_on"], step["by_id"]) == (
        "letter",
        "2028-03-09",
        str(desk.body.person("handler")),
    )


async def test_a_letter_that_was_sent_before_is_recorded_and_not_drafted(desk: Desk) -> None:
    member = await a_told_one(desk)
    on(desk, date(2028, 3, 8))
    assert (await inform(desk, member, how="letter", informed_on=date(2028, 3, 7))).refusal is None
    assert desk.notices("staff_update") == []
    assert clock(desk, "staff_update", member)["started_on"] == "2028-03-07"


async def test_a_new_date_is_owed_to_everybody_who_was_told_the_old_one(desk: Desk) -> None:
    await agreed(desk)
    member, untold = await a_told_one(desk), await name(desk, "operator")
    on(desk, date(2028, 3, 6))
    await extend(desk, date(2028, 5, 12))
    owed = clock(desk, "staff_change", member)
    assert (owed["state"], owed["due_on"]) == ("running", "2028-03-08")
    assert state(desk, "staff_change", untold) == "none"
    on(desk, date(2028, 3, 7))
    await extend(desk, date(2028, 5, 19))  # once more: what is owed is owed from the first day
    assert clock(desk, "staff_change", member)["due_on"] == "2028-03-08"
    assert (await inform(desk, member, "change_of_timescale", informed_on=date(2028, 3, 3))).refusal == (
        "contradicts_record"
    )
    assert (await inform(desk, member, "change_of_timescale", how="letter")).refusal is None
    (letter,) = desk.notices("staff_change")
    # From the date that they were given to the one that holds: what lay between they never heard of.
    assert "28 April 2028" in letter["body"] and "19 May 2028" in letter["body"]
    assert "12 May" not in letter["body"]
    # The reason that the person was given may be about them: it is not put into words for others.
    assert "witness" not in letter["body"] and "[[" in letter["body"]
    assert state(desk, "staff_change", member) == "running"
    await release(desk, "staff_change")
    assert state(desk, "staff_change", member) == "met"
    assert clock(desk, "staff_update", member)["started_on"] == "2028-03-07"


async def test_initial_views_are_owed_to_whom_they_concern_and_not_to_whom_they_were_shown(
    beside: Apart, standards: Body
) -> None:
    desk = await a_case(beside, standards)
    first, second = issues_of(desk)
    await found_on_all(desk)
    present = await a_told_one(desk, SUPPORTER, supporter_id=desk.body.person("handler"))
    concerned = await a_told_one(desk, MEMBER, issue_ids=(first,))
    of_all = await a_told_one(desk, "operator")
    shared = views(to_complainant(desk, "call"), to_staff(desk))
    await desk.must(K.SHARE_VIEWS, shared, "investigator")
    assert [state(desk, "staff_views", each) for each in (present, concerned, of_all)] == ["none", "running", "running"]
    (shown,) = steps(desk, present, "information")
    assert (shown["about"], shown["how"]) == ("initial_views", "in_person")
    assert (await inform(desk, concerned, "initial_views", how="letter")).refusal is None
    (letter,) = desk.notices("staff_views")
    assert "ward" not in letter["body"] and "16 March 2028" in letter["body"]  # the last day to comment, no view
    await release(desk, "staff_views")
    assert state(desk, "staff_views", concerned) == "met"
    assert second != first


async def test_views_on_other_issues_are_not_owed(beside: Apart, standards: Body) -> None:
    desk = await a_case(beside, standards, issues=2)
    first, second = issues_of(desk)
    await desk.must(K.RECORD_FINDING, a_finding(first), "investigator")
    beside.rows("update issue set state = 'on_hold' where id = %s", second)  # for what the police look into
    elsewhere = await a_told_one(desk, MEMBER, issue_ids=(second,))
    here = await a_told_one(desk, "operator", issue_ids=(first,))
    await desk.must(K.SHARE_VIEWS, views(to_complainant(desk, "call")), "investigator")
    assert [state(desk, "staff_views", each) for each in (elsewhere, here)] == ["none", "running"]


async def test_the_outcome_is_told_after_the_response_and_ends_what_has_no_purpose(desk: Desk) -> None:
    await agreed(desk)
    member = await a_told_one(desk)
    assert (await inform(desk, member, "outcome")).refusal == "not_in_this_stage"
    on(desk, date(2028, 3, 9))
    await extend(desk, date(2028, 5, 12))
    await discard(desk, "extension")
    await respond(desk)
    owed = clock(desk, "staff_outcome", member)
    assert (owed["state"], owed["due_on"]) == ("running", "2028-03-14")
    assert (await inform(desk, member, "outcome")).refusal is None
    assert stands(desk, member)["state"] == "outcome_told"
    assert stands(desk, member)["outcome_told_on"] == "2028-03-09"
    for kind in (*OWED, "staff_update"):
        assert state(desk, kind, member) in ("stopped", "none"), kind
    assert (state(desk, "staff_outcome", member), state(desk, "staff_experience", member)) == ("met", "running")
    assert state(desk, "staff_support", member) == "running"  # that they are spoken with is still owed
    assert (await inform(desk, member)).refusal is None  # a further word is no harm, and moves nothing
    assert state(desk, "staff_update", member) == "stopped"


async def test_the_letter_with_the_outcome_counts_when_it_is_released_even_after_the_end(desk: Desk) -> None:
    await agreed(desk)
    member = await a_told_one(desk)
    await respond(desk)
    assert (await inform(desk, member, "outcome", how="letter")).refusal is None
    assert stands(desk, member)["state"] == "told"
    await close(desk)
    assert state(desk, "staff_outcome", member) == "running"
    await release(desk, "staff_outcome")
    assert (stands(desk, member)["state"], state(desk, "staff_outcome", member)) == ("outcome_told", "met")
    assert state(desk, "staff_experience", member) == "running"


async def test_another_end_owes_the_outcome_once_and_stops_what_has_no_purpose(desk: Desk) -> None:
    await agreed(desk)
    member, untold = await a_told_one(desk), await name(desk, "operator")
    await extend(desk, date(2028, 5, 12))
    await inform(desk, member, "change_of_timescale", how="letter")
    await desk.withdraw()
    assert [state(desk, kind, member) for kind in OWED] == ["stopped", "none", "stopped"]
    assert [each["state"] for each in desk.notices("staff_change")] == ["discarded"]
    assert clock(desk, "staff_outcome", member)["generation"] == 1
    assert state(desk, "staff_update", member) == "running"  # until they know
    # Whoever was never told is still to be told, or somebody says why not.
    assert (state(desk, "staff_notice", untold), stands(desk, untold)["state"]) == ("running", "named")
    (task,) = desk.tasks("staff_not_told")
    assert (task["role"], task["subject_id"]) == ("complaints_manager", str(untold))
    assert (await inform(desk, member, "outcome")).refusal is None
    assert stands(desk, member)["state"] == "outcome_told"


async def test_whoever_is_told_only_after_the_end_is_owed_the_outcome_and_no_invitation(desk: Desk) -> None:
    late = await name(desk)
    await desk.withdraw()
    on(desk, date(2028, 3, 3))
    await tell(desk, late)
    assert desk.tasks("staff_not_told") == []
    assert (state(desk, "staff_invitation", late), state(desk, "staff_outcome", late)) == ("stopped", "running")
    assert (await invite(desk, late)).refusal == "complaint_closed"
    assert (await comment(desk, late)).refusal is None  # what they say is heard all the same
    assert (await use(desk, late, UUID(comments(desk, late)[0]["id"]))).refusal is None
    assert (await inform(desk, late, "outcome")).refusal is None


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"informed_on": date(2028, 3, 3)}, "date_in_future"),
    ({"informed_on": date(2028, 3, 1)}, "contradicts_record"),
    ({"by_id": uuid4()}, "unknown_person"),
    ({"about": "outcome"}, "not_in_this_stage"),
]


@pytest.mark.parametrize(("change", "refusal"), WRONG)
async def test_what_cannot_have_been_told_is_refused(desk: Desk, change: dict[str, Any], refusal: str) -> None:
    member = await a_told_one(desk)
    change = dict(change)
    assert (await inform(desk, member, change.pop("about", "progress"), **change)).refusal == refusal
    assert steps(desk, member, "information") == []


async def test_strangers_and_those_not_told_are_informed_of_nothing(desk: Desk, beside: Apart) -> None:
    untold = await name(desk)
    assert (await inform(desk, untold)).refusal == "not_told_yet"
    stranger = await a_desk(beside, make_body(beside.dsns.migrator))
    theirs = await a_told_one(stranger)
    assert (await inform(desk, theirs)).refusal == "unknown_involvement"
    assert (await experience(desk, "declined", involvement_id=theirs)).refusal == "unknown_involvement"
    assert (await experience(desk, "declined", party_id=stranger.party())).refusal == "unknown_party"
    sibling = await a_desk(beside, desk.body)
    assert (await experience(desk, "declined", party_id=sibling.party())).refusal == "unknown_party"
    assert (await inform(desk, untold, by=None)).refusal == "not_told_yet"


async def test_the_workflow_of_everybody_concerned_is_told(desk: Desk) -> None:
    member = await a_told_one(desk)
    before = stands(desk, member)["changes"]
    await invite(desk, member)
    await comment(desk, member)
    await inform(desk, member)
    await desk.withdraw()
    assert stands(desk, member)["changes"] == before + 4


async def test_a_change_of_calendar_finds_every_clock_on_its_own_terms(desk: Desk) -> None:
    await agreed(desk)
    member = await a_told_one(desk, update_every_days=10)
    await invite(desk, member, comment_by=date(2028, 3, 8))
    await extend(desk, date(2028, 5, 12))
    await respond(desk)
    rows = desk.rows("select id from clock where complaint_id = %s and involvement_id is not null"
                     " and state = 'running'")  # fmt: skip
    kinds = set()
    async with desk.apart.database.tenant(desk.body.id, desk.apart.engine.now) as session:
        complaint = await session.get_one(Complaint, desk.complaint)
        calendars = await calendars_of(session, complaint.nation, complaint.organisation_id)
        for each in rows:
            row = await session.get_one(ClockRow, UUID(each["id"]))
            rule = load_procedures().governing(complaint).clock(row.kind)
            terms = terms_again(rule, row, await clocks.version_of(session, row.id, row.generation), 14)
            again = derive(rule, started_on=row.started_on, calendars=calendars, given=terms.given, days=terms.days,
                           jitter_seconds=0)  # fmt: skip
            assert again.due_on == row.due_on, row.kind
            kinds.add(row.kind)
    assert {"staff_change", "staff_comment", "staff_outcome", "staff_update"} <= kinds
