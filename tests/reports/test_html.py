"""A report as a page: nothing runs, everything can be heard, found by the keyboard and read in black and white."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from reports.document import Cell, Document, Figure, Row, Section, Unit
from reports.html import POLICY, page
from tests.reports import sample
from tests.reports.markup import Page, read

DOCUMENTS = {"board": sample.board(), "since": sample.board_since(), "small": sample.small()}
NASTY = "<script>alert(1)</script>\"'&amp;<img src=x onerror=alert(1)>\u202e\x00"


@pytest.fixture(params=sorted(DOCUMENTS))
def shown(request: pytest.FixtureRequest) -> Page:
    return read(page(DOCUMENTS[request.param], link=lambda code: f"/figures/{code}", draft=True))


def test_the_policy_lets_the_style_in_and_nothing_else() -> None:
    html = page(sample.board())
    style = re.search("<style>(.*?)</style>", html, re.DOTALL)
    assert style
    assert base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode() in POLICY
    assert "unsafe" not in POLICY
    assert "default-src 'none'" in POLICY


def test_nothing_runs_and_nothing_is_fetched(shown: Page) -> None:
    assert not shown.all("script", "img", "link", "iframe", "object", "form", "use", "image", "foreignobject")
    for element in shown.elements:
        assert not [name for name in element.attributes if name.startswith("on") or name in ("style", "src")]


def test_headings_leave_out_no_level(shown: Page) -> None:
    levels = [int(each.name[1]) for each in shown.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_what_names_something_is_there_once(shown: Page) -> None:
    names = [each.attributes["id"] for each in shown.elements if "id" in each.attributes]
    assert len(names) == len(set(names))
    for element in shown.elements:
        for name in element.attributes.get("aria-labelledby", "").split():
            assert name in names
        if element.attributes.get("href", "").startswith("#"):
            assert element.attributes["href"][1:] in names


def test_every_table_has_a_caption_and_headings_for_rows_and_columns(shown: Page) -> None:
    tables = len(shown.all("table"))
    assert tables
    assert len(shown.all("caption")) == len(shown.all("thead")) == tables
    assert all(each.text.strip() for each in shown.all("caption"))
    assert {each.attributes.get("scope") for each in shown.all("th")} == {"row", "col"}


def test_every_picture_has_a_title_and_words_and_its_table_beside_it(shown: Page) -> None:
    pictures = shown.all("svg")
    assert pictures
    assert len(shown.all("desc")) == len(pictures)
    for picture in pictures:
        assert picture.attributes["role"] == "img"
        assert "section" in picture.inside
    assert all(each.text for each in shown.all("desc"))


def test_whoever_uses_the_keyboard_reaches_what_scrolls(shown: Page) -> None:
    for element in shown.elements:
        if element.attributes.get("class") in ("wide", "picture"):
            assert element.attributes["tabindex"] == "0"
            assert element.attributes["aria-labelledby"]


def test_language_and_way_to_the_content_are_given(shown: Page) -> None:
    assert shown.all("html")[0].attributes["lang"] == "en-GB"
    assert shown.all("a")[0].attributes["href"] == "#main"
    assert shown.all("main")[0].attributes["id"] == "main"


def test_colours_stand_out() -> None:
    for ink, paper in (
        ("#212b32", "#ffffff"), ("#425563", "#ffffff"), ("#005eb8", "#ffffff"), ("#4c6272", "#ffffff"),
        ("#ffffff", "#003087"), ("#212b32", "#ffdd00"), ("#212b32", "#fbeeed"), ("#b3241b", "#ffffff"),
    ):  # fmt: skip
        assert contrast(ink, paper) >= 4.5
    used = {found.lower() for found in re.findall("#[0-9a-fA-F]{6}", page(sample.board()))}
    assert used <= {
        "#212b32", "#f0f4f5", "#003087", "#d8dde0", "#005eb8", "#b3241b", "#fbeeed", "#425563", "#4c6272", "#ffffff",
    }  # fmt: skip


def test_words_are_words() -> None:
    figure = Figure(code=NASTY, title=NASTY, value=NASTY, unit=Unit.TEXT, basis=NASTY, note=NASTY, opens=True)
    table = sample.months()
    row = Row(code=NASTY, title=NASTY, cells=(Cell(value=1, figure=NASTY), Cell(value=NASTY)))
    table = replace(table, title=NASTY, head=NASTY, note=NASTY, rows=(row,))
    chart = replace(sample.board().sections[0].charts[0], title=NASTY, words=NASTY)
    section = Section(code=NASTY, title=NASTY, words=(NASTY,), figures=(figure,), tables=(table,), charts=(chart,))
    document = replace(sample.small(), title=NASTY, organisation=NASTY, notes=(NASTY,), sections=(section,) * 4)
    shown = read(page(document, link=lambda code: code))
    assert not shown.all("script", "img")
    assert "<script>" in shown.all("h1")[0].text
    assert "\u202e" not in shown.all("h1")[0].text


def test_figures_open_only_for_those_who_get_links() -> None:
    assert not [each for each in read(page(sample.board())).all("a") if not each.attributes["href"].startswith("#")]
    found = read(page(sample.board(), link=lambda code: f"/figures/{code}" if code == "received" else None)).all("a")
    opened = [each for each in found if not each.attributes["href"].startswith("#")]
    assert [(each.attributes["href"], each.text) for each in opened] == [("/figures/received", "968")]
    assert opened[0].attributes["aria-label"] == "968: Received, Value"


def test_what_is_suppressed_is_on_no_page_and_the_legend_says_why() -> None:
    figure = Figure(code="x", title="X", value=3141, of=2718, since=1618, suppressed=True, opens=True)
    document = replace(sample.small(), sections=(Section(code="s", title="S", figures=(figure,)),))
    html = page(document, link=lambda code: "/opens")
    assert not any(secret in html for secret in ("3141", "2718", "1618", "/opens"))
    assert "not shown" in html
    assert "fewer than 5" in html


def test_a_report_with_nothing_hidden_has_no_legend() -> None:
    document = replace(sample.small(), sections=())
    assert "stands where" not in page(document)


def test_what_is_known_since_stands_in_a_column_of_its_own_and_says_what_changed() -> None:
    found = read(page(sample.board_since()))
    titles = [each.text for each in found.all("th") if each.attributes["scope"] == "col"]
    assert "Value (since)" in titles
    assert "Received (since)" in titles
    assert "as known on 23 November 2028, 09:30" in found.all("dl")[0].text
    cells = [each.text for each in found.all("td")]
    assert cells[:4] == ["968", "970 changed", "143", "145 changed"]
    assert cells[4:6] == ["97.1% of 968", "97.1%"]


def test_each_chart_stands_just_before_its_table() -> None:
    weeks, months = sample.board().sections[-1], sample.board().sections[0]
    section = replace(
        weeks, tables=(*weeks.tables, *months.tables), charts=(*months.charts, *weeks.charts), figures=months.figures
    )
    found = read(page(replace(sample.small(), sections=(section,))))
    assert [each.text for each in found.all("h3", "caption")] == [
        "Figures: Week by week",
        "Complaints received each week", "Complaints received, by week",
        "Complaints received each month", "Complaints received, by month",
    ]  # fmt: skip


def test_a_basis_that_all_figures_have_is_said_once() -> None:
    figures = tuple(Figure(code=f"f{n}", title=f"F {n}", value=n, basis="reg 18") for n in range(3))
    section = Section(code="s", title="S", figures=figures)
    assert page(replace(sample.small(), sections=(section,))).count("reg 18") == 1
    other = replace(section, figures=(*figures, Figure(code="x", title="X", value=1, basis="reg 13")))
    assert page(replace(sample.small(), sections=(other,))).count("reg 18") == 3


def test_a_table_without_rows_says_so() -> None:
    table = replace(sample.months(), rows=(), total=None)
    html = page(replace(sample.small(), sections=(Section(code="s", title="S", tables=(table,)),)))
    assert "There is nothing to list." in html


def test_a_table_of_nothing_but_a_total_of_nothing_is_a_sentence_and_any_other_total_is_shown() -> None:
    def shown(*cells: Cell) -> Page:
        months = sample.months()
        total = Row(code="all", title="All", cells=cells)
        table = replace(months, columns=months.columns[: len(cells)], rows=(), total=total, note="What counts.")
        return read(page(replace(sample.small(), sections=(Section(code="s", title="S", tables=(table,)),))))

    nothing = shown(Cell(value=0, figure="received"), Cell(value=None))
    assert not nothing.all("table")
    title = sample.months().title
    assert f"{title}. There is nothing to list. What counts." in [each.text for each in nothing.all("p")]
    for total in ((Cell(value=3), Cell(value=0)), (Cell(value=None, suppressed=True), Cell(value=0))):
        assert len(shown(*total).all("table")) == 1


def test_a_count_of_none_leads_nowhere_and_a_median_of_none_does() -> None:
    counted = Figure(code="counted", title="Counted", value=0, opens=True)
    median = Figure(code="days", title="Days: median", value=0, unit=Unit.DAYS, opens=True)
    some = Figure(code="some", title="Some", value=2, opens=True)
    section = Section(code="s", title="S", figures=(counted, median, some))
    html = page(replace(sample.small(), sections=(section,)), link=lambda code: f"/figures/{code}")
    assert re.findall(r'href="/figures/(\w+)"', html) == ["days", "some"]


def test_a_draft_says_so() -> None:
    assert "Nobody has approved" in page(sample.small(), draft=True)
    assert "Nobody has approved" not in page(sample.small())


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_light(one), _light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _light(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_document_without_anything_is_a_page() -> None:
    empty: Document = replace(sample.small(), sections=(), notes=(), since_at=None)
    assert len(read(page(empty)).all("h1")) == 1
