"""`redress procedures`: check, compare, explain and rehearse the rules, and adopt them."""

from pathlib import Path
from typing import Annotated, Any

import typer

procedures = typer.Typer(
    name="procedures",
    help="The rules as data: check, compare, explain, rehearse and adopt them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

_Org = Annotated[
    str | None, typer.Option("--organisation", "--org", help="The organisation's code. Left out: the first.")
]


@procedures.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Procedure files. Left out: those that are shipped.")
    ] = None,
) -> None:
    """Name every fault by file, line, key and reason; exit with 1 where there is one. Warnings stand apart."""
    from runtime.commands.procedure_check import checked

    found = checked(files or [])
    for fault in found.faults:
        typer.echo(fault)
    for warning in found.warnings:
        typer.echo(f"warning: {warning}", err=True)
    typer.echo(f"{found.files} files, {len(found.faults)} faults, {len(found.warnings)} warnings")
    raise typer.Exit(1 if found.faults else 0)


@procedures.command()
def diff(
    old: Annotated[str, typer.Argument(help="CODE@VERSION, CODE (its newest version), or a file.")],
    new: Annotated[str, typer.Argument(help="The same.")],
) -> None:
    """Tell in words what changes from one procedure to another."""
    from policies.procedure_diff import diff as differences
    from runtime.commands.procedure_check import named

    lines = list(differences(named(old), named(new)))
    for line in lines or ["Nothing is different."]:
        typer.echo(line)


@procedures.command()
def explain(
    procedure: Annotated[str | None, typer.Argument(help="CODE@VERSION, CODE (its newest version), or a file.")] = None,
    complaint: Annotated[str | None, typer.Option(help="A reference: the rules and clocks of this complaint.")] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="An organisation's own procedure, for the public.")
    ] = False,
    contact: Annotated[list[str] | None, typer.Option(help="With --publish: a way to reach you. Repeat it.")] = None,
    org: _Org = None,
    role: Annotated[str, typer.Option(help="As what you look.")] = "complaints_manager",
) -> None:
    """Tell the rules in plain English: of a procedure, of one complaint, or of an organisation for the public."""
    from runtime.commands import procedure_explain
    from runtime.commands.api_calls import CommandError
    from runtime.commands.procedure_check import named

    if sum((procedure is not None, complaint is not None, publish)) != 1:
        raise CommandError("name a procedure, or --complaint, or --publish: one of them")
    if publish:
        lines = procedure_explain.published(org, role, contact or [])
    elif complaint is not None:
        lines = procedure_explain.of_complaint(complaint, org, role)
    else:
        lines = procedure_explain.of_version(named(procedure or ""))
    for line in lines:
        typer.echo(line)


@procedures.command()
def rehearse(
    file: Annotated[Path, typer.Argument(help="An edited version that is shipped, or a new one.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, with every complaint.")] = False,
    most: Annotated[int, typer.Option("--most", min=0, help="So many complaints are told one by one.")] = 50,
) -> None:
    """Say what a file would do to every open complaint before it goes live; exit with 1 if one would break."""
    import asyncio

    from runtime.commands.procedure_rehearsal import as_document, rehearsed, told
    from runtime.settings import load_settings

    found = asyncio.run(rehearsed(load_settings(), file))
    if as_json:
        import json

        typer.echo(json.dumps(as_document(found), indent=2))
    else:
        for line in told(found, most):
            typer.echo(line)
    raise typer.Exit(1 if found.counts["breaks"] else 0)


@procedures.command()
def adopt(
    code: Annotated[str, typer.Argument(help="The procedure.")],
    from_: Annotated[str, typer.Option("--from", help="YYYY-MM-DD, today or later.")],
    reason: Annotated[str, typer.Option(help="Why, and who decided it.")],
    version: Annotated[int | None, typer.Option(min=1, help="Left out: whichever is in force.")] = None,
    figure: Annotated[list[str] | None, typer.Option(help="name=value. Repeat it for each.")] = None,
    small_body: Annotated[bool, typer.Option("--small-body", help="One person may hold several roles.")] = False,
    org: _Org = None,
    role: Annotated[str, typer.Option(help="As what you do it.")] = "complaints_manager",
    key: Annotated[
        str | None, typer.Option(help="Repeat with the same key, and it is one. Left out: a new one.")
    ] = None,
) -> None:
    """Adopt a procedure for an organisation from a day on, with its own figures."""
    from uuid import uuid4

    from runtime.commands.credentials import Wanted, calls_as
    from runtime.settings import load_settings

    key = key or str(uuid4())
    typer.echo(f"key {key}", err=True)
    body: dict[str, Any] = {"code": code, "adoptedFrom": from_, "reason": reason, "smallBody": small_body}
    body |= {"figures": _figures(figure or [])} | ({} if version is None else {"version": version})
    calls = calls_as(load_settings(), Wanted(role=role, organisation=org))
    done = calls.post("/v1/organisation/procedures", body, key=key)
    which = f"version {done['version']}" if done["version"] else "whichever version is in force"
    typer.echo(f"Adopted from {done['adoptedFrom']}: {done['code']}, {which}.")


def _figures(written: list[str]) -> dict[str, int]:
    from runtime.commands.api_calls import CommandError

    found = {}
    for each in written:
        name, sign, value = each.partition("=")
        if not sign or not value.strip().isdecimal():
            raise CommandError(f"{each}: write a figure as name=value, with a whole number")
        found[name.strip()] = int(value)
    return found
