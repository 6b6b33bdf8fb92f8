"""The command line: `redress up`, `redress show` and their kin. Help must be quick: import lazily here."""

import importlib
import importlib.util
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="redress",
    help="Durable complaint handling: every deadline kept, everyone kept informed, nothing lost.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

# One module of runtime/commands for each; its function, or Typer, bears the same name. These modules
# import what is heavy inside the functions.
_COMPLAINT_COMMANDS = (
    *("log", "show", "token", "calendar", "links", "attention", "verify"),
    *("moving_in", "procedures", "intake", "letters", "alarms", "reports"),
)

# A command whose name is a word of the language has a module, and a function, of another name.
_CALLED = {"moving_in": "import"}


@app.command()
def up(
    detach: Annotated[bool, typer.Option(help="Return when everything is ready.")] = False,
) -> None:
    """Start the whole stack here: PostgreSQL, Temporal, API and worker."""
    from runtime.running import run_detached, run_here

    raise typer.Exit(run_detached() if detach else run_here())


@app.command()
def down() -> None:
    """Stop the stack that runs here."""
    from runtime.leftovers import bring_down

    typer.echo("Stopped." if bring_down() else "Nothing runs here.")


@app.command()
def doctor() -> None:
    """Examine this installation, and say what to do about what is wrong."""
    from rich.console import Console
    from rich.table import Table

    from runtime.doctor import examine
    from runtime.settings import load_settings

    findings = list(examine(load_settings()))
    table = Table("", "what", box=None)
    for heading in ("found", "what to do"):
        table.add_column(heading, overflow="fold")
    for finding in findings:
        mark = "[green]✓[/]" if finding.ok else "[red]✗[/]"
        table.add_row(mark, finding.what, finding.found, "" if finding.ok else finding.remedy)
    Console().print(table)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@app.command()
def migrate() -> None:
    """Bring the database to the newest revision."""
    from runtime.migrating import pending, upgrade
    from runtime.settings import load_settings

    dsn = load_settings().need("database_dsn_migrator")
    missing = pending(dsn)
    upgrade(dsn)
    typer.echo(f"Migrated to {', '.join(missing)}." if missing else "Already at the newest revision.")


@app.command()
def promote(
    seconds: Annotated[float, typer.Option(help="How long to wait for the workers.")] = 120.0,
) -> None:
    """Make this build of the worker the current one; also after a rollback."""
    import asyncio

    from runtime.promote import promote as make_current
    from runtime.settings import load_settings

    typer.echo(asyncio.run(make_current(load_settings(), seconds=seconds)))


def _add_complaint_commands() -> None:
    beside = Path(__file__).parent / "commands"
    for name in _COMPLAINT_COMMANDS:
        if (beside / f"{name}.py").exists():
            command = getattr(importlib.import_module(f"runtime.commands.{name}"), name)
            if isinstance(command, typer.Typer):
                app.add_typer(command, name=name)
            else:
                app.command(_CALLED.get(name, name))(command)


_add_complaint_commands()


def main() -> None:
    """Run the command line; what a person can put right is said in one sentence."""
    try:
        app()
    except Exception as error:  # noqa: BLE001 - a fault of ours is raised again
        typer.echo(f"redress: {_sentence(error)}", err=True)
        raise SystemExit(1) from None


def _sentence(error: Exception) -> str:
    """Return what a person can do about an error; one that is a fault of ours is raised again."""
    from sqlalchemy.exc import OperationalError

    from runtime.commands.api_calls import CommandError
    from runtime.failures import PUT_RIGHT

    if isinstance(error, OperationalError):
        return "the database does not answer: is the stack up? 'redress doctor' looks closer"
    if not isinstance(error, (*PUT_RIGHT, CommandError)):
        raise error
    return str(error)


if __name__ == "__main__":
    main()
