"""The legal calendar of a nation in words: its closed days, and a count of working days with every day told."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from db.engine import Database
from db.queries import calendars as calendar_rows
from policies.calendars import Calendar, ClosedDay, Nation, legal_holidays, local_date
from policies.proofs import long_date
from runtime.commands.api_calls import CommandError
from runtime.settings import Settings

# No organisation has this id: under it only the nations' rows are seen.
_NOBODY: Final = UUID(int=0)


def this_year() -> int:
    """Return the year it is in London."""
    return local_date(datetime.now(UTC)).year


def written_day(text: str) -> date:
    """Return a day written YYYY-MM-DD. Raises CommandError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text} is no day: write it YYYY-MM-DD") from None


def legal_calendar(settings: Settings, nation: str) -> Calendar:
    """Return a nation's calendar, with the approved corrections where there is a database to ask."""
    try:
        known = Nation(nation)
    except ValueError:
        raise CommandError(f"no such nation: {nation}. There are: {', '.join(Nation)}") from None
    if settings.database_dsn_app is None:
        return Calendar.legal(known, [], revision=0)
    return asyncio.run(_corrected(settings.database_dsn_app, known))


async def _corrected(dsn: str, nation: Nation) -> Calendar:
    database = Database(dsn, pool_size=1)
    try:
        async with database.tenant(_NOBODY, datetime.now(UTC)) as session:
            rows = await calendar_rows.closed_days(session, nation.value, _NOBODY)
    finally:
        await database.close()
    corrections = [ClosedDay(day=row.day, name=row.name, opens=row.opens) for row in rows]
    return Calendar.legal(nation, corrections, max((row.revision for row in rows), default=0))


def closed_days(calendar: Calendar, year: int) -> Iterator[str]:
    """Tell the days of a year, beside weekends, that are no working days of the nation."""
    yield f"{calendar.nation.title}, {year}, revision {calendar.revision}. Weekends are closed as well."
    for day in sorted({*legal_holidays(calendar.nation, year), *_corrected_days(calendar, year)}):
        if not calendar.is_open(day):
            note = " (corrected here)" if day in calendar.corrections else ""
            yield f"  {long_date(day)}: {calendar.why_closed(day)}{note}"
        elif day in calendar.corrections:
            yield f"  {long_date(day)}: open (taken back here)"
    if date(year, 12, 31) > calendar.horizon:
        yield _provisional(calendar)


def _corrected_days(calendar: Calendar, year: int) -> Iterator[date]:
    return (day for day in calendar.corrections if day.year == year)


def worked(calendar: Calendar, start: date, count: int) -> Iterator[str]:
    """Count working days from a day that is not itself counted, and tell why each day counts or does not."""
    yield f"{long_date(start)}: the day to count from, not counted"
    number, last = 0, start
    for day, closed in calendar.walk(start, count):
        number += closed is None
        last = day
        yield f"  {long_date(day)}: {f'not counted, {closed}' if closed else f'working day {number} of {abs(count)}'}"
    yield f"That is {long_date(last)}, by the legal calendar of {calendar.nation.title}, revision {calendar.revision}"
    if last > calendar.horizon:
        yield _provisional(calendar)


def _provisional(calendar: Calendar) -> str:
    return f"Provisional: the official calendar is published up to {long_date(calendar.horizon)}"
