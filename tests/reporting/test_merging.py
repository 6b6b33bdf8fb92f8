"""The view of a parent department: exact where every body shows a number, the least it can be where one does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from activities.reporting.merging import NotAlike, Parent, Related, merged
from policies.reporting.definition_files import newest
from reports.document import Document, Figure, Section, Table, Unit, canonical

RULES = newest("oversight")
FIRST, LAST = date(2027, 4, 1), date(2028, 3, 31)
PARENT = Parent(
    organisation="Department",
    organisation_code="DEP",
    first_on=FIRST,
    last_on=LAST,
    known_until=datetime(2028, 6, 1, tzinfo=UTC),
)


def a_body(code: str, counts: Mapping[str, int | None], *, last_on: date = LAST, kind: str = "oversight") -> Related:
    """Return a body that delivered these counts; None is one that it does not show, and all others are 0."""
    sections = []
    for rule in RULES.sections:
        figures = []
        for each in rule.figures:
            if each.unit == "count":
                value: Any = counts.get(each.code, 0)
                figures.append(Figure(code=each.code, title=each.title, value=value, suppressed=value is None))
            else:
                figures.append(Figure(code=each.code, title=each.title, value="50.0", unit=Unit(each.unit)))
        sections.append(Section(code=rule.code, title=rule.title, figures=tuple(figures)))
    document = Document(
        kind=kind,
        rules=1,
        title="x",
        organisation=code,
        organisation_code=code,
        first_on=FIRST,
        last_on=last_on,
        known_until=datetime(2028, 5, 2, tzinfo=UTC),
        sections=tuple(sections),
    )
    return Related(code=code, title=f"{code} Trust", document=document)


def table(document: Document, code: str) -> Table:
    return next(each for section in document.sections for each in section.tables if each.code == code)


def column(document: Document, code: str, name: str) -> dict[str, Any]:
    found = table(document, code)
    place = [each.code for each in found.columns].index(name)
    rows = (*found.rows, found.total) if found.total is not None else found.rows
    return {row.code: "hidden" if row.cells[place].suppressed else row.cells[place].value for row in rows}


def test_what_every_body_shows_is_added_up() -> None:
    view = merged(PARENT, [a_body("B", {"received": 40}), a_body("A", {"received": 60})], RULES)
    assert column(view, "subjects", "received") == {"A": 60, "B": 40, "all": 100}


def test_what_one_body_does_not_show_makes_a_sum_the_least_that_it_can_be() -> None:
    bodies = [a_body("A", {"received": 60}), a_body("B", {"received": None}), a_body("C", {"received": None})]
    view = merged(PARENT, bodies, RULES)
    assert column(view, "subjects", "received") == {
        "A": 60,
        "B": "hidden",
        "C": "hidden",
        "at_least": 62,
        "all": "hidden",
    }
    # What all of them show is exact all the same.
    assert column(view, "subjects", "reopened") == {"A": 0, "B": 0, "C": 0, "at_least": 0, "all": 0}


def test_a_share_of_all_is_of_all_their_counts_and_no_mean_of_shares() -> None:
    small = {"acknowledgements_due": 10, "acknowledgements_met": 10}
    large = {"acknowledgements_due": 90, "acknowledgements_met": 45}
    view = merged(PARENT, [a_body("A", small), a_body("B", large)], RULES)
    assert column(view, "time", "acknowledged_in_time") == {"A": "50.0", "B": "50.0", "all": "55.0"}
    hidden = merged(PARENT, [a_body("A", small), a_body("B", {**large, "acknowledgements_met": None})], RULES)
    assert column(hidden, "time", "acknowledged_in_time")["all"] == "hidden"


def test_a_median_is_of_each_body_alone() -> None:
    view = merged(PARENT, [a_body("A", {}), a_body("B", {})], RULES)
    assert column(view, "time", "responded_days") == {"A": "50.0", "B": "50.0", "all": None}


def test_whoever_has_not_delivered_is_named_and_is_in_no_sum() -> None:
    bodies = [Related(code="B", title="B Trust", document=None), a_body("A", {"received": 7})]
    view = merged(PARENT, bodies, RULES)
    assert column(view, "delivered", "delivered") == {"A": "Delivered", "B": "Not delivered"}
    assert column(view, "delivered", "known_until") == {"A": "2028-05-02", "B": None}
    assert {each.code: each.value for each in view.sections[0].figures} == {"bodies": 2, "bodies_delivered": 1}
    assert column(view, "subjects", "received") == {"A": 7, "all": 7}


def test_a_view_over_nobody_says_so() -> None:
    view = merged(PARENT, [Related(code="B", title="B Trust", document=None)], RULES)
    assert table(view, "subjects").rows == ()
    assert table(view, "subjects").total is None


@pytest.mark.parametrize(
    "body", [a_body("A", {}, last_on=date(2027, 12, 31)), a_body("A", {}, kind="board")], ids=["days", "kind"]
)
def test_aggregates_of_other_days_or_of_another_kind_are_refused(body: Related) -> None:
    with pytest.raises(NotAlike, match="A"):
        merged(PARENT, [body], RULES)


def test_bodies_in_another_order_are_the_same_view() -> None:
    bodies = [a_body(code, {"received": number}) for number, code in enumerate("CAB", start=5)]
    assert canonical(merged(PARENT, bodies, RULES)) == canonical(merged(PARENT, bodies[::-1], RULES))
