"""`redress verify`: the chains of evidence, checked against their rows, their heads and the newest anchor."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from runtime.settings import Settings
    from runtime.verifying import Finding, VerifyReport


def verify() -> None:
    """Verify the evidence of every complaint; exit with 1 when anything in it is wrong."""
    import asyncio

    from runtime.settings import load_settings

    report = asyncio.run(_report(load_settings()))
    for finding in report.findings:
        typer.echo(_line(finding))
    anchor = f"the anchor of {report.anchor_day}" if report.anchor_day else "no anchor: there is none yet"
    typer.echo(
        f"{report.complaints} complaints of {report.organisations} organisations, {report.events} events,"
        f" compared with {anchor}: {'sound' if report.sound else f'{len(report.findings)} WRONG'}"
    )
    raise typer.Exit(0 if report.sound else 1)


async def _report(settings: "Settings") -> "VerifyReport":
    from datetime import UTC, datetime

    from db.engine import Database, SweeperDatabase
    from gateways.anchors import FolderAnchors
    from runtime.verifying import verify as verify_evidence

    database = Database(settings.need("database_dsn_app"), pool_size=2)
    sweeper = SweeperDatabase(settings.need("database_dsn_sweeper"))
    try:
        return await verify_evidence(database, sweeper, FolderAnchors(settings.anchors), datetime.now(UTC))
    finally:
        await database.close()
        await sweeper.close()


def _line(finding: "Finding") -> str:
    about = finding.reference or (str(finding.complaint_id) if finding.complaint_id else "")
    event = "" if finding.seq is None else f" event {finding.seq}"
    return f"{about}{event}: {finding.what}".lstrip(": ")
