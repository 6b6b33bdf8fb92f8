"""`redress links`: the lists that operators look at, as links to the Temporal UI that runs here."""

import typer


def links() -> None:
    """Print links to what is stuck, failing or waiting, as of this moment."""
    from datetime import UTC, datetime

    from runtime.commands import views
    from runtime.settings import load_settings

    settings = load_settings()
    ui_url = settings.need("temporal_ui_url")
    for view, link in views.links(ui_url, settings.temporal_namespace, datetime.now(UTC)):
        typer.echo(f"{view.title} (should be: {view.healthy})\n  {link}")
