"""`redress calendar`: the closed days of a nation, or working days counted one by one."""

from typing import Annotated

import typer


def calendar(
    nation: Annotated[str, typer.Option(help="england, wales, scotland or northern_ireland.")] = "england",
    year: Annotated[int | None, typer.Option(min=1990, max=2100, help="Left out: this year.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="Count working days after this day, YYYY-MM-DD.")] = None,
    working_days: Annotated[int, typer.Option(min=-2000, max=2000, help="How many; negative counts back.")] = 3,
) -> None:
    """Print the days on which statutory clocks stand still, or work out a date from them."""
    from rich.console import Console

    from runtime.commands.almanac import closed_days, legal_calendar, this_year, worked, written_day
    from runtime.settings import load_settings

    console = Console(highlight=False, soft_wrap=True)
    legal = legal_calendar(load_settings(), nation)
    if from_ is None:
        lines = closed_days(legal, year or this_year())
    else:
        lines = worked(legal, written_day(from_), working_days)
    for line in lines:
        console.print(line, markup=False)
