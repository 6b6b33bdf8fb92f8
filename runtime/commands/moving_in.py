"""`redress import FILE --mapping M --switch-on DATE`: complaints from another system, through the public API."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from runtime.commands.api_calls import ApiCalls

_SHOWN = 20
_PATIENCE = 3600.0  # seconds; what is not done by then goes on all the same
_MOMENT = 0.5


def moving_in(
    file: Annotated[Path, typer.Argument(help="CSV or JSON lines in UTF-8, as in examples/import/.")],
    mapping: Annotated[Path, typer.Option(help="TOML: which of its columns is which of our fields.")],
    switch_on: Annotated[str, typer.Option(help="YYYY-MM-DD. Until this day nothing is sent about any of them.")],
    go: Annotated[bool, typer.Option("--go", help="Import the good rows once they are checked.")] = False,
    role: Annotated[str, typer.Option(help="As what you do it.")] = "complaints_manager",
    org: Annotated[str | None, typer.Option(help="The organisation's code. Left out: the first.")] = None,
    key: Annotated[
        str | None, typer.Option(help="Repeat with the same key, and it is one import. Left out: a new one.")
    ] = None,
) -> None:
    """Check complaints from another system, show what is wrong with them, and with --go import the rest."""
    from uuid import uuid4

    from rich.console import Console

    from runtime.commands.credentials import Wanted, calls_as
    from runtime.settings import load_settings

    key = key or str(uuid4())
    typer.echo(f"key {key}", err=True)
    calls = calls_as(load_settings(), Wanted(role=role, organisation=org))
    files = {"file": (file.name, _content(file)), "mapping": (mapping.name, _content(mapping))}
    handed_in = calls.hand_in("/v1/imports", files, {"switchOn": switch_on}, key=key)
    path = f"/v1/imports/{handed_in['id']}"
    console = Console(highlight=False)
    shown = _until(calls, path, {"staged"})
    _show_dry_run(console, calls, path, shown)
    if go and shown["state"] == "checked":
        calls.post(f"{path}/decision", {"decision": "go"}, key=f"{key}/go")
        shown = _until(calls, path, {"staged", "checked", "importing"})
    _show_totals(console, shown)
    if shown["state"] == "checked":
        typer.echo(f"Nothing is imported yet. Go on: the same command with --go --key {key}", err=True)
    elif shown["state"] != "done":
        raise typer.Exit(1)


def _content(file: Path) -> bytes:
    from runtime.commands.api_calls import CommandError

    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from None


def _until(calls: "ApiCalls", path: str, moving: set[str]) -> dict[str, Any]:
    """Return an import once it rests."""
    import time

    from runtime.commands.api_calls import CommandError

    deadline = time.monotonic() + _PATIENCE
    while (shown := calls.get(path))["state"] in moving:
        if time.monotonic() > deadline:
            raise CommandError("the import takes long, and goes on by itself: the same command with --key looks again")
        time.sleep(_MOMENT)
    return shown


def _show_dry_run(console: "Console", calls: "ApiCalls", path: str, shown: dict[str, Any]) -> None:
    from rich.table import Table

    if not shown["totals"]["quarantined"]:
        return
    table = Table("row", "field", "why it is set aside", box=None)
    rows = calls.get(f"{path}/rows", state="quarantined", limit=_SHOWN)
    for row in rows["items"]:
        for number, reason in enumerate(row["reasons"]):
            table.add_row("" if number else str(row["n"]), reason["field"] or "", reason["title"])
    console.print(table, markup=False)
    if rows["next"] is not None:
        console.print(f"… and more: {path}/rows?state=quarantined&after={rows['next']}", markup=False)


def _show_totals(console: "Console", shown: dict[str, Any]) -> None:
    totals = shown["totals"]
    console.print(f"{shown['state']}: {totals['rows']} rows")
    for what in ("good", "quarantined", "imported", "failed"):
        if totals[what]:
            console.print(f"  {totals[what]:>6} {what}")
    if totals["imported"]:
        console.print(f"  {totals['open']:>6} open complaints, {totals['ended']} that have ended")
        console.print(f"Nothing is sent about them before {shown['switchOn']}.")
