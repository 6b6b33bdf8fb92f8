"""`redress show REF`: where a complaint is, whose it is, what runs, what is due next and why."""

from typing import Annotated

import typer


def show(
    reference: Annotated[str, typer.Argument(help="The reference, as people quote it.")],
    role: Annotated[str, typer.Option(help="As what you look.")] = "complaints_manager",
    org: Annotated[str | None, typer.Option(help="The organisation's code. Left out: whose it is.")] = None,
) -> None:
    """Show a complaint: where it is, whose, what is due next and why, and what has happened."""
    from rich.console import Console

    from db.references import normalise
    from runtime.commands.api_calls import CommandError
    from runtime.commands.credentials import Wanted, calls_as
    from runtime.commands.dossier import gather, render
    from runtime.settings import load_settings

    stored = normalise(reference)
    if stored is None:
        raise CommandError(f"{reference} is no reference: look for a mistyped character")
    settings = load_settings()
    calls = calls_as(settings, Wanted(role=role, organisation=org), reference=stored)
    ui_url = settings.temporal_ui_url
    namespace_url = f"{ui_url}/namespaces/{settings.temporal_namespace}" if ui_url else None
    render(gather(calls, stored), Console(highlight=False), namespace_url=namespace_url)
