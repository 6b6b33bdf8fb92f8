"""Charts: what is drawn stands where its number says, what is hidden is not drawn, and nothing leaves the picture."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from reports.axis import cut, scale, tick, width, wrapped
from reports.document import Cell, Chart, ChartKind, Column, Limits, Row, Section, Table, Unit, Value
from reports.svg import Drawn, drawn

SVG = "{http://www.w3.org/2000/svg}"
HIDDEN = "hidden"
MONTHS = [f"{2027 + (3 + n) // 12}-{(3 + n) % 12 + 1:02}" for n in range(36)]
WEEKS = [str(date(2027, 3, 29) + timedelta(weeks=n)) for n in range(53)]
CALM = Limits(centre="8.0", lower="2.0", upper="14.1")


def chart(
    values: Sequence[Value],
    codes: Sequence[str] | None = None,
    *,
    limits: Limits | None = None,
    titles: Sequence[str] | None = None,
    unit: Unit = Unit.COUNT,
) -> Drawn:
    names = codes or [f"c{n}" for n in range(len(values))]
    rows = tuple(
        Row(code=code, title=title, cells=(Cell(suppressed=True, value=3) if value == HIDDEN else Cell(value=value),))
        for code, title, value in zip(names, titles or names, values, strict=True)
    )
    table = Table(code="t", title="T", head="H", columns=(Column(code="n", title="N", unit=unit),), rows=rows)
    kind = ChartKind.XMR if limits else ChartKind.BARS
    asked = Chart(code="x", title="Title & <more>", kind=kind, table="t", column="n", words="Words", limits=limits)
    return drawn(asked, Section(code="s", title="S", tables=(table,), charts=(asked,)), "c1")


def parts(made: Drawn, name: str) -> list[ET.Element]:
    assert made.svg is not None
    return list(ET.fromstring(made.svg).iter(f"{SVG}{name}"))


def texts(made: Drawn) -> list[str]:
    return [each.text or "" for each in parts(made, "text")]


def lengths(made: Drawn, attribute: str) -> list[Decimal]:
    return [Decimal(each.attrib[attribute]) for each in parts(made, "rect")[1:]]


def test_a_bar_is_as_long_as_its_number() -> None:
    wide = lengths(chart([10, 20, 5]), "width")
    assert wide[1] == 2 * wide[0] == 4 * wide[2]
    high = lengths(chart([10, 20, 5], MONTHS[:3]), "height")
    assert high[1] == 2 * high[0] == 4 * high[2]


def test_shares_are_drawn_of_the_whole() -> None:
    made = chart(["50.0", "25.0"], unit=Unit.PERCENT)
    assert lengths(made, "width")[0] == Decimal(720 - 270 - 96) / 2
    assert "50%" in texts(made)


def test_what_is_hidden_is_not_drawn_and_says_so() -> None:
    across = chart([10, HIDDEN, None])
    assert len(lengths(across, "width")) == 1
    assert texts(across)[3] == "not shown"
    assert "3" not in texts(across)
    upright = chart([10, HIDDEN, 9], MONTHS[:3])
    assert len(lengths(upright, "width")) == 2
    assert upright.small == ("A dash stands where there is no number to draw.",)


def test_a_line_is_broken_where_there_is_no_number() -> None:
    made = chart([5, 6, HIDDEN, 7, 8, 9], MONTHS[:6], limits=CALM)
    assert [len(each.attrib["points"].split()) for each in parts(made, "polyline")] == [2, 3]
    assert len(parts(made, "circle")) == 5


def test_signals_are_told_by_shape_and_in_words() -> None:
    limits = Limits(
        centre="8.0", lower="2.0", upper="14.1", signals=((3, "outside"), (5, "run_of_eight"), (5, "other_rule"))
    )
    made = chart([5, 6, 7, 30, 8, 9], MONTHS[:6], limits=limits)
    assert len(parts(made, "polygon")) == 2
    assert len(parts(made, "circle")) == 4
    assert made.small == (
        "A diamond marks a signal: outside the limits;"
        " one of eight or more in a row on one side of the centre; other rule.",
    )


def test_a_lower_limit_below_nought_is_drawn_at_nought_and_says_so() -> None:
    made = chart([3, 4, 5], MONTHS[:3], limits=Limits(centre="4.0", lower="-2.6", upper="10.6"))
    assert any("below nought" in each for each in made.small)
    assert not [each for each in texts(made) if each.startswith("−")]


def test_a_lower_limit_of_what_can_be_negative_is_drawn_where_it_is() -> None:
    made = chart([-3, 4, 5], MONTHS[:3], limits=Limits(centre="2.0", lower="-5.0", upper="9.0"))
    assert "−5" in texts(made)
    assert made.small == ()


def test_a_scale_that_does_not_begin_at_nought_says_so() -> None:
    limits = Limits(centre="1055", lower="990", upper="1120")
    assert chart([1000, 1100, 1060], MONTHS[:3], limits=limits).small == ("The scale does not begin at nought.",)


def test_a_year_of_weeks_has_room_for_its_names() -> None:
    made = chart([(n * 7) % 11 for n in range(53)], WEEKS)
    names = [each for each in parts(made, "text") if re.fullmatch("[0-9]+ [A-Z][a-z]{2}", each.text or "")]
    places = [Decimal(each.attrib["x"]) for each in names]
    assert len(names) > 5
    assert all(after - before >= 45 for before, after in pairwise(places))
    assert [each for each in texts(made) if each in ("2027", "2028")] == ["2027", "2028"]


@pytest.mark.parametrize(
    "made",
    [
        chart([0, 0, 0]),
        chart([7], MONTHS[:1]),
        chart([0] * 12, MONTHS[:12], limits=Limits(centre="0", lower="0", upper="0")),
        chart([500], MONTHS[:1], limits=Limits(centre="500", lower="500", upper="500")),
        chart([10**20, 1, -(10**20)]),
        chart([10**20, 1], MONTHS[:2], limits=Limits(centre="1E3", lower="x", upper=str(10**21))),
        chart(
            [5, HIDDEN], titles=["W" * 300, "Women’s and children’s services across the whole of the county and more"]
        ),
        chart(list(range(36)), MONTHS, limits=CALM),
    ],
)
def test_nothing_leaves_the_picture(made: Drawn) -> None:
    assert made.svg is not None
    root = ET.fromstring(made.svg)
    _, _, wide, high = map(Decimal, root.attrib["viewBox"].split())
    for each in root.iter(f"{SVG}text"):
        x, y, long = Decimal(each.attrib["x"]), Decimal(each.attrib["y"]), width(each.text or "", 13)
        left = {"start": x, "middle": x - long // 2, "end": x - long}[each.attrib["text-anchor"]]
        assert left >= -8
        assert left + long <= wide + 8
        assert 9 <= y <= high
    for each in root.iter(f"{SVG}rect"):
        assert Decimal(each.attrib["y"]) >= 0
        assert Decimal(each.attrib["y"]) + Decimal(each.attrib["height"]) <= high
        assert Decimal(each.attrib["x"]) + Decimal(each.attrib["width"]) <= wide


def test_weeks_are_named_by_their_first_day() -> None:
    made = chart([1, 2, 3, 4], ["2027-W52", "2028-W01", "2028-W02", "2028-W03"])
    assert [each for each in texts(made) if re.search("[A-Z]", each)] == ["27 Dec", "3 Jan", "10 Jan", "17 Jan"]
    assert [each for each in texts(made) if each in ("2027", "2028")] == ["2027", "2028"]
    unheard = chart([1, 2], ["2027-W53", "2028-W01"])
    assert "2027-W53" in texts(unheard)


def test_names_of_limits_do_not_cover_each_other() -> None:
    for limits in (("0", "0", "0"), ("500", "500", "500"), ("10", "9.9", "10.1")):
        made = chart([9, 10], MONTHS[:2], limits=Limits(centre=limits[0], lower=limits[1], upper=limits[2]))
        places = sorted(Decimal(each.attrib["y"]) for each in parts(made, "text") if "limit" in (each.text or ""))
        assert places[1] - places[0] >= 60


def test_a_chart_without_numbers_or_without_its_table_says_so() -> None:
    for values in ([], [HIDDEN], [None, None]):
        assert chart(values) == Drawn(svg=None, small=("There is no number to draw.",))
    lost = Chart(code="x", title="T", kind=ChartKind.BARS, table="none", column="n", words="W")
    assert drawn(lost, Section(code="s", title="S", charts=(lost,)), "c1").svg is None


def test_a_very_long_list_is_drawn_in_part_and_says_so() -> None:
    made = chart(list(range(60)))
    assert made.small == ("The first 40 are drawn. All 60 are in the table.",)


def test_a_picture_has_its_name_and_words_and_uses_no_style() -> None:
    made = chart([1])
    assert made.svg is not None
    assert [each.text for each in (*parts(made, "title"), *parts(made, "desc"))] == ["Title & <more>", "Words"]
    assert "style" not in made.svg


@pytest.mark.parametrize(
    ("value", "words"),
    [("0", "0"), ("12.50", "12.5"), ("950000", "950,000"), ("1200000", "1.2m"), ("-3", "−3"), ("3E+15", "3.0 × 10^15")],
)
def test_numbers_beside_an_axis_are_short(value: str, words: str) -> None:
    assert tick(Decimal(value)) == words


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([3, 17], ["0", "5", "10", "15", "20"]),
        ([1], ["0", "1"]),
        ([-7, 5], ["-10", "-5", "0", "5"]),
        ([], ["0", "1"]),
    ],
)
def test_a_scale_has_round_steps(values: list[int], ticks: list[str]) -> None:
    assert [str(int(each)) for each in scale([Decimal(value) for value in values]).ticks()] == ticks


def test_long_names_are_cut_between_words_where_that_can_be() -> None:
    assert wrapped("Medicine and emergency care", 120, 13) == ["Medicine and", "emergency care"]
    assert cut("short", 100, 13) == "short"
    assert cut("a long name of a thing", 80, 13).endswith("…")
    assert width(cut("W" * 99, 80, 13), 13) <= 80
