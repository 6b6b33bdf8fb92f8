"""Rows from another system: what is read of a good one, and every way in which one can be wrong."""

from __future__ import annotations

import io
import json
import time
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.calendars import Nation
from policies.import_cells import Fault
from policies.import_files import FileError, RawRow, read_rows
from policies.import_mapping import FIELDS, Mapping, MappingError, parse_mapping
from policies.importing import Checked, Facts, check_row
from policies.procedure import Procedure
from policies.procedure_files import NoProcedureError, load_procedures

TODAY = date(2028, 3, 2)
HANDLER, TEAM = UUID(int=1), UUID(int=2)
TEXT = """
source_system = "old-desk"
format = "csv"
date_formats = ["%d/%m/%Y", "%Y-%m-%d"]
surname_first = true

[columns]
source_reference = "Case"
stage = "Status"
received_on = "Received"
acknowledged_on = "Acknowledged"
discussion = "Discussion"
basis = "Basis"
period_set_on = "Agreed on"
respond_by = "Respond by"
relevant_until = "Longer until"
relevant_agreed_on = "Longer agreed"
update_every_days = "Rhythm"
last_update_on = "Last update"
responded_on = "Responded"
outcome = "Outcome"
ended_on = "Closed"
owner = "Handler"
team = "Team"
channel = "How"
summary = "Subject"
narrative = "Story"
complainant_name = "Name"
complainant_email = "E-mail"
complainant_phone = "Phone"
complainant_born_on = "Born"
complainant_address = ["Street", "Town"]
affected_name = "Patient"

[values.stage]
"New" = "received"
"Open - in hand" = "closer_look"

[values.owner]
"J Smith" = "jsmith"
"""
MAPPING = parse_mapping(TEXT.encode())
GOOD = {
    "Case": "2027/001", "Status": "Open - in hand", "Received": "10/01/2028", "Acknowledged": "12/01/2028",
    "Discussion": "accepted", "Basis": "agreed", "Agreed on": "14/01/2028", "Respond by": "10/03/2028",
    "Longer until": "", "Longer agreed": "", "Rhythm": "14", "Last update": "21/02/2028", "Responded": "",
    "Outcome": "", "Closed": "", "Handler": "J Smith", "Team": "north", "How": "Written", "Subject": "Lost notes",
    "Story": "They were lost.", "Name": "Sample, Una", "E-mail": "una@sample.example", "Phone": "020 7946 0000",
    "Born": "03/02/1961", "Street": "1 High Street", "Town": "Leeds", "Patient": "Ida Sample",
}  # fmt: skip
ENDED = {"Status": "closed", "Responded": "01/02/2028", "Outcome": "upheld", "Closed": "20/02/2028"}


def procedure_on(day: date) -> Procedure | None:
    try:
        return load_procedures().in_force("nhs", Nation.ENGLAND, day)
    except NoProcedureError:
        return None


FACTS = Facts(
    today=TODAY,
    people={"jsmith": HANDLER},
    teams={"north": TEAM},
    procedure_on=procedure_on,
    imported=frozenset({"gone before"}),
)


def check(**changes: Any) -> Checked:
    return check_row(MAPPING, {**GOOD, **{name.replace("_", " "): value for name, value in changes.items()}}, FACTS)


def codes(checked: Checked) -> set[tuple[Fault, str | None]]:
    return {(reason.code, reason.field) for reason in checked.reasons}


def test_a_good_row_is_read_whole() -> None:
    found = check()
    assert found.reasons == ()
    assert found.source_reference == "2027/001"
    assert (found.fields["stage"], found.fields["channel"], found.fields["discussion"]) == (
        "closer_look", "written", "accepted",
    )  # fmt: skip
    assert (found.fields["received_on"], found.fields["respond_by"]) == (date(2028, 1, 10), date(2028, 3, 10))
    assert (found.fields["owner_id"], found.fields["team_id"], found.fields["update_every_days"]) == (HANDLER, TEAM, 14)
    complainant, affected = found.parties
    assert (complainant["name"], complainant["address"], complainant["born_on"]) == (
        "Una Sample", "1 High Street Leeds", date(1961, 2, 3),
    )  # fmt: skip
    assert (affected["role"], affected["name"], affected["email"]) == ("affected", "Ida Sample", None)


def test_an_ended_row_is_read_whole_and_a_story_that_is_missing_is_the_subject() -> None:
    found = check(**ENDED, Story="")
    assert found.reasons == ()
    assert found.fields["narrative"] == "Lost notes"


WRONG: list[tuple[dict[str, str], Fault, str | None]] = [
    ({"Case": " "}, Fault.REFERENCE_MISSING, "source_reference"),
    ({"Case": "x" * 201}, Fault.TOO_LONG, "source_reference"),
    ({"Case": "gone before"}, Fault.ALREADY_IMPORTED, "source_reference"),
    ({"Status": "Pending"}, Fault.STAGE_UNKNOWN, "stage"),
    ({"Status": ""}, Fault.STAGE_UNKNOWN, "stage"),
    ({"How": "by pigeon"}, Fault.CHANNEL_UNKNOWN, "channel"),
    ({"Discussion": "maybe"}, Fault.DISCUSSION_UNKNOWN, "discussion"),
    ({"Basis": "guessed"}, Fault.BASIS_UNKNOWN, "basis"),
    ({**ENDED, "Outcome": "won"}, Fault.OUTCOME_UNKNOWN, "outcome"),
    ({"Received": ""}, Fault.RECEIVED_MISSING, "received_on"),
    ({"Received": "31/02/2028"}, Fault.DATE_UNREADABLE, "received_on"),
    ({"Received": "last week"}, Fault.DATE_UNREADABLE, "received_on"),
    ({"Acknowledged": "03/03/2028"}, Fault.DATE_IN_FUTURE, "acknowledged_on"),
    ({"Born": "01/01/1850"}, Fault.DATE_OUT_OF_RANGE, "complainant_born_on"),
    ({"Respond by": "01/01/2999"}, Fault.DATE_OUT_OF_RANGE, "respond_by"),
    ({"Received": "31/03/2009"}, Fault.RECEIVED_BEFORE_PROCEDURE, "received_on"),
    ({"Acknowledged": "09/01/2028"}, Fault.ACKNOWLEDGED_BEFORE_RECEIVED, "acknowledged_on"),
    ({"Agreed on": "09/01/2028"}, Fault.PERIOD_SET_BEFORE_RECEIVED, "period_set_on"),
    ({"Last update": "09/01/2028"}, Fault.UPDATE_BEFORE_RECEIVED, "last_update_on"),
    ({**ENDED, "Responded": "09/01/2028"}, Fault.RESPONDED_BEFORE_RECEIVED, "responded_on"),
    ({**ENDED, "Closed": "09/01/2028", "Responded": ""}, Fault.ENDED_BEFORE_RECEIVED, "ended_on"),
    ({**ENDED, "Closed": "31/01/2028"}, Fault.ENDED_BEFORE_RESPONDED, "ended_on"),
    ({"Acknowledged": ""}, Fault.STAGE_WITHOUT_DATE, "acknowledged_on"),
    ({**ENDED, "Closed": ""}, Fault.STAGE_WITHOUT_DATE, "ended_on"),
    ({"Status": "New"}, Fault.STAGE_CONTRADICTS_DATES, "acknowledged_on"),
    ({"Closed": "01/02/2028"}, Fault.STAGE_CONTRADICTS_DATES, "ended_on"),
    ({"Respond by": ""}, Fault.PERIOD_WITHOUT_DATE, "respond_by"),
    ({"Status": "acknowledged", "Agreed on": ""}, Fault.PERIOD_WITHOUT_DATE, "period_set_on"),
    ({"Respond by": "13/01/2028"}, Fault.RESPOND_BY_BEFORE_SET, "respond_by"),
    ({**ENDED, "Outcome": ""}, Fault.RESPONDED_WITHOUT_OUTCOME, "outcome"),
    ({"Longer until": "09/07/2028"}, Fault.RELEVANT_UNTIL_NOT_LATER, "relevant_until"),
    ({"Longer until": "10/07/2028"}, Fault.RELEVANT_WITHOUT_AGREEMENT, "relevant_agreed_on"),
    ({"Rhythm": "0"}, Fault.RHYTHM_OUT_OF_RANGE, "update_every_days"),
    ({"Rhythm": "every week"}, Fault.RHYTHM_OUT_OF_RANGE, "update_every_days"),
    ({"Handler": "Somebody"}, Fault.OWNER_UNKNOWN, "owner"),
    ({"Team": "south"}, Fault.TEAM_UNKNOWN, "team"),
    ({"Subject": ""}, Fault.SUMMARY_MISSING, "summary"),
    ({"Story": "x" * 100_001}, Fault.NARRATIVE_TOO_LONG, "narrative"),
    ({"Name": "  "}, Fault.COMPLAINANT_MISSING, "complainant_name"),
    ({"E-mail": "una at sample"}, Fault.EMAIL_UNREADABLE, "complainant_email"),
    ({"Phone": "ask Ida"}, Fault.PHONE_UNREADABLE, "complainant_phone"),
]


@pytest.mark.parametrize(("changes", "code", "field"), WRONG, ids=[f"{case[1]}-{n}" for n, case in enumerate(WRONG)])
def test_a_wrong_row_is_set_aside_with_its_reason(changes: dict[str, str], code: Fault, field: str | None) -> None:
    assert (code, field) in codes(check_row(MAPPING, {**GOOD, **changes}, FACTS))


def test_every_reason_that_a_row_can_be_set_aside_for_is_shown_here() -> None:
    of_files = {Fault.CHARACTERS_UNREADABLE, Fault.ROW_UNREADABLE, Fault.CELLS_WRONG, Fault.NOT_AN_OBJECT,
                Fault.VALUE_NOT_PLAIN, Fault.DUPLICATE_IN_FILE}  # fmt: skip
    assert {code for _, code, _ in WRONG} | of_files == set(Fault)


def test_the_second_row_of_a_reference_is_a_duplicate_and_not_the_first() -> None:
    assert codes(check_row(MAPPING, GOOD, FACTS, {"2027/001"})) == {(Fault.DUPLICATE_IN_FILE, "source_reference")}
    assert codes(check_row(MAPPING, GOOD, FACTS, {"2027/002"})) == set()


def test_a_row_that_is_wrong_in_many_ways_says_all_of_them() -> None:
    found = codes(check(Status="Pending", How="?", Name="", Rhythm="x"))
    assert {code for code, _ in found} == {
        Fault.STAGE_UNKNOWN, Fault.CHANNEL_UNKNOWN, Fault.COMPLAINANT_MISSING, Fault.RHYTHM_OUT_OF_RANGE,
    }  # fmt: skip


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), st.text(max_size=60)))
def test_nothing_that_a_cell_may_hold_ends_the_reading(cells: dict[str, str]) -> None:
    check_row(MAPPING, {**GOOD, **cells}, FACTS)
    check_row(MAPPING, cells, FACTS)


# Files.


def rows(content: bytes, **mapping: Any) -> list[RawRow]:
    return list(read_rows(io.BytesIO(content), small(**mapping)))


def small(**changes: Any) -> Mapping:
    """A mapping of four columns, its other fields constant."""
    return Mapping.from_dict(
        {
            "source_system": "old-desk",
            "format": "csv",
            "columns": {"source_reference": "Case", "summary": "Subject", "narrative": "Story"},
            "constants": {"stage": "received", "channel": "written", "received_on": "2028-01-10",
                          "complainant_name": "Una Sample"},
            **changes,
        }
    )  # fmt: skip


def faults(row: RawRow) -> list[Fault]:
    return [reason.code for reason in row.reasons]


def test_a_csv_file_is_read_with_its_byte_order_mark_its_quotes_and_its_lines_within_cells() -> None:
    content = '\ufeffCase,Subject,Story,Secret\r\n1,"A, b","line\nline",x\r\n\r\n2,é,,y\r\n'.encode()
    first, second = rows(content)
    assert first.cells == {"Case": "1", "Subject": "A, b", "Story": "line\nline"}  # what is not mapped is not kept
    assert (second.n, second.cells["Subject"], second.reasons) == (2, "é", ())


def test_a_csv_row_that_cannot_be_read_is_told_and_the_next_one_is_read() -> None:
    lines = [b"Case,Subject,Story", b"1,a", b"2,a,b,c,d", b"3,\xff\xfe,b", b'4,"a"b,c', b"5,nul\x00,b", b"6,a,b"]
    found = rows(b"\n".join(lines))
    assert [faults(row) for row in found] == [
        [Fault.CELLS_WRONG], [Fault.CELLS_WRONG], [Fault.CHARACTERS_UNREADABLE], [Fault.ROW_UNREADABLE],
        [Fault.CHARACTERS_UNREADABLE], [],
    ]  # fmt: skip
    json.dumps([row.cells for row in found]).encode()
    assert all("\x00" not in str(cell) for row in found for cell in row.cells.values())


def test_a_cell_beyond_all_measure_costs_its_own_row_only() -> None:
    found = rows(b"Case,Subject,Story\n1,a," + b"x" * 300_000 + b"\n2,a,b\n")
    assert [faults(row) for row in found] == [[Fault.ROW_UNREADABLE], []]


def test_a_row_of_commas_alone_costs_its_own_row_and_no_memory() -> None:
    tracemalloc.start()
    found = rows(b"Case,Subject,Story\n" + b"," * 9_000_000 + b"\n2,a,b\n")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [faults(row) for row in found] == [[Fault.ROW_UNREADABLE], []]
    assert most < 64 * 1024 * 1024


def test_json_lines_are_read_and_a_line_that_is_no_object_is_told() -> None:
    lines = ['\ufeff{"Case": 1, "Subject": "a", "Story": null}', '["a"]', "{", '{"Case": {"x": 1}}', "[" * 5000,
             '{"Case": "2", "Subject": "\\ud800"}', ""]  # fmt: skip
    found = rows(
        "\n".join(lines).encode() + b'\n{"Case": "\xff"}\n' + b"x" * 2_200_000 + b'\n{"Case": "9"}', format="jsonl"
    )
    assert found[0].cells == {"Case": "1", "Subject": "a", "Story": ""}
    assert [faults(row) for row in found] == [
        [], [Fault.NOT_AN_OBJECT], [Fault.ROW_UNREADABLE], [Fault.VALUE_NOT_PLAIN], [Fault.ROW_UNREADABLE],
        [Fault.CHARACTERS_UNREADABLE], [Fault.CHARACTERS_UNREADABLE], [Fault.ROW_UNREADABLE], [],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_header"),
        (b"Case,Subject,Story\n", "no_rows"),
        (b"Case,Subject\n1,a\n", "column_missing"),
        (b"," * 3_000_000 + b"\n1,a,b\n", "no_header"),
        (b"Case,Case,Subject,Story\n1,1,a,b\n", "column_missing"),
        ("Case,Subject,Story,\xe9\n1,1,a,b\n".encode("latin-1"), "not_utf8"),
    ],
)
def test_a_file_without_its_columns_is_refused_whole(content: bytes, code: str) -> None:
    with pytest.raises(FileError) as refused:
        rows(content)
    assert refused.value.code == code


# Mapping files.


@pytest.mark.parametrize(
    ("old", "new", "where", "line"),
    [
        ('format = "csv"', 'format = "xlsx"', "format", 3),
        ('format = "csv"', 'format = "csv"\ncolour = "red"', "colour", 4),
        ('stage = "Status"', 'stadium = "Status"', "columns.stadium", 9),
        ('received_on = "Received"\n', "", "columns", 7),
        ('"New" = "received"', '"New" = "brand new"', "values.stage", 35),
        ("[values.owner]", "[values.summary]", "values.summary", 39),
        ('["%d/%m/%Y", "%Y-%m-%d"]', '["%d/%m"]', "date_formats", None),
        ("[values.owner]", '[constants]\nchannel = "oral"\n[values.owner]', "constants.channel", None),
        ('["%d/%m/%Y", "%Y-%m-%d"]', '["%Y-%m-%d %Y"]', "date_formats", None),
        ('"New" = "received"', '"New\\u0000" = "received"', "values.stage", None),
        ('stage = "Status"', 'stage = "Sta\\u0000tus"', "columns.stage", 9),
        ('format = "csv"', "format = csv", "", 3),
        ('source_system = "old-desk"', 'source_system = "old desk"', "source_system", 2),
    ],
)
def test_a_mapping_file_that_is_not_one_is_refused_with_its_line_and_reason(
    old: str, new: str, where: str, line: int | None
) -> None:
    assert old in TEXT
    with pytest.raises(MappingError) as refused:
        parse_mapping(TEXT.replace(old, new).encode())
    assert refused.value.where == where
    assert refused.value.reason
    if line is not None:
        assert refused.value.line == line


@pytest.mark.parametrize(
    "content",
    [b"\xff", b"[" * 3000, b"x" * 200_000, b"x = 1" + b"0" * 9000, b"a" + b".a" * 49_000 + b" = 1"],
    ids=["bytes", "nested", "large", "number", "dots"],
)
def test_a_mapping_file_that_is_no_text_is_refused_at_once(content: bytes) -> None:
    began = time.process_time()
    with pytest.raises(MappingError):
        parse_mapping(content)
    assert time.process_time() - began < 2  # the dots alone took minutes


def test_a_mapping_is_the_same_after_it_was_stored() -> None:
    assert Mapping.from_dict(json.loads(json.dumps(MAPPING.to_dict()))) == MAPPING
    assert set(MAPPING.columns) <= FIELDS


# The examples.

EXAMPLES = Path(__file__).parents[2] / "examples" / "import"


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_the_examples_are_good_but_for_the_row_that_shows_what_is_wrong(kind: str) -> None:
    text = (EXAMPLES / "mapping.toml").read_text(encoding="utf-8").replace('format = "csv"', f'format = "{kind}"')
    mapping = parse_mapping(text.encode())
    with (EXAMPLES / f"complaints.{kind}").open("rb") as stream:
        found = [check_row(mapping, row.cells, FACTS) for row in read_rows(stream, mapping)]
    assert [checked.fields["stage"] for checked in found[:6]] == [
        "received", "acknowledged", "closer_look", "responded", "closed", "withdrawn",
    ]  # fmt: skip
    assert [codes(checked) for checked in found[:6]] == [set()] * 6
    assert codes(found[6]) == {
        (Fault.STAGE_UNKNOWN, "stage"),
        (Fault.DATE_UNREADABLE, "received_on"),
        (Fault.RECEIVED_MISSING, "received_on"),
        (Fault.EMAIL_UNREADABLE, "complainant_email"),
    }
