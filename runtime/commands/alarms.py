"""`redress alarms`: how often seniors would be woken in a year, before anybody is."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from policies.alarm_rehearsal import Rehearsed
    from policies.year_files import Year

alarms = typer.Typer(
    name="alarms",
    help="What wakes a senior leader, and what goes into their weekly digest.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@alarms.callback()
def _alarms() -> None:
    """What wakes a senior leader, and what goes into their weekly digest."""


@alarms.command()
def rehearse(
    procedure: Annotated[str, typer.Option(help="CODE@VERSION, CODE (its newest version), or a file.")],
    complaints: Annotated[int, typer.Option(min=1, max=100_000, help="In the year.")] = 950,
    seed: Annotated[int, typer.Option(help="The same seed is the same year.")] = 1,
    worse: Annotated[float, typer.Option(min=0.0, max=100.0, help="So many times as much is missed.")] = 1.0,
    year: Annotated[Path | None, typer.Option(help="A file of shares. Left out: the one that is shipped.")] = None,
) -> None:
    """Make up a year of complaints, judge it by the real rules, and say how often a senior would be woken, for what."""
    from random import Random

    from policies import alarm_files, triage_files, year_files
    from policies.alarm_rehearsal import Rules
    from policies.alarm_rehearsal import rehearse as rehearsed
    from runtime.commands.procedure_check import named

    chosen = named(procedure)
    rules = Rules(
        procedure=chosen,
        mix=alarm_files.newest().mix_for(chosen.code, chosen.regime),
        triage=triage_files.newest().rules_for(chosen.code, chosen.regime),
    )
    shares = year_files.shipped() if year is None else _read(year)
    found = rehearsed(rules, shares, Random(seed), complaints, date(2028, 1, 3), worse=worse)
    typer.echo(f"{chosen.code} version {chosen.version}, {complaints} complaints in a year, seed {seed}")
    for line in told(found):
        typer.echo(line)


def _read(file: Path) -> "Year":
    """Return the year of a file. Raises CommandError."""
    from policies.year_files import YearError, parse_year
    from runtime.commands.api_calls import CommandError

    try:
        return parse_year(file.name, file.read_text("utf-8"))
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CommandError(f"{file} is not text in UTF-8") from None
    except YearError as error:
        raise CommandError(f"the file is not sound:\n{error}") from None


def told(found: "Rehearsed") -> Iterator[str]:
    """Tell a year in a table."""
    yield from _table("How serious", found.severities)
    yield from _table("Deadlines missed", found.missed)
    yield from _table("What wakes a senior", _by_cause(found))
    yield _rate("Woken", [each.on for each in found.woken])
    yield _rate("Lines of the digest", found.digest)


def _rate(what: str, days: list[date]) -> str:
    weeks = Counter(day.isocalendar()[:2] for day in days)
    return (
        f"{what}: {len(days)} in the year, {len(days) / 52:.1f} a week, at most {max(weeks.values(), default=0)} in one"
    )


def _by_cause(found: "Rehearsed") -> Counter[str]:
    return Counter(f"{each.cause.value} ({each.by})" if each.by else each.cause.value for each in found.woken)


def _table(title: str, counts: Counter[str]) -> Iterator[str]:
    yield f"{title}: {counts.total()}"
    for code, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        yield f"  {count:>6}  {code}"
