"""`redress verify`: the chains of evidence against their rows, heads and newest anchor; what reports know of them;
letters, and the content of files and evidence packs.
"""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from runtime.settings import Settings
    from runtime.verifying import Finding, VerifyReport
    from runtime.verifying_copies import CopiesReport
    from runtime.verifying_facts import FactsReport
    from runtime.verifying_files import FilesReport
    from runtime.verifying_packs import PacksReport


def verify() -> None:
    """Verify the evidence, facts, letters, files and packs of all complaints; exit with 1 when anything is wrong."""
    import asyncio

    from runtime.settings import load_settings

    report, facts, copies, stored = asyncio.run(_report(load_settings()))
    findings = report.findings + facts.findings + copies.findings
    findings += [each for part in stored or () for each in part.findings]
    for finding in findings:
        typer.echo(line_of(finding))
    anchor = f"the anchor of {report.anchor_day}" if report.anchor_day else "no anchor: there is none yet"
    typer.echo(
        f"{report.complaints} complaints of {report.organisations} organisations, {report.events} events,"
        f" compared with {anchor}: {_judged(report.findings)}"
    )
    typer.echo(f"what reports know of {facts.complaints} complaints, folded again: {_judged(facts.findings)}")
    typer.echo(f"{copies.copies} copies of letters, {copies.size} bytes: {_judged(copies.findings)}")
    if stored is None:
        typer.echo("the store of files cannot be reached: nothing is known of them")
    else:
        files, packs = stored
        typer.echo(f"{files.files} files, {files.size} bytes, read through: {_judged(files.findings)}")
        typer.echo(f"{packs.packs} evidence packs, {packs.size} bytes, read through: {_judged(packs.findings)}")
    raise typer.Exit(1 if findings or stored is None else 0)


async def _report(
    settings: "Settings",
) -> "tuple[VerifyReport, FactsReport, CopiesReport, tuple[FilesReport, PacksReport] | None]":
    """Verify the evidence and what reports know, then letters, files and packs; None where their store is away."""
    from datetime import UTC, datetime

    from db.engine import Database, SweeperDatabase
    from gateways.anchors import FolderAnchors
    from gateways.files import StoreAway
    from runtime.file_gateways import file_store
    from runtime.verifying import verify as verify_evidence
    from runtime.verifying_copies import verify_copies
    from runtime.verifying_facts import verify_facts
    from runtime.verifying_files import verify_files
    from runtime.verifying_packs import verify_packs

    now = datetime.now(UTC)
    database = Database(settings.need("database_dsn_app"), pool_size=2)
    sweeper = SweeperDatabase(settings.need("database_dsn_sweeper"))
    try:
        report = await verify_evidence(database, sweeper, FolderAnchors(settings.anchors), now)
        facts = await verify_facts(database, sweeper, now)
        copies = await verify_copies(database, sweeper, now)
        try:
            store = file_store(settings)
            files = await verify_files(database, sweeper, store, now)
            return report, facts, copies, (files, await verify_packs(database, sweeper, store, now))
        except StoreAway:
            return report, facts, copies, None
    finally:
        await database.close()
        await sweeper.close()


def _judged(findings: "list[Finding]") -> str:
    return f"{len(findings)} WRONG" if findings else "sound"


def line_of(finding: "Finding") -> str:
    """Return a finding as it is told."""
    about = finding.reference or (str(finding.complaint_id) if finding.complaint_id else "")
    event = "" if finding.seq is None else f" event {finding.seq}"
    return f"{about}{event}: {finding.what}".lstrip(": ")
