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
from db.office_said import OpenedInError
from db.queries import clocks
from db.tier_said import Escalate
from policies.clocks import derive
from policies.procedure_files import load_procedures
from tests.activities.found import a_case, a_finding, found_on_all, issues_of, to_complainant, to_staff, views
from tests.activities.office_desk import Desk, a_desk
from tests.activities.told_staff import (
    MEMBER,
    SUPPORTER,
    TODAY,
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
from tests.closer_look import resolved
from tests.world import MORNING

OWED = ("staff_invitation", "staff_views", "staff_change")


@pytest.fixture(autouse=True)
def _morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def extend(desk: Desk, to: date) -> None:
    what = said.Extend(clock="response_period", respond_by=to, reason="A witness is away.", agreed_with="Pat",
                       agreed_on=desk.apart.engine.now.date())  # fmt: skip
    await desk.must(K.EXTEND, what)


async def close(desk: Desk) -> None:
    for template in ("update", "extension"):
        await discard(desk, template)
    await desk.must(K.CLOSE, said.Close())


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


async def test_closing_after_the_response_arms_nothing_a_second_time(desk: Desk) -> None:
    await agreed(desk)
    knows, waits = await a_told_one(desk), await a_told_one(desk, None)
    await respond(desk)
    await inform(desk, knows, "outcome")
    await close(desk)
    assert state(desk, "staff_outcome", knows) == "met"
    assert (state(desk, "staff_outcome", waits), clock(desk, "staff_outcome", waits)["generation"]) == ("running", 1)


async def test_a_complaint_opened_in_error_ends_every_involvement_and_asks_for_a_word(desk: Desk) -> None:
    member, untold = await a_told_one(desk), await name(desk, "operator")
    assert await desk.correct(OpenedInError(cause="not_a_complaint")) is None
    assert await desk.decide(by="responsible_person") is None
    assert desk.stands()["stage"] == "opened_in_error"
    assert [stands(desk, each)["state"] for each in (member, untold)] == ["ended", "ended"]
    assert desk.rows("select id from clock where complaint_id = %s and involvement_id is not null"
                     " and state = 'running'") == []  # fmt: skip
    (task,) = desk.tasks("tell_staff_it_is_over")
    assert (task["subject_id"], task["assignee_id"]) == (str(member), str(desk.body.person(SUPPORTER)))


async def test_how_it_was_ends_the_involvement(desk: Desk) -> None:
    await agreed(desk)
    member = await a_told_one(desk)
    assert (await experience(desk, "asked", involvement_id=member)).refusal == "not_in_this_stage"
    await respond(desk)
    await inform(desk, member, "outcome")
    assert (await experience(desk, "asked", involvement_id=member, how="letter")).refusal is None
    (letter,) = desk.notices("staff_experience")
    assert "I was supported when I needed it: 1 2 3 4 5" in letter["body"]
    assert (await experience(desk, "asked", involvement_id=member)).refusal == "nothing_changes"
    assert state(desk, "staff_experience", member) == "running"
    await close(desk)
    assert (await experience(desk, "answered", involvement_id=member, words="It took long.")).refusal is None
    row = desk.row("select * from experience where complaint_id = %s")
    assert (row["answered_on"], row["declined"], row["scores"]) == ("2028-03-02", False, {"supported": 4})
    assert (stands(desk, member)["state"], stands(desk, member)["ended_cause"]) == ("ended", "done")
    assert state(desk, "staff_experience", member) == "met"
    assert "took long" not in str(desk.events("experience.recorded"))
    assert (await experience(desk, "declined", involvement_id=member)).refusal == "involvement_ended"


async def test_it_does_not_end_while_what_they_said_was_not_used(desk: Desk) -> None:
    await agreed(desk)
    member = await a_told_one(desk)
    await invite(desk, member)
    await comment(desk, member)
    await respond(desk)
    await inform(desk, member, "outcome")
    assert state(desk, "staff_comment", member) == "running"
    assert (await experience(desk, "declined", involvement_id=member)).refusal is None
    await close(desk)
    assert stands(desk, member)["state"] == "outcome_told"
    assert (await use(desk, member, UUID(comments(desk, member)[0]["id"]))).refusal is None
    assert stands(desk, member)["state"] == "ended"


async def test_the_person_is_asked_once_after_the_end_and_never_in_mourning(desk: Desk) -> None:
    party = desk.party()
    assert (await experience(desk, "asked", party_id=party)).refusal == "not_in_this_stage"
    await desk.withdraw()
    for column, refusal in (("stop_contact", "contact_on_hold"), ("hold", "contact_on_hold")):
        desk.apart.rows(f"update complaint set {column} = true where id = %s", desk.complaint)
        assert (await experience(desk, "asked", party_id=party)).refusal == refusal
        desk.apart.rows(f"update complaint set {column} = false where id = %s", desk.complaint)
    affected = uuid4()
    desk.apart.rows(
        "insert into party (id, organisation_id, complaint_id, role, name, died_on)"
        " values (%s, %s, %s, 'affected', 'Sam Sample', '2028-01-20')",
        *(affected, desk.body.id, desk.complaint),
    )
    assert (await experience(desk, "asked", party_id=party)).refusal == "contact_on_hold"
    on(desk, date(2028, 3, 16))  # eight weeks after
    assert (await experience(desk, "asked", party_id=party, how="letter")).refusal is None
    (letter,) = desk.notices("experience")
    assert letter["state"] == "draft" and "You do not have to answer" in letter["body"]
    assert len(desk.tasks("release_draft")) >= 1 and state(desk, "draft_release", UUID(letter["id"])) == "none"
    assert (await experience(desk, "asked", party_id=party)).refusal == "nothing_changes"
    assert (await experience(desk, "declined", party_id=party)).refusal is None
    assert (await experience(desk, "answered", party_id=party)).refusal == "nothing_changes"


async def test_nobody_is_asked_whose_complaint_an_ombudsman_has(desk: Desk) -> None:
    await desk.withdraw()
    desk.apart.rows(
        "insert into tier_step (id, organisation_id, complaint_id, tier, kind, channel, asked_on, method,"
        " outside_window, act_id, said_at)"
        " values (%s, %s, %s, 'ombudsman', 'ombudsman', 'written', %s, 'letter', false, %s, %s)",
        *(uuid4(), desk.body.id, desk.complaint, TODAY, uuid4(), MORNING),
    )
    assert (await experience(desk, "asked", party_id=desk.party())).refusal == "contact_on_hold"
    assert (await experience(desk, "answered", party_id=desk.party())).refusal is None  # what they say is kept


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


async def test_whoever_said_how_it_was_while_the_complaint_was_open_is_done_with_at_its_end(desk: Desk) -> None:
    await agreed(desk)
    member = await a_told_one(desk)
    await respond(desk)
    await inform(desk, member, "outcome")
    await experience(desk, "declined", involvement_id=member)
    assert stands(desk, member)["state"] == "outcome_told"  # another outcome may follow
    await close(desk)
    assert (stands(desk, member)["state"], stands(desk, member)["ended_cause"]) == ("ended", "done")


async def test_another_outcome_is_owed_after_a_hold_and_updates_go_on_until_then(
    beside: Apart, standards: Body
) -> None:
    desk = await a_case(beside, standards, issues=1)
    await found_on_all(desk)
    member = await a_told_one(desk)
    beside.rows("update complaint set outcome = 'upheld' where id = %s", desk.complaint)  # as a first response does
    hold = uuid4()
    beside.rows(
        "insert into issue_hold (id, organisation_id, complaint_id, investigation_id, state, reason, decided_by,"
        " decided_on, review_on, act_id) values (%s, %s, %s, %s, 'in_force', 'x', %s, %s, %s, %s)",
        *(hold, desk.body.id, desk.complaint, a_parallel(desk), desk.body.person("senior_leader"), TODAY),
        *(date(2028, 4, 3), uuid4()),
    )
    on(desk, date(2028, 3, 6))
    assert (await inform(desk, member, "outcome")).refusal is None
    assert stands(desk, member)["state"] == "outcome_told"
    assert (clock(desk, "staff_update", member)["started_on"], state(desk, "staff_experience", member)) == (
        *("2028-03-06",),
        "none",
    )
    await desk.withdraw()
    assert (state(desk, "staff_outcome", member), state(desk, "staff_update", member)) == ("running", "running")
    assert (await inform(desk, member, "outcome")).refusal is None
    assert (state(desk, "staff_experience", member), state(desk, "staff_update", member)) == ("running", "stopped")


def a_parallel(desk: Desk) -> UUID:
    investigation = uuid4()
    desk.apart.rows(
        "insert into parallel_investigation (id, organisation_id, complaint_id, kind, body_name, contact, status,"
        " known_on, act_id, opened_at) values (%s, %s, %s, 'police', 'The police', 'DS Example', 'open', %s, %s, %s)",
        *(investigation, desk.body.id, desk.complaint, TODAY, uuid4(), MORNING),
    )
    return investigation


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


async def test_whoever_knows_the_outcome_is_kept_informed_at_the_next_tier(beside: Apart) -> None:
    uk = ("uk-central-government", None)
    figures = {"acknowledge_days": 2, "early_resolution_days": 5, "closer_look_days": 25, "tier_2_days": 30}
    body = make_body(beside.dsns.migrator, regime="central_government", follows=uk, figures=figures)
    desk = await a_desk(beside, body)
    member = await a_told_one(desk)
    await desk.acknowledge(TODAY)
    assert (await inform(desk, member, "outcome")).refusal == "not_in_this_stage"
    await desk.must(K.RESOLVE, resolved(TODAY))
    assert state(desk, "staff_outcome", member) == "running"
    assert (await inform(desk, member, "outcome")).refusal is None
    assert (state(desk, "staff_update", member), state(desk, "staff_experience", member)) == ("stopped", "running")
    on(desk, date(2028, 3, 6))
    asked = await desk.do(K.ESCALATE, Escalate(tier="tier_2", asked_on=date(2028, 3, 6), method="letter"))
    assert asked.refusal is None
    assert (state(desk, "staff_update", member), state(desk, "staff_experience", member)) == ("running", "stopped")
