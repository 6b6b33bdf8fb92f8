"""`redress log FILE`: log a complaint through the public API."""

from pathlib import Path
from typing import Annotated, Any

import typer


def log(
    file: Annotated[Path, typer.Argument(help="A complaint as JSON, as in examples/; - reads standard input.")],
    received_on: Annotated[
        str | None, typer.Option(help="The day of receipt, YYYY-MM-DD or 'today', in place of the file's.")
    ] = None,
    role: Annotated[str, typer.Option(help="As what you log it.")] = "handler",
    org: Annotated[str | None, typer.Option(help="The organisation's code. Left out: the first.")] = None,
    key: Annotated[
        str | None, typer.Option(help="Repeat with the same key, and it is logged once. Left out: a new one.")
    ] = None,
) -> None:
    """Log a complaint and print its reference."""
    from uuid import uuid4

    from runtime.commands.credentials import Wanted, calls_as
    from runtime.settings import load_settings

    body = _complaint(file, received_on)
    key = key or str(uuid4())
    settings = load_settings()
    typer.echo(f"key {key}", err=True)
    calls = calls_as(settings, Wanted(role=role, organisation=org))
    logged = calls.post("/v1/complaints", body, key=key)
    typer.echo(logged["reference"])
    typer.echo(f"{settings.api_url}{logged['complaint']}", err=True)
    typer.echo(f"where it stands: redress show {logged['reference']}", err=True)


def _complaint(file: Path, received_on: str | None) -> dict[str, Any]:
    import json
    import sys
    from datetime import UTC, datetime

    from policies.calendars import local_date
    from runtime.commands.api_calls import CommandError

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        body = json.loads(text)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from None
    except ValueError:
        raise CommandError(f"{file} is not JSON in UTF-8") from None
    if not isinstance(body, dict):
        raise CommandError(f"{file} holds no JSON object")
    if received_on is not None:
        today = local_date(datetime.now(UTC)).isoformat()
        body["receivedOn"] = today if received_on == "today" else received_on
    return body
