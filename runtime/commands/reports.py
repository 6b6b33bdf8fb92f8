"""`redress reports`: what reports know of complaints, brought up to the evidence and verified against it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from activities.reporting.projecting import CaughtUp
    from runtime.settings import Settings
    from runtime.verifying_facts import FactsReport

reports = typer.Typer(
    name="reports",
    help="What reports know of complaints, as the chains of evidence say it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@reports.callback()
def _reports() -> None:
    """What reports know of complaints, as the chains of evidence say it."""


@reports.command("catch-up")
def catch_up() -> None:
    """Read the chains as far as they have grown. A report does so by itself: this only makes the next one quick."""
    import asyncio

    from runtime.settings import load_settings

    done = asyncio.run(_catch_up(load_settings()))
    typer.echo(f"{done.complaints} complaints, {done.events} events read, {done.versions} versions written")


@reports.command("compile")
def compile_report(
    kind: Annotated[str, typer.Option(help="board, annual, ko41a, ko41b, reg17, public or oversight.")],
    first: Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--until", help="The last day.")],
    known_until: Annotated[str | None, typer.Option(help="An instant with its offset. Left out: now.")] = None,
    format: Annotated[str, typer.Option("--format", help="json, csv, html or pdf.")] = "json",
    out: Annotated[Path | None, typer.Option(help="The file. Left out: named after the report, here.")] = None,
    org: Annotated[str | None, typer.Option("--organisation", "--org", help="Its code. Left out: the first.")] = None,
    role: Annotated[str, typer.Option(help="As what you compile.")] = "complaints_manager",
) -> None:
    """Have a report compiled and kept, and write it to a file."""
    from runtime.commands.credentials import Wanted, calls_as
    from runtime.commands.report_compile import Wish, compiled
    from runtime.settings import load_settings

    wish = Wish(kind=kind, first=first, last=last, known_until=known_until, format=format, out=out)
    for line in compiled(calls_as(load_settings(), Wanted(role=role, organisation=org)), wish):
        typer.echo(line)


@reports.command()
def verify() -> None:
    """Fold every chain again and compare with what reports know; exit with 1 when anything differs."""
    import asyncio

    from runtime.commands.verify import line_of
    from runtime.settings import load_settings

    found = asyncio.run(_verify(load_settings()))
    for finding in found.findings:
        typer.echo(line_of(finding))
    judged = f"{len(found.findings)} WRONG" if found.findings else "sound"
    typer.echo(f"{found.complaints} complaints, {found.events} events folded again: {judged}")
    raise typer.Exit(1 if found.findings else 0)


async def _catch_up(settings: Settings) -> CaughtUp:
    from datetime import UTC, datetime

    from db.engine import Database, SweeperDatabase
    from runtime.verifying_facts import catch_up as read_on

    database = Database(settings.need("database_dsn_app"), pool_size=2)
    sweeper = SweeperDatabase(settings.need("database_dsn_sweeper"))
    try:
        return await read_on(database, sweeper, datetime.now(UTC))
    finally:
        await database.close()
        await sweeper.close()


async def _verify(settings: Settings) -> FactsReport:
    from datetime import UTC, datetime

    from db.engine import Database, SweeperDatabase
    from runtime.verifying_facts import verify_facts

    database = Database(settings.need("database_dsn_app"), pool_size=2)
    sweeper = SweeperDatabase(settings.need("database_dsn_sweeper"))
    try:
        return await verify_facts(database, sweeper, datetime.now(UTC))
    finally:
        await database.close()
        await sweeper.close()
