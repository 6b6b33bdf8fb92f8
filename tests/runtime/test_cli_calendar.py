"""`redress calendar`: closed days, days counted one by one, and mistakes told in a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from policies.calendars import Calendar, ClosedDay, Nation
from runtime.commands import almanac
from runtime.commands.api_calls import CommandError
from runtime.settings import Settings

ENGLAND = Calendar.legal(Nation.ENGLAND, [], revision=0)


def test_each_day_of_a_count_says_why_it_counts_or_does_not() -> None:
    lines = list(almanac.worked(ENGLAND, date(2026, 12, 23), 3))
    assert lines[0] == "Wednesday 23 December 2026: the day to count from, not counted"
    assert "  Friday 25 December 2026: not counted, Christmas Day" in lines
    assert "  Sunday 27 December 2026: not counted, Sunday" in lines
    assert "  Wednesday 30 December 2026: working day 3 of 3" in lines
    assert lines[-1].startswith("That is Wednesday 30 December 2026")


def test_days_are_counted_backwards_too() -> None:
    assert list(almanac.worked(ENGLAND, date(2026, 12, 29), -1))[-1].startswith("That is Thursday 24 December 2026")


def test_a_date_past_the_published_calendar_says_that_it_is_provisional() -> None:
    assert list(almanac.worked(ENGLAND, date(2029, 1, 2), 3))[-1].startswith("Provisional")
    assert list(almanac.closed_days(ENGLAND, 2029))[-1].startswith("Provisional")


def test_a_corrected_day_is_marked_and_one_taken_back_is_shown_as_open() -> None:
    corrected = Calendar.legal(
        Nation.ENGLAND,
        [
            ClosedDay(day=date(2026, 5, 4), name="moved", opens=True),
            ClosedDay(day=date(2026, 5, 8), name="A proclaimed day"),
        ],
        revision=2,
    )
    lines = list(almanac.closed_days(corrected, 2026))
    assert "  Monday 4 May 2026: open (taken back here)" in lines
    assert "  Friday 8 May 2026: A proclaimed day (corrected here)" in lines


def test_without_a_database_the_calendar_has_no_corrections(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path, database_dsn_app=None)
    assert almanac.legal_calendar(settings, "scotland").nation is Nation.SCOTLAND


@pytest.mark.parametrize(("day", "nation"), [("2026-13-01", "england"), ("2026-12-01", "mars")])
def test_what_cannot_be_read_is_an_error_that_says_what_to_write(day: str, nation: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        almanac.legal_calendar(Settings(state_dir=tmp_path), nation)
        almanac.written_day(day)


def test_the_command_tells_a_mistake_without_a_traceback(tmp_path: Path) -> None:
    done = _redress("calendar", "--from", "tomorrow", state_dir=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "redress: tomorrow is no day: write it YYYY-MM-DD\n"


def test_the_command_prints_plain_text_when_it_is_not_on_a_terminal(tmp_path: Path) -> None:
    done = _redress("calendar", "--nation", "scotland", "--year", "2026", state_dir=tmp_path)
    assert "  Monday 30 November 2026: Saint Andrew's Day" in done.stdout
    assert "\x1b" not in done.stdout


def test_every_command_has_help(tmp_path: Path) -> None:
    for command in ("log", "show", "token", "calendar", "links", "attention", "verify"):
        assert f"redress {command}" in _redress(command, "--help", state_dir=tmp_path).stdout.replace(
            "python -m runtime.cli", "redress"
        )


def _redress(*arguments: str, state_dir: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REDRESS_")}
    return subprocess.run(
        [sys.executable, "-m", "runtime.cli", *arguments],
        env=environment | {"REDRESS_STATE_DIR": str(state_dir)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
