"""Small chains, and what they come to of the case and its clocks in reports: pure, event by event."""

from __future__ import annotations

from typing import Any

import pytest

from policies.reporting.fold import Folding
from policies.reporting.told import Facts, Row, Told
from tests.policies.report_chains import LOGGED, OTHER, OWNER, Event, an_event, folded, the_case


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], {"received_on": "2028-03-01", "logged_on": "2028-03-02", "severity": "routine", "division_id": "surgery"}),
        ([an_event("complaint.acknowledged", made_on="2028-03-03")], {"acknowledged_on": "2028-03-03"}),
        (
            [an_event("resolution.begun"),
             an_event("response_period.set", respond_by="2028-04-01"),
             an_event("issues.confirmed", confirmed_on="2028-03-09"),
             an_event("resolution.recorded", satisfied=True, resolved_on="2028-03-09")],
            {"satisfied": True, "resolved_on": "2028-03-09", "closer_look_on": None},
        ),
        (
            [an_event("resolution.recorded", satisfied=False, resolved_on="2028-03-09"),
             an_event("stage.moved_on", before="early_resolution", stage="closer_look"),
             an_event("plan.shared", "2028-03-20")],
            {"satisfied": False, "resolved_on": "2028-03-09", "closer_look_on": "2028-03-10"},
        ),
        ([an_event("response_period.set", respond_by="2028-04-01")], {"closer_look_on": "2028-03-10"}),
        ([an_event("part.given", role="decision_maker")], {"closer_look_on": None}),
        ([an_event("part.given", role="investigator")], {"closer_look_on": "2028-03-10"}),
        (
            [an_event("response.issued", outcome="upheld", issued_on="2028-04-01"),
             an_event("response.issued", outcome="partially_upheld", issued_on="2028-05-01"),
             an_event("complaint.closed", "2028-05-20", outcome="partially_upheld")],
            {"responded_on": "2028-05-01", "outcome": "partially_upheld", "ended_on": "2028-05-20",
             "ended_as": "closed"},
        ),
        (
            [an_event("complaint.exempt", outcome=None, resolved_on="2028-03-02")],
            {"ended_as": "exempt", "satisfied": True, "resolved_on": "2028-03-02"},
        ),
        ([an_event("complaint.opened_in_error", outcome=None, cause="duplicate")], {"ended_as": "opened_in_error"}),
        ([an_event("complaint.linked", link_id="l", link="related")], {"ended_as": None}),
        (
            [an_event("correction.made", what="received_on", old_received_on="2028-03-01", received_on="2028-02-28")],
            {"received_on": "2028-02-28"},
        ),
        (
            [an_event("correction.made", what="coding", channel="oral", old_channel="written")],
            {"channel": "oral", "division_id": "surgery"},
        ),
        ([an_event("correction.made", what="link", reopened_from="other")], {"reopened": True}),
        ([an_event("correction.asked", what="received_on", received_on="2028-02-28")], {"received_on": "2028-03-01"}),
        (
            [an_event("owner.assigned", old_owner_id=OWNER, owner_id=OTHER, team_id="t", division_id="surgery")],
            {"owner_id": OTHER, "team_id": "t"},
        ),
        ([an_event("tier.handler_barred", tier="review", person_id=OWNER)], {"owner_id": None}),
        ([an_event("tier.handler_barred", tier="review", person_id=OTHER)], {"owner_id": OWNER}),
        ([an_event("tier.asked_for", tier_kind="internal", asked_on="2028-03-09")], {"ombudsman_on": None}),
        (
            [an_event("referral.received", referral_id="r", referral="ombudsman", body="b", received_on="2028-06-02"),
             an_event("tier.asked_for", tier_kind="ombudsman", asked_on="2028-06-01")],
            {"ombudsman_on": "2028-06-01"},
        ),
        (
            [an_event("referral.received", referral_id="r", referral="regulator", body="b", received_on="2028-06-02")],
            {"ombudsman_on": None},
        ),
        ([an_event("severity.raised", before="routine", severity="serious", by="policy")], {"severity": "serious"}),
        ([an_event("triage.judged", severity="serious")], {"severity": "routine"}),
        ([an_event("procedure.moved", procedure="x", old_version=2, version=3)], {"procedure_version": 3}),
        ([an_event("death.recorded", party_role="affected")], {"death": True}),
        ([an_event("party.added", party_id="p", death=True)], {"death": True}),
        ([an_event("party.added", party_id="p")], {"death": False}),
        ([an_event("contribution.named", body="RXX")], {"joint": True}),
        (
            [an_event("coding.set", site="TAK01", equality=False), an_event("coding.set", service_area="maternity")],
            {"site": "TAK01", "place": "TAK01.maternity"},
        ),
        (
            [an_event("coding.set", site="TAK01", ward="w7", service_area="maternity"),
             an_event("coding.set", ward=None)],
            {"ward": None, "place": "TAK01.maternity"},
        ),
        ([an_event("coding.set", site="TAK01")], {"place": None}),
        (
            [an_event("issue.added", issue_id="1", subject="communications"),
             an_event("issue.added", issue_id="2", subject="staff"),
             an_event("coding.set", subjects=1, coded="communications.attitude", professions="nursing,nursing"),
             an_event("issue.taken_back", issue_id="2")],
            {"themes": ["communications.attitude"], "professions": ["nursing"]},
        ),
        (
            [an_event("coding.set", subjects=2, coded="b,a"), an_event("coding.set", subjects=0, coded=None)],
            {"themes": []},
        ),
    ],
)  # fmt: skip
def test_a_small_chain_comes_to_this(events: list[Event], expected: Row) -> None:
    found = the_case(*events)
    assert {name: found[name] for name in expected} == expected


def test_the_latest_finding_of_each_issue_counts_and_none_of_one_that_was_taken_back() -> None:
    def found(issue: str, outcome: str) -> Event:
        return an_event("finding.recorded", finding_id=f"{issue}{outcome}", issue_id=issue, outcome=outcome)

    issues = [an_event("issue.added", issue_id=each, subject=None) for each in "123"]
    on_record = [*issues, found("1", "not_upheld"), found("1", "upheld"), found("2", "partially_upheld")]
    case = the_case(*on_record, found("3", "upheld"), an_event("issue.taken_back", issue_id="3"))
    assert (case["upheld"], case["partly_upheld"], case["not_upheld"]) == (1, 1, 0)
    assert case["closer_look_on"] == "2028-03-10"
    again = the_case(*on_record, found("3", "upheld"), an_event("issue.taken_back", issue_id="3"),
                     an_event("issue.taken_up", issue_id="3"))  # fmt: skip
    assert again["upheld"] == 2


def test_a_concern_that_becomes_a_complaint_begins_anew_from_its_day_of_receipt() -> None:
    converted = an_event("matter.converted", old_matter="concern", matter="complaint", procedure="p",
                         procedure_version=1, received_on="2028-03-07", channel="oral")  # fmt: skip
    case = the_case(an_event("resolution.recorded", satisfied=False, resolved_on="2028-03-05"), converted)
    assert (case["received_on"], case["channel"], case["satisfied"]) == ("2028-03-07", "oral", None)
    assert case["logged_on"] == "2028-03-02"


def test_what_came_from_another_system_is_taken_as_it_is() -> None:
    imported = an_event(
        "complaint.imported", "2028-03-02", procedure="p", procedure_version=1, stage="closed", channel="written",
        received_on="2027-11-01", acknowledged_on="2027-11-03", period_set_on="2027-11-09", responded_on="2028-01-10",
        ended_on="2028-01-31", outcome="upheld", owner_id=None, team_id="t",
    )  # fmt: skip
    case = the_case(imported, logged=False)
    assert (case["imported"], case["logged_on"], case["received_on"]) == (True, "2028-03-02", "2027-11-01")
    assert (case["ended_on"], case["ended_as"], case["outcome"]) == ("2028-01-31", "closed", "upheld")
    assert (case["closer_look_on"], case["severity"], case["team_id"]) == ("2027-11-09", None, "t")


def armed(generation: int = 1, due_on: str = "2028-03-07", cause: str = "received") -> Event:
    return an_event("clock.armed", clock_id="c", clock="acknowledgement", effect="statutory", generation=generation,
                    cause=cause, started_on="2028-03-02", due_on=due_on)  # fmt: skip


BREACHED = an_event("clock.breached", clock_id="c", clock="acknowledgement", generation=1, due_on="2028-03-07")


def met(on: str, generation: int = 1, *, in_time: bool) -> Event:
    return an_event("clock.met", clock_id="c", clock="acknowledgement", generation=generation, met_on=on,
                    in_time=in_time)  # fmt: skip


def judged_again(due_on: str, *, in_time: bool | None, would: bool, met_on: str | None = "2028-03-07") -> Event:
    return an_event("clock.judged_again", clock_id="c", clock="acknowledgement", generation=2, started_on="2028-03-01",
                    due_on=due_on, met_on=met_on, in_time=in_time, would_have_been_in_time=would)  # fmt: skip


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([armed()], {}),
        ([armed(), an_event("clock.stopped", clock_id="c", generation=1, cause="withdrawn")], {}),
        ([armed(), met("2028-03-06", in_time=True)], {1: ("2028-03-06", True, False)}),
        ([armed(), BREACHED], {1: (None, False, True)}),
        ([armed(), BREACHED, met("2028-03-09", in_time=False)], {1: ("2028-03-09", False, True)}),
        # It was told late that it had been done in time.
        ([armed(), BREACHED, met("2028-03-06", in_time=True)], {1: ("2028-03-06", True, True)}),
        # Another end was agreed before the first was missed, and after.
        ([armed(), armed(2, "2028-03-20", "extended"), met("2028-03-19", 2, in_time=True)],
         {2: ("2028-03-19", True, False)}),
        ([armed(), BREACHED, armed(2, "2028-03-20", "extended"), met("2028-03-19", 2, in_time=True)],
         {1: (None, False, True), 2: ("2028-03-19", True, False)}),
        # The date alone was counted anew.
        ([armed(), BREACHED, armed(2, "2028-03-20", "corrected")], {2: (None, False, True)}),
        ([armed(), BREACHED, armed(2, "2028-03-20", "corrected"), met("2028-03-19", 2, in_time=True)],
         {2: ("2028-03-19", True, True)}),
        ([armed(), met("2028-03-07", in_time=True), judged_again("2028-03-04", in_time=False, would=False)],
         {2: ("2028-03-07", False, False)}),
        ([armed(), BREACHED, met("2028-03-08", in_time=False),
          judged_again("2028-03-09", in_time=True, would=True, met_on="2028-03-08")], {2: ("2028-03-08", True, True)}),
        ([armed(), an_event("clock.stopped", clock_id="c", generation=1, cause="withdrawn"),
          judged_again("2028-03-09", in_time=None, would=False, met_on=None)], {}),
        # An event of a generation that is no more says nothing.
        ([armed(), armed(2, "2028-03-20", "extended"), BREACHED], {}),
    ],
)  # fmt: skip
def test_a_clock_counts_once_it_is_judged(events: list[Event], expected: dict[int, tuple[Any, ...]]) -> None:
    found = {key[2]: row for key, row in folded(*events).items() if key[0] is Facts.CLOCK}
    assert {g: (row["met_on"], row["in_time"], row["breached"]) for g, row in found.items()} == expected


def test_an_event_that_changes_nothing_of_what_is_known_makes_no_version() -> None:
    folding = Folding()
    folding.take(Told(LOGGED[0], LOGGED[1], 1, LOGGED[2]))
    for kind, data in (("death.recorded", {}), ("contribution.named", {}), ("severity.raised", {"severity": "high"})):
        assert len(folding.take(Told(kind, "2028-03-10", 2, data))) == 1
        assert folding.take(Told(kind, "2028-03-10", 3, data)) == []
