"""The shipped procedure says what the lifecycle says, and a malformed one is refused by file and key."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest

from contracts.clocks import Effect
from contracts.code import Code
from contracts.commands import CommandKind
from policies.calendars import Nation
from policies.clock_rules import Unit, WhoseCalendar
from policies.procedure import Procedure, compile_plan
from policies.procedure_files import NoProcedureError, ProcedureError, gather, load_procedures, parse_procedure

_FILE = "nhs-england-2009.toml"
_TEXT = (files("policies") / "procedures" / _FILE).read_text(encoding="utf-8")


def _shipped() -> Procedure:
    return load_procedures().get("nhs-england-2009", 1)


def _edited(old: str, new: str) -> str:
    assert old in _TEXT, "the text to break is no longer in the file"
    return _TEXT.replace(old, new, 1)


def test_every_shipped_file_loads_and_is_read_once() -> None:
    shipped = [(one.code, one.version) for one in load_procedures().versions]
    assert ("nhs-england-2009", 1) in shipped
    assert ("nhs-england-2009", 2) in shipped
    assert load_procedures() is load_procedures()


def test_the_plan_has_the_stages_and_moves_of_the_lifecycle() -> None:
    plan = compile_plan(_shipped())
    assert (plan.procedure, plan.version, plan.first_stage) == (Code("nhs-england-2009"), 1, Code("received"))
    own = {str(stage.stage): [command.value for command in stage.commands] for stage in plan.stages}
    before_response = ["record_discussion", "set_response_period", "extend", "record_update"]
    assert own == {
        "received": ["acknowledge", "withdraw"],
        "acknowledged": [*before_response, "withdraw"],
        "closer_look": ["record_discussion", "extend", "record_update", "respond", "withdraw"],
        "responded": ["record_update", "close", "withdraw"],
        "closed": [],
        "withdrawn": [],
    }
    assert [str(stage.stage) for stage in plan.stages if stage.terminal] == ["closed", "withdrawn"]
    assert CommandKind.REDATE in plan.allowed_in(Code("responded"))
    assert plan.allowed_in(Code("closed")) == ()


def test_every_command_but_those_that_open_a_complaint_is_lawful_in_some_procedure() -> None:
    procedures = load_procedures().versions
    lawful = {command for each in procedures for stage in each.stages for command in each.allowed_in(stage.code)}
    assert lawful == set(CommandKind) - {CommandKind.LOG, CommandKind.IMPORT}


def test_the_clocks_are_those_of_the_lifecycle() -> None:
    assert [(clock.kind, clock.effect.value, clock.starts.value, clock.amount) for clock in _shipped().clocks] == [
        ("acknowledgement", "statutory", "receipt", 3),
        ("relevant_period", "statutory", "receipt", 6),
        ("settle_period", "internal", "acknowledgement", 5),
        ("response_period", "promise", "response_period_set", None),
        ("next_update", "promise", "update", 14),
        ("draft_release", "internal", "draft", 2),
        ("closing", "internal", "response", 20),
        ("allocation", "internal", "unassigned", 1),
        ("correction_approval", "internal", "correction", 2),
    ]


def test_no_clock_can_be_paused_and_only_the_response_and_six_months_can_be_extended_by_agreement() -> None:
    procedure = _shipped()
    assert all(clock.pause_grounds == () for clock in procedure.clocks)
    extendable = {clock.kind: clock.extension for clock in procedure.clocks if clock.extension.allowed}
    assert set(extendable) == {"relevant_period", "response_period"}
    assert all(rule.needs_agreement for rule in extendable.values())
    assert extendable["relevant_period"].before_expiry


def test_statutory_clocks_use_the_nation_and_every_clock_names_its_article() -> None:
    for clock in _shipped().clocks:
        statutory = clock.effect == Effect.STATUTORY
        assert (clock.calendar == WhoseCalendar.NATION) == statutory
        assert not statutory or "SI 2009/309 reg" in clock.legal_basis


def test_a_clock_is_found_by_its_kind_and_an_unknown_one_is_an_error() -> None:
    assert _shipped().clock("response_period").unit == Unit.DATE
    with pytest.raises(LookupError, match="no clock tea_break"):
        _shipped().clock("tea_break")


def test_a_complaint_is_governed_by_the_version_in_force_on_its_day_of_receipt() -> None:
    first = _shipped()
    second = replace(first, version=2, effective_from=date(2027, 4, 1))
    procedures = gather([second, first])
    assert procedures.in_force("nhs", Nation.ENGLAND, date(2027, 3, 31)) == first
    assert procedures.in_force("nhs", Nation.ENGLAND, date(2027, 4, 1)) == second
    assert procedures.get("nhs-england-2009", 1) == first


@pytest.mark.parametrize(
    ("regime", "nation", "on"),
    [
        ("nhs", Nation.WALES, date(2026, 1, 1)),
        ("central_government", Nation.ENGLAND, date(2022, 9, 30)),
        ("nhs", Nation.ENGLAND, date(2009, 3, 31)),
    ],
)
def test_where_no_procedure_is_in_force_it_says_so(regime: str, nation: Nation, on: date) -> None:
    with pytest.raises(NoProcedureError, match=on.isoformat()):
        load_procedures().in_force(regime, nation, on)


def test_an_unknown_version_is_an_error() -> None:
    with pytest.raises(NoProcedureError, match="version 9"):
        load_procedures().get("nhs-england-2009", 9)


def test_a_procedure_that_ended_is_no_longer_in_force() -> None:
    ended = gather([replace(_shipped(), effective_until=date(2026, 3, 31))])
    assert ended.in_force("nhs", Nation.ENGLAND, date(2026, 3, 31)).version == 1
    with pytest.raises(NoProcedureError):
        ended.in_force("nhs", Nation.ENGLAND, date(2026, 4, 1))


def test_two_files_with_the_same_version_or_with_versions_out_of_order_are_refused() -> None:
    first = _shipped()
    with pytest.raises(ProcedureError, match="more than once: nhs-england-2009 version 1"):
        gather([first, first])
    with pytest.raises(ProcedureError, match="version 2: effective_from"):
        gather([first, replace(first, version=2)])


# The first such line of the file.
_OVERDUE_OF_ACKNOWLEDGEMENT = next(line for line in _TEXT.splitlines() if 'code = "overdue"' in line)

_BROKEN = {
    "unknown key": (
        'kind = "acknowledgement"',
        'kind = "acknowledgement"\ncolour = "red"',
        "clocks[acknowledgement].colour: ",
    ),
    "unknown key in a rung": (
        "offset = -30,",
        "offset = -30, colour = 1,",
        "clocks[relevant_period].rungs[reminder_1].colour: ",
    ),
    "clock without unit": ('unit = "months"\n', "", "clocks[relevant_period].unit: Field required"),
    "clock without amount": ("amount = 3\n", "", "clocks[acknowledgement]: amount is needed"),
    "date with an amount": (
        'unit = "date"',
        'unit = "date"\namount = 3',
        "clocks[response_period]: amount is needed, except",
    ),
    "missing legal basis": (
        'legal_basis = "SI 2009/309 reg 13(3)',
        '# legal_basis = "SI 2009/309 reg 13(3)',
        "clocks[acknowledgement].legal_basis: Field required",
    ),
    "empty legal basis": (
        'legal_basis = "Local target: nothing',
        'legal_basis = "" # ',
        "clocks[draft_release].legal_basis: ",
    ),
    "two overdue rungs": (
        'code = "prompt"',
        'code = "overdue"',
        "clocks[next_update].rungs[overdue]: overdue fires at",
    ),
    "no overdue rung": (_OVERDUE_OF_ACKNOWLEDGEMENT, "", "clocks[acknowledgement]: rungs: exactly one overdue"),
    "rung twice": (
        'code = "reminder_2"',
        'code = "reminder_1"',
        "clocks[acknowledgement]: rungs: more than once: reminder_1",
    ),
    "rung without time": (
        'at = "09:00", to = "owner"',
        'to = "owner"',
        "rungs[reminder_1]: a rung other than overdue needs",
    ),
    "time as a number": ('at = "09:00"', "at = 9", "rungs[reminder_1].at: a time of day is written as 09:00"),
    "reminder that breaches": (
        '["task", "prompt_email"] },',
        '["breach"] },',
        "rungs[reminder_1]: the overdue rung, and no other",
    ),
    "rung before the start": (
        '"start", offset = 1',
        '"start", offset = -1',
        "rungs[reminder_1]: a rung measured from the start",
    ),
    "unknown deed": ('["task", "prompt_email"] },', '["task", "sms"] },', "rungs[reminder_1].does[1]: "),
    "unknown role": ('to = "owner"', 'to = "janitor"', "rungs[reminder_1].to: "),
    "unknown command": ('"assign", ', '"asign", ', "always[0]: Input should be"),
    "log in a stage": (
        'commands = ["acknowledge",',
        'commands = ["log", "acknowledge",',
        "log and import open a complaint",
    ),
    "command in a stage and always": (
        'commands = ["acknowledge",',
        'commands = ["assign", "acknowledge",',
        "stage received and always: more than once: assign",
    ),
    "met by what nobody may say": (
        ', "respond", "withdraw"]',
        ', "withdraw"]',
        "clock relevant_period: respond is lawful in no stage",
    ),
    "stage twice": ('code = "responded"', 'code = "received"', "stages: more than once: received"),
    "terminal stage with commands": (
        "terminal = true",
        'terminal = true\ncommands = ["close"]',
        "stages[closed]: a terminal stage",
    ),
    "clock twice": ('kind = "settle_period"', 'kind = "acknowledgement"', "clocks: more than once: acknowledgement"),
    "statute on the organisation's calendar": (
        'calendar = "nation"',
        'calendar = "organisation"',
        "clocks[acknowledgement]: a statutory clock",
    ),
    "unknown nation": ('["england"]', '["narnia"]', "nations[0]: "),
    "version as text": ("version = 1", 'version = "1"', "version: Input should be a valid integer"),
    "ends before it starts": (
        "effective_from = 2009-04-01",
        "effective_from = 2009-04-01\neffective_until = 2009-03-31",
        "effective_until: before",
    ),
    "date as a number": ("effective_from = 2009-04-01", "effective_from = 0", "effective_from: "),
    "other code than the file": (
        'code = "nhs-england-2009"',
        'code = "nhs-wales"',
        "code: the file is not named after nhs-wales",
    ),
    "not TOML": ('starts = "draft"', "starts = ", "Invalid value (at line "),
}


@pytest.mark.parametrize(("old", "new", "message"), _BROKEN.values(), ids=_BROKEN)
def test_a_malformed_procedure_is_refused_by_file_and_key(old: str, new: str, message: str) -> None:
    with pytest.raises(ProcedureError) as refused:
        parse_procedure(_FILE, _edited(old, new))
    for line in str(refused.value).splitlines():
        assert re.match(rf"{re.escape(_FILE)}:\d+: ", line), line
    assert message in str(refused.value)


def test_every_fault_of_a_file_is_named_at_once() -> None:
    text = _edited('unit = "months"\n', "").replace('starts = "draft"\n', "")
    with pytest.raises(ProcedureError) as refused:
        parse_procedure(_FILE, text)
    assert "clocks[relevant_period].unit" in str(refused.value)
    assert "clocks[draft_release].starts" in str(refused.value)


def test_a_later_version_lives_in_a_file_of_its_own() -> None:
    text = _edited("version = 1", "version = 2")
    assert parse_procedure("nhs-england-2009.v2.toml", text).version == 2
