"""The duties: read whole or not at all, the same under every procedure, pinned to what a complaint was opened with."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import pytest

from contracts.command_groups import EVERYWHERE
from policies import duty_files
from policies.clock_rules import Keeper
from policies.duty_files import DutyError, parse_duties
from policies.procedure_files import ProcedureError, load_procedures, parse_procedure
from policies.procedure_words import explain
from policies.proofs import started

_FILE = "duties.v1.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A complaint, as far as it says under which rules it was opened."""

    procedure: str = "nhs-england-2009"
    procedure_version: int = 1
    duties: int = 1
    figures: dict[str, int]


def _text() -> str:
    return (files("policies.duties") / _FILE).read_text(encoding="utf-8")


def test_every_procedure_has_every_duty_and_names_none_of_them() -> None:
    for procedure in load_procedures().versions:
        for rule in duty_files.newest().clocks:
            assert procedure.has_clock(rule.kind), rule.kind
            assert procedure.clock(rule.kind) == rule
            assert rule not in procedure.clocks


def test_a_procedure_s_own_rule_comes_before_the_duty_of_the_same_kind() -> None:
    shipped = files("policies.procedures") / "nhs-england-2009.toml"
    text = shipped.read_text(encoding="utf-8")
    own = text.replace('kind = "closing"', 'kind = "promise"')
    procedure = parse_procedure("nhs-england-2009.toml", own)
    assert procedure.clock("promise").title.startswith("Close the complaint")
    assert [line for line in explain(procedure) if line.strip().startswith("Keep a promise")] == []


def test_nothing_starts_a_duty_but_the_act_that_owes_it() -> None:
    for procedure in load_procedures().versions:
        for rule in duty_files.newest().clocks:
            found = procedure.clocks_started_by(rule.starts, stage=procedure.stages[0].code, channel="oral")
            assert rule not in found


def test_a_complaint_is_held_to_the_duties_it_was_opened_with() -> None:
    known = load_procedures()
    assert known.governing(_Opened(figures={})).duties == duty_files.version(1).clocks
    with pytest.raises(LookupError, match="no version 9"):
        known.governing(_Opened(duties=9, figures={}))


def test_what_meets_a_duty_is_lawful_in_every_open_stage_of_every_procedure() -> None:
    lawful = {*EVERYWHERE}
    for procedure in load_procedures().versions:
        for stage in procedure.stages:
            assert stage.terminal or lawful <= set(procedure.allowed_in(stage.code))


def test_the_clocks_of_staff_are_kept_by_their_own_workflow_and_no_other_is() -> None:
    kept = {rule.kind: rule.kept_by for rule in duty_files.newest().clocks}
    assert {kind for kind, keeper in kept.items() if keeper is Keeper.INVOLVEMENT} == {
        kind for kind in kept if kind.startswith("staff_")
    }
    for procedure in load_procedures().versions:
        assert {rule.kept_by for rule in procedure.clocks} == {Keeper.COMPLAINT}


def test_every_duty_says_in_plain_words_when_it_starts() -> None:
    for rule in duty_files.newest().clocks:
        assert started(rule.starts).startswith("the day")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("version = 1\n", "version = 2\n", "not named after version 2"),
        ('kind = "promise"', 'kind = "format"', "more than once: format"),
        ('met_by = ["keep_promise"]', 'met_by = ["acknowledge"]', "acknowledge is not lawful in every stage"),
        ('met_by = ["keep_promise"]', "met_by = []", "met_by"),
        ("extension = { allowed = false }", "extension = { allowed = true }", "is not extended"),
        ("version = 1\n", "version = 1\nsecret = 3\n", "secret"),
        ("version = 1\n", "version = ???\n", "Invalid"),
    ],
)
def test_a_malformed_file_of_duties_is_refused_with_its_name(old: str, new: str, why: str) -> None:
    text = _text()
    assert old in text
    with pytest.raises(DutyError) as refused:
        parse_duties(_FILE, text.replace(old, new, 1))
    assert _FILE in str(refused.value)
    assert why in str(refused.value)


def test_a_procedure_s_file_cannot_bring_duties_of_its_own() -> None:
    text = (files("policies.procedures") / "nhs-england-2009.toml").read_text(encoding="utf-8")
    clocks: Any = text[text.index("[[clocks]]") : text.index("[[clocks]]", text.index("[[clocks]]") + 1)]
    brought = text + "\n" + clocks.replace("[[clocks]]", "[[duties]]")
    with pytest.raises(ProcedureError, match="no part of a procedure's file"):
        parse_procedure("nhs-england-2009.toml", brought)
