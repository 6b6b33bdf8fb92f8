"""Small chains, and where what is counted one by one stands by them: escalations, remedies, learning, answers."""

from __future__ import annotations

import pytest

from policies.reporting.told import Facts, Row
from tests.policies.report_chains import Event, an_event, folded


def an_item(kind: str, item_id: str, *events: Event, part: str | None = None) -> Row:
    return folded(*events)[Facts.ITEM, kind, item_id, part]


def opened(kind: str, about: str, state: str) -> Event:
    return an_event(f"{kind}.opened", proceeding_id="p", number=1, about=about, state=state)


RECEIVED = [
    opened("referral", "phso", "received"),
    an_event("referral.received", referral_id="p", referral="ombudsman", body="phso", received_on="2028-03-09"),
]
MADE = an_event("recommendation.made", referral_id="p", recommendation_id="m", recommendation="apology",
                made_on="2028-03-08", target_on="2028-05-01")  # fmt: skip
ACTION = [
    opened("action", "remedy", "open"),
    an_event("action.planned", action_id="p", follows="remedy", theme="communications", due_on="2028-06-01"),
]


@pytest.mark.parametrize(
    ("kind", "item", "events", "expected"),
    [
        ("escalation", "p",
         [opened("escalation", "by_hand", "asking"),
          an_event("escalation.raised", proceeding_id="p", cause="by_hand", level="serious"),
          an_event("escalation.again", proceeding_id="p", number=1, level="immediate"),
          an_event("escalation.again", proceeding_id="p", number=2, level="serious"),
          an_event("escalation.acknowledged", proceeding_id="p", minutes=17),
          an_event("escalation.moved", proceeding_id="p", before="asking", state="acknowledged"),
          an_event("escalation.ended", "2028-03-12", proceeding_id="p", cause="decided")],
         {"code": "by_hand/immediate", "number": 17, "state": "acknowledged", "on": "2028-03-10",
          "done_on": "2028-03-12"}),
        ("candour", "p",
         [opened("candour", "england", "flagged"), an_event("candour.flagged", proceeding_id="p", rules="england"),
          an_event("candour.assessed", proceeding_id="p", notifiable=True)],
         {"code": "england", "flag": True, "state": "flagged"}),
        ("referral", "p", RECEIVED, {"code": "ombudsman", "second": "phso", "on": "2028-03-09", "done_on": None}),
        ("decision", "d",
         [*RECEIVED, an_event("referral.decision", referral_id="p", decision_id="d", decision="final",
                              decided_on="2028-04-01", outcome="upheld", comments_by=None)],
         {"state": "final", "code": "upheld", "on": "2028-04-01", "second": "phso"}),
        ("recommendation", "m", [*RECEIVED, MADE],
         {"state": "open", "on": "2028-03-08", "due_on": "2028-05-01", "code": "apology"}),
        ("recommendation", "m",
         [*RECEIVED, MADE, an_event("recommendation.moved", recommendation_id="m", target_on="2028-06-01"),
          an_event("recommendation.complied", recommendation_id="m", complied_on="2028-05-30", in_time=False),
          an_event("recommendation.told", recommendation_id="m", told_on="2028-05-31")],
         {"state": "told", "due_on": "2028-06-01", "done_on": "2028-05-30", "flag": False}),
        ("remedy", "r",
         [an_event("remedy.proposed", remedy_id="r", remedy="money", loss_pence=1050, injustice_pence=25010),
          an_event("remedy.amended", remedy_id="r", happened_on="2028-04-01", loss_pence=None, injustice_pence=25010)],
         {"code": "money", "state": "approved", "number": "250.1", "done_on": "2028-04-01"}),
        ("learning", "l",
         [an_event("learning.recorded", learning_id="l", version=1, theme="staff", place="A.b", outcome="learned",
                   went_wrong=True),
          an_event("learning.recorded", "2028-04-01", learning_id="l", version=2, theme="communications",
                   place="A.b", outcome="learned", went_wrong=False)],
         {"code": "communications", "second": "A.b", "flag": False, "on": "2028-03-10", "state": "learned"}),
        ("action", "p", ACTION,
         {"code": "remedy", "second": "communications", "state": "open", "due_on": "2028-06-01", "number": 0}),
        ("action", "p",
         [*ACTION, an_event("action.completed", action_id="p", done_on="2028-05-20", in_time=True),
          an_event("action.moved", proceeding_id="p", before="open", state="done")],
         {"state": "done", "done_on": "2028-05-20", "flag": True}),
        ("action", "p",
         [*ACTION, an_event("action.completed", action_id="p", done_on="2028-05-20", in_time=True),
          an_event("action.checked", action_id="p", result="recurred", counted=3, due_on="2029-01-01"),
          an_event("action.moved", proceeding_id="p", before="done", state="open")],
         {"state": "open", "done_on": "2028-05-20", "flag": True, "number": 1, "due_on": "2028-06-01"}),
        ("experience", "e",
         [an_event("experience.recorded", experience_id="e", step="asked", party_id="x", involvement_id=None,
                   on="2028-06-01"),
          an_event("experience.recorded", experience_id="e", step="answered", party_id="x", involvement_id=None,
                   on="2028-06-05", instrument="my_expectations", s_listened_to=4)],
         {"state": "answered", "on": "2028-06-01", "done_on": "2028-06-05", "code": "party",
          "second": "my_expectations"}),
        ("staff", "i",
         [an_event("staff.named", involvement_id="i", staff="employed"),
          an_event("staff.told", involvement_id="i", told_on="2028-03-11"),
          an_event("staff.ended", involvement_id="i", cause="done")],
         {"state": "ended", "code": "employed", "on": "2028-03-10", "done_on": "2028-03-11"}),
        ("recurrence", "n", [an_event("recurrence.found", recurrence_id="n", by="theme", count=3, number=1)],
         {"code": "theme", "number": 3}),
    ],
)  # fmt: skip
def test_an_item_stands_where_its_events_say(kind: str, item: str, events: list[Event], expected: Row) -> None:
    found = an_item(kind, item, *events)
    assert {name: found[name] for name in expected} == expected


def test_each_score_is_an_item_of_its_own() -> None:
    answered = an_event("experience.recorded", experience_id="e", step="answered", party_id=None, involvement_id="i",
                        on="2028-06-05", instrument="standards", s_supported=2, s_listened_to=None)  # fmt: skip
    scores = {key[3]: row for key, row in folded(answered).items() if key[1:2] == ("score",)}
    assert {part: (row["number"], row["code"], row["second"]) for part, row in scores.items()} == {
        "supported": (2, "staff", "standards")
    }


def test_what_was_done_stays_done_and_each_round_after_a_recurrence_has_days_of_its_own() -> None:
    done = an_event("action.completed", action_id="p", done_on="2028-05-20", in_time=True)
    recurred = an_event("action.checked", "2028-12-01", action_id="p", result="recurred", due_on="2029-01-01")
    moved = an_event("action.moved", proceeding_id="p", before="done", state="open")
    late = an_event("action.changed", action_id="p", due_on="2029-02-01")
    again = an_event("action.completed", action_id="p", done_on="2029-02-03", in_time=False)
    chain = (*ACTION, done, recurred, moved, late, again)
    first, second = an_item("action", "p", *chain), an_item("action_again", "p", *chain, part="1")
    assert (first["done_on"], first["flag"], first["number"]) == ("2028-05-20", True, 1)
    assert (second["on"], second["due_on"], second["done_on"], second["flag"]) == (
        "2028-12-01", "2029-02-01", "2029-02-03", False,
    )  # fmt: skip
    assert (second["state"], second["code"], second["second"]) == ("open", "remedy", "communications")
