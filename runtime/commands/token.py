"""`redress token`: a token to try the API with."""

from typing import Annotated

import typer


def token(
    role: Annotated[str, typer.Option(help="What the bearer is to the organisation.")] = "complaints_manager",
    org: Annotated[str | None, typer.Option(help="The organisation's code or id. Left out: the first.")] = None,
    subject: Annotated[str | None, typer.Option(help="Who bears it. Left out: whoever holds the role.")] = None,
    hours: Annotated[float, typer.Option(min=0.01, max=24, help="How long it is good for.")] = 8.0,
) -> None:
    """Print a token for development; for whom it is goes to the standard error output."""
    from datetime import timedelta

    from runtime.commands.credentials import Wanted, minted
    from runtime.settings import load_settings

    wanted = Wanted(role=role, organisation=org, subject=subject, lifetime=timedelta(hours=hours))
    made = minted(load_settings(), wanted)
    typer.echo(made.token)
    typer.echo(f"{made.subject}, {made.role} of {made.organisation.code}, for {hours:g} hours", err=True)
