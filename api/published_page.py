"""The pages around published reports: which there are, and that one is not there, was withdrawn, or not this often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fastapi.responses import HTMLResponse

from api.dates import today
from api.form.elements import escaped
from api.form.shell import page
from db.queries.published_reports import Listed, Published
from reports.words import day, period

_KINDS: Final = {"annual": "Annual report on complaints", "public": "What we learned from complaints"}
_ELSEWHERE: Final = "Reports on complaints"


def listed(code: str, found: Sequence[Listed], headers: Mapping[str, str]) -> HTMLResponse:
    """Return the list of what an organisation has published, with what it has withdrawn below."""
    name = found[0].name
    shown = [each for each in found if each.withdrawn_at is None]
    there = {each.slug for each in shown}
    gone = [each for each in found if each.slug not in there]
    body = ["<h1>Reports on complaints</h1>", f"<p>What {escaped(name)} has published about complaints.</p>"]
    if shown:
        body += ["<ul>", *(_item(code, each) for each in shown), "</ul>"]
    else:
        body.append("<p>Nothing is published at the moment.</p>")
    if gone:
        body += ["<h2>Withdrawn</h2>", "<ul>", *(_gone(each) for each in gone), "</ul>"]
    response = page(name, "Reports on complaints", body, 200)
    del response.headers["X-Robots-Tag"]  # this is for everybody to find
    response.headers.update(headers)
    return response


def missing() -> HTMLResponse:
    """Return the page of an address at which nothing is published."""
    return _said("Nothing is published here", "Check the address, or ask the organisation for it.", 404)


def withdrawn(code: str, found: Published) -> HTMLResponse:
    """Return the page of a report that was withdrawn."""
    on = "" if found.withdrawn_at is None else f" on {day(today(found.withdrawn_at))}"
    said = f"{found.name} withdrew this report{on}."
    back = f'<p><a href="/public/{escaped(code)}">What is published now</a></p>'
    return _said("This report was withdrawn", said, 410, heading=found.name, more=back)


def not_typeset() -> HTMLResponse:
    """Return the page of a report that cannot be set as PDF."""
    return _said("There is no PDF of this report", "It can be read as a page instead.", 404)


def too_many() -> HTMLResponse:
    """Return the page for an address that asks too often."""
    response = _said("Too many pages were asked for", "Please try again in a few minutes.", 429)
    response.headers["Retry-After"] = "60"
    return response


def _said(title: str, said: str, status: int, *, heading: str = _ELSEWHERE, more: str = "") -> HTMLResponse:
    return page(heading, title, [f"<h1>{escaped(title)}</h1>", f"<p>{escaped(said)}</p>", more], status)


def _item(code: str, each: Listed) -> str:
    here = f"/public/{escaped(code)}/{escaped(each.slug)}"
    about = f"{_title(each)}, {period(each.first_on, each.last_on)}"
    others = ", ".join(
        # A format alone says nothing in a list of links.
        f'<a href="{here}.{end}" aria-label="{end.upper()}: {escaped(about)}">{end.upper()}</a>'
        for end in ("pdf", "csv", "json")
    )
    published = day(today(each.published_at))
    return f'<li><a href="{here}">{escaped(about)}</a> ({others}). Published on {published}.</li>'


def _gone(each: Listed) -> str:
    on = "" if each.withdrawn_at is None else f" on {day(today(each.withdrawn_at))}"
    return f"<li>{escaped(_title(each))}, {period(each.first_on, each.last_on)}: withdrawn{on}.</li>"


def _title(each: Listed) -> str:
    return _KINDS.get(each.kind, _ELSEWHERE)
