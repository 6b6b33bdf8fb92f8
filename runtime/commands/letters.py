"""`redress letters`: which letters there are, and what each looks like before anybody is sent one."""

from pathlib import Path
from typing import Annotated

import typer

letters = typer.Typer(
    name="letters",
    help="The letters: list them, and see each as text or PDF with made-up facts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@letters.command(name="list")
def list_all(
    every: Annotated[
        bool, typer.Option("--every-version", help="Older versions too: they may have been sent.")
    ] = False,
) -> None:
    """List the templates: version, whom each is for, how and when it leaves, and its legal ground."""
    from runtime.commands.letter_preview import listed

    for line in listed(every=every):
        typer.echo(line)


@letters.command()
def preview(
    template: Annotated[str, typer.Argument(help="Its name, as 'redress letters list' shows it.")],
    version: Annotated[int | None, typer.Option(min=1, help="Left out: the newest.")] = None,
    procedure: Annotated[
        str | None, typer.Option(help="CODE@VERSION, CODE or a file: with its words, its Ombudsman and its ground.")
    ] = None,
    longest: Annotated[bool, typer.Option("--longest", help="Every fact as long as it can be.")] = False,
    emptiest: Annotated[bool, typer.Option("--emptiest", help="Only what it needs, empty where it may be.")] = False,
    large_print: Annotated[
        bool, typer.Option("--large-print", help="With --out: on the sheet in large print.")
    ] = False,
    given: Annotated[
        list[str] | None, typer.Option("--with", help="A fact that is true, as 'bereaved'. Repeat it for each.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", help="A fact that is left out, or not true. Repeat it for each.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write a PDF with DRAFT on every page to this file.")] = None,
) -> None:
    """Show a letter with made-up facts: its text, or with --out the PDF. Nobody is sent anything."""
    from policies.letter_samples import Size
    from runtime.commands.api_calls import CommandError
    from runtime.commands.letter_preview import Wish, previewed, told, write_pdf

    if longest and emptiest:
        raise CommandError("--longest and --emptiest: one of them")
    if large_print and out is None:
        raise CommandError("--large-print is about a PDF: say where with --out FILE")
    size = Size.LONGEST if longest else Size.EMPTIEST if emptiest else Size.USUAL
    wish = Wish(template=template, version=version, procedure=procedure, size=size)
    shown = previewed(wish, given=given or [], without=without or [])
    if out is None:
        for line in told(shown):
            typer.echo(line)
    else:
        typer.echo(f"{out}: {write_pdf(shown, out, large_print=large_print)} bytes")
