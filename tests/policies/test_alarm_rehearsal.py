"""A made-up year by the real rules: single breaches wake nobody, however many they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from policies import alarm_files, triage_files, year_files
from policies.alarm_rehearsal import Rehearsed, Rules, rehearse
from policies.alarm_rules import Cause
from policies.procedure_files import load_procedures
from policies.year_files import Year, YearError, parse_year
from runtime.commands.alarms import alarms
from runtime.commands.api_calls import CommandError

NHS = load_procedures().pinned("nhs-england-2009", 2, {})
RULES = Rules(
    procedure=NHS,
    mix=alarm_files.newest().mix_for(NHS.code, NHS.regime),
    triage=triage_files.newest().rules_for(NHS.code, NHS.regime),
)
YEAR = year_files.shipped()
FIRST = date(2028, 1, 3)


def a_year(year: Year = YEAR, seed: int = 7, complaints: int = 950, worse: float = 1.0) -> Rehearsed:
    return rehearse(RULES, year, Random(seed), complaints, FIRST, worse=worse)


def once_each(year: Year) -> Year:
    """Return a year in which a complaint has each clock at most once, and nobody falls silent."""
    known = tuple(
        replace(each, each=0.0 if each.kind in ("relevant_period", "staff_support") else min(each.each, 1.0))
        for each in year.clocks.known
    )
    return replace(
        year,
        clocks=replace(year.clocks, known=known),
        silence=replace(year.silence, division=0.0, body=0.0),
    )


def test_the_same_seed_is_the_same_year() -> None:
    assert a_year() == a_year() != a_year(seed=8)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), worse=st.sampled_from([1.0, 3.0, 10.0, 100.0]))
def test_single_breaches_wake_no_senior_however_many_they_are(seed: int, worse: float) -> None:
    found = a_year(once_each(YEAR), seed, 300, worse)
    assert {each.cause for each in found.woken} <= {Cause.SEVERITY, Cause.RECURRENCE}
    assert len(found.digest) == found.missed.total() > 0


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), worse=st.sampled_from([1.0, 10.0]))
def test_what_is_missed_again_and_again_wakes_at_most_once_a_complaint_and_for_every_third_time(
    seed: int, worse: float
) -> None:
    causes = a_year(seed=seed, complaints=200, worse=worse).by_cause()
    found = a_year(seed=seed, complaints=200, worse=worse)
    assert causes["repeated_breach"] <= min(200, found.missed.total() // RULES.mix.times)
    assert all(causes[each] <= 200 for each in ("six_months", "staff_support", "division_silent", "body_silent"))


@pytest.mark.parametrize("seed", range(5))
def test_a_believable_year_wakes_somebody_a_few_times_a_week_and_never_every_hour(seed: int) -> None:
    found = a_year(seed=seed)
    weeks: dict[tuple[int, int], int] = {}
    for each in found.woken:
        week = each.on.isocalendar()[:2]
        weeks[week] = weeks.get(week, 0) + 1
    assert 52 <= len(found.woken) <= 260 and max(weeks.values()) <= 20
    assert len(found.digest) > 5 * len(found.woken)
    assert sum(found.severities.values()) == 950


def test_a_malformed_year_is_refused_with_its_name() -> None:
    with pytest.raises(YearError, match="mine.toml"):
        parse_year("mine.toml", "version = 1\n[facts]\nweather = 0.5\n")


def test_each_fault_of_a_year_is_a_line_that_names_the_file_and_the_key() -> None:
    with pytest.raises(YearError) as refused:
        parse_year("mine.toml", "version = 1\nx = 1\n")
    lines = str(refused.value).splitlines()
    assert "mine.toml: facts: Field required" in lines and all(line.startswith("mine.toml: ") for line in lines)


def test_the_command_says_in_one_sentence_that_a_year_cannot_be_read(tmp_path: Path) -> None:
    odd = tmp_path / "odd.toml"
    odd.write_bytes(b"\xff\xfe")
    faulty = tmp_path / "faulty.toml"
    faulty.write_text("version = ")
    for file in (tmp_path / "none.toml", odd, faulty):
        shown = CliRunner().invoke(alarms, ["rehearse", "--procedure", "nhs-england-2009", "--year", str(file)])
        assert isinstance(shown.exception, CommandError), shown.exception


def test_the_command_prints_the_table() -> None:
    shown = CliRunner().invoke(
        alarms, ["rehearse", "--procedure", "nhs-england-2009", "--complaints", "200", "--seed", "7"]
    )
    assert shown.exit_code == 0, shown.output
    assert "200 complaints in a year, seed 7" in shown.output
    for line in ("How serious: 200", "What wakes a senior:", "Lines of the digest:"):
        assert line in shown.output
