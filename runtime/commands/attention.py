"""`redress attention`: what is not as it should be. The count must be zero."""

from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from rich.console import Console

    from runtime.attention import AttentionReport
    from runtime.settings import Settings


def attention() -> None:
    """List cases needing attention, and whatever else was forgotten; exit with 1 unless there is nothing."""
    import asyncio

    from rich.console import Console

    from runtime.settings import load_settings

    report = asyncio.run(_report(load_settings()))
    _print(report, Console(highlight=False))
    _leave(1 if report.exceptions else 0)


async def _report(settings: "Settings") -> "AttentionReport":
    from datetime import UTC, datetime

    from db.engine import SweeperDatabase
    from gateways.engine import Engine, connect
    from runtime.attention import attention_report

    sweeper = SweeperDatabase(settings.need("database_dsn_sweeper"))
    try:
        client = await connect(settings.temporal_address, settings.temporal_namespace)
        return await attention_report(sweeper, Engine(client), datetime.now(UTC))
    finally:
        await sweeper.close()


def _print(report: "AttentionReport", console: "Console") -> None:
    for item in report.exceptions:
        codes = item.codes()
        about = codes.pop("reference", None) or codes.pop("complaint", "")
        told = ", ".join(f"{name} {value}" for name, value in codes.items() if name in ("since", "detail"))
        console.print(f"{codes['kind'].replace('_', ' ')}: {about} {told}".rstrip(), soft_wrap=True, markup=False)
    console.print(f"{report.open_complaints} open, {len(report.exceptions)} needing attention")


def _leave(code: int) -> NoReturn:
    """End the process at once: a call to an engine that hangs would hold up an orderly end for as long."""
    import os
    import sys

    sys.stdout.flush()
    os._exit(code)
