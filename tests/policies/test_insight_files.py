"""Counts of other systems as CSV: strict, every bad line named, nothing taken in unless all of it is good."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from policies.code_lists import load_codes
from policies.insight_files import MOST_FAULTS, MOST_ROWS, Counted, Fault, read_csv

TODAY = date(2028, 3, 2)
OWN = frozenset({"parking", "night.calls"})
HEAD = "source,theme,place,month,count,score\n"
_LISTS = load_codes().in_force(TODAY)[0]
_SUB = _LISTS.list_of("sub_subject")
_SUBJECTS = _LISTS.list_of("subject")
assert _SUBJECTS is not None
SUBJECT = _SUBJECTS.codes[0].code


def read(text: str) -> tuple[list[Counted], list[Fault]]:
    return read_csv(text.encode(), TODAY, OWN)


def wrong(text: str) -> list[tuple[int, str | None, str]]:
    found, faults = read(text)
    assert found == [] and faults
    return [(each.line, each.column, each.code) for each in faults]


def row(**changes: str) -> str:
    cells = {"source": "incident", "theme": "parking", "place": "RX1.W4", "month": "2028-02", "count": "4", "score": ""}
    return ",".join((cells | changes).values()) + "\n"


def test_a_file_from_a_spreadsheet_is_read_with_its_mark_and_its_line_ends() -> None:
    text = "\ufeff" + (HEAD + row() + row(source="staff_survey", count="", score="6.75", place="")).replace(
        "\n", "\r\n"
    )
    found, faults = read(text)
    assert faults == []
    assert found[0] == Counted(
        source="incident", theme="parking", subject="parking", place="RX1.W4", month=date(2028, 2, 1), unit="count",
        number=Decimal(4),
    )  # fmt: skip
    assert (found[1].unit, found[1].number, found[1].place) == ("score", Decimal("6.75"), None)


def test_columns_stand_in_any_order_and_those_not_needed_may_be_left_out() -> None:
    found, faults = read('month,"count",theme,source\n2028-01,7,"parking",claim\n\n')
    assert faults == [] and (found[0].source, found[0].number, found[0].place) == ("claim", Decimal(7), None)


def test_a_theme_is_seen_under_its_subject_and_an_own_theme_with_a_dot_under_itself() -> None:
    assert _SUB is not None
    sub = _SUB.codes[0]
    found, faults = read(HEAD + row(theme=f"{sub.of}.{sub.code}") + row(theme="night.calls") + row(theme=SUBJECT))
    assert faults == [] and [each.subject for each in found] == [sub.of, "night.calls", SUBJECT]


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"source": "rumour"}, "source", "unknown_source"),
        ({"theme": "no_such_theme"}, "theme", "unknown_theme"),
        ({"theme": "=cmd|'/c calc'!A1"}, "theme", "unknown_theme"),
        ({"theme": " parking"}, "theme", "unknown_theme"),
        ({"theme": "x" * 200}, "theme", "unknown_theme"),
        ({"theme": '"par\nking"'}, "theme", "unknown_theme"),
        ({"place": "ward four"}, "place", "unknown_place"),
        ({"place": "@SUM(1)"}, "place", "unknown_place"),
        ({"place": "RX1."}, "place", "unknown_place"),
        ({"month": "02/2028"}, "month", "month_unreadable"),
        ({"month": "2028-13"}, "month", "month_unreadable"),
        ({"month": "\u0662\u0660\u0662\u0668-01"}, "month", "month_unreadable"),
        ({"month": "2028-04"}, "month", "month_out_of_range"),
        ({"month": "0000-01"}, "month", "month_out_of_range"),
        ({"month": "2009-03"}, "month", "month_out_of_range"),
        ({"count": "1e9"}, "count", "number_unreadable"),
        ({"count": "-1"}, "count", "number_unreadable"),
        ({"count": "4.5"}, "count", "number_unreadable"),
        ({"count": "99999999"}, "count", "number_unreadable"),
        ({"count": "\u0664"}, "count", "number_unreadable"),
        ({"count": ""}, "count", "missing"),
        ({"score": "3"}, "score", "not_of_this_source"),
        ({"source": "staff_survey", "count": "", "score": "10.01"}, "score", "number_unreadable"),
        ({"source": "staff_survey", "count": "", "score": "NaN"}, "score", "number_unreadable"),
        ({"source": "staff_survey"}, "count", "not_of_this_source"),
    ],
)
def test_a_bad_cell_is_named_by_its_line_and_column_and_nothing_is_taken_in(
    change: dict[str, str], column: str, code: str
) -> None:
    bad = row(**({"month": "2028-01"} | change))
    assert wrong(HEAD + row() + bad) == [(3, column, code)]


def test_a_fault_repeats_nothing_of_what_was_sent() -> None:
    _, faults = read(HEAD + row(theme="Mrs Hargreaves", place="=HYPERLINK", month="soon", count="many"))
    assert len(faults) == 4 and not any("Harg" in each.words or "HYPER" in each.words for each in faults)


def test_lines_are_counted_as_an_editor_shows_them_behind_a_cell_of_several_lines() -> None:
    assert wrong(HEAD + row(theme='"a\nb\nc"') + row(count="x")) == [
        (2, "theme", "unknown_theme"), (5, "count", "number_unreadable"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", [HEAD + "incident,parking\n", HEAD + row().strip() + ",more\n"])
def test_a_row_of_too_few_or_too_many_cells_cannot_be_read(text: str) -> None:
    assert wrong(text) == [(2, None, "row_unreadable")]


def test_a_quote_that_does_not_end_is_told_where_its_row_begins() -> None:
    assert wrong(HEAD + row() + 'incident,"parking,RX1,2028-01,4,\n' + row(month="2027-12")) == [
        (3, None, "row_unreadable")
    ]  # fmt: skip
    assert wrong(HEAD + 'incident,"par"king,RX1,2028-01,4,\n') == [(2, None, "row_unreadable")]


@pytest.mark.parametrize(
    ("head", "column", "code"),
    [
        ("source;theme;month;count\n", None, "columns_unknown"),
        ("source,theme,month,count,count\n", None, "columns_unknown"),
        ("source,theme,month,count,patient\n", None, "columns_unknown"),
        ("Source,Theme,Month,Count\n", None, "columns_unknown"),
        ("source,theme,count\n", "month", "missing"),
        ("source,theme,month\n", "count", "missing"),
    ],
)
def test_a_first_line_that_names_other_columns_is_turned_away(head: str, column: str | None, code: str) -> None:
    assert wrong(head + row()) == [(1, column, code)]


@pytest.mark.parametrize("text", ["", HEAD, "\ufeff", HEAD + "\n\n"])
def test_a_file_without_rows_is_no_file(text: str) -> None:
    assert {code for _, _, code in wrong(text)} <= {"no_rows", "columns_unknown"}


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "cp1252"])
def test_a_file_in_another_encoding_is_turned_away_with_the_line(encoding: str) -> None:
    content = (HEAD + row() + row(theme="caf\u00e9")).encode(encoding)
    found, (fault,) = read_csv(content, TODAY, OWN)
    assert found == [] and fault.code == "not_utf8" and fault.line == (1 if encoding == "utf-16" else 3)


def test_the_same_key_twice_in_a_file_names_both_lines() -> None:
    _, (fault,) = read(HEAD + row() + row(month="2028-01") + row(count="9"))
    assert (fault.line, fault.code) == (4, "said_twice") and " 2," in fault.words


def test_more_rows_than_are_taken_at_once_are_turned_away_without_being_read_to_the_end() -> None:
    many = HEAD + "".join(row(place=f"RX1.W{n}") for n in range(MOST_ROWS + 1))
    assert wrong(many) == [(MOST_ROWS + 2, None, "too_many_rows")]


def test_of_many_faults_no_more_than_a_hundred_are_told() -> None:
    assert len(wrong(HEAD + row(count="x") * 500)) == MOST_FAULTS
