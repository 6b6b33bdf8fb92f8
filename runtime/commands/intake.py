"""`redress intake mail DIR`: what has come in by e-mail, through the public API. A timer calls it each minute."""

from pathlib import Path
from typing import Annotated

import typer

intake = typer.Typer(help="Take in what has come by itself.", no_args_is_help=True)


@intake.callback()
def _group() -> None:
    """Take in what has come by itself."""


@intake.command()
def mail(
    maildir: Annotated[Path, typer.Argument(help="A Maildir: each mail in new/ goes to cur/ once it is taken in.")],
    org: Annotated[str | None, typer.Option(help="The organisation's code. Left out: the first.")] = None,
    role: Annotated[str, typer.Option(help="As what you do it.")] = "case_system",
) -> None:
    """Hand over every mail that waits in a Maildir. Repeating it does no harm: each is taken in once."""
    from datetime import UTC, datetime

    from runtime.commands.credentials import Wanted, calls_as
    from runtime.maildir import hand_over
    from runtime.settings import load_settings

    settings = load_settings()
    calls = calls_as(settings, Wanted(role=role, organisation=org))
    report = hand_over(calls, maildir, settings.largest_mail_mb * 1024 * 1024, lambda: datetime.now(UTC))
    for state, number in sorted(report.states.items()):
        typer.echo(f"{number:>6} {state}")
    for name, why in report.left:
        typer.echo(f"left in new/: {name}: {why}", err=True)
    if report.left:
        raise typer.Exit(1)
