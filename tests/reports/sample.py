"""A board report of an example trust, as large and as uneven as a real one: for tests of how reports are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from reports.document import (
    Cell,
    Chart,
    ChartKind,
    Column,
    Document,
    Figure,
    Limits,
    Row,
    Section,
    Table,
    Unit,
)
from tests.reports.one_of_each import small

__all__ = ["board", "board_since", "months", "small"]

_DIVISIONS = (
    "Medicine and emergency care",
    "Surgery, anaesthetics and critical care",
    "Women’s, children’s and sexual health services across the whole of the county",
    "Diagnostics",
    "Community",
    "Estates and facilities",
)
_THEMES = (
    ("communication", "Communication", (61, 38, 22, 7, 9, 3)),
    ("clinical", "Clinical treatment", (88, 54, 31, 12, 5, 0)),
    ("waiting", "Waiting for an appointment or an operation", (40, 77, 9, 21, 2, 0)),
    ("values", "Values and behaviours (staff)", (33, 19, 14, 2, 6, 1)),
    ("discharge", "Admission, discharge and transfer", (29, 12, 4, 0, 11, 0)),
    ("facilities", "Facilities, food and parking", (6, 5, 2, 1, 0, 41)),
)
_MONTHS = ("April", "May", "June", "July", "August", "September", "October", "November", "December")
_LATE = ("January", "February", "March")
_RECEIVED = (78, 74, 81, 69, 72, 80, 77, 83, 75, 118, 79, 82)


def board() -> Document:
    """Return the board report of a year."""
    return Document(
        kind="board",
        rules=1,
        title="Complaints: report to the board",
        organisation="Example University Hospitals NHS Foundation Trust",
        organisation_code="RX9",
        first_on=date(2027, 4, 1),
        last_on=date(2028, 3, 31),
        known_until=datetime(2028, 4, 11, 8, 0, tzinfo=UTC),
        sections=(_received(), _resolved(), _timeliness(), _staff(), _themes(), _weeks()),
        notes=("Every number counts complaints, unless it says otherwise.",),
    )


def board_since() -> Document:
    """Return the same report with what was known half a year later beside it."""
    whole = board()
    later = tuple(
        replace(
            section,
            figures=tuple(_later(each) for each in section.figures),
            tables=tuple(
                replace(table, rows=tuple(replace(row, cells=tuple(map(_since, row.cells))) for row in table.rows))
                for table in section.tables
            ),
        )
        for section in whole.sections
    )
    return replace(whole, sections=later, since_at=datetime(2028, 11, 23, 9, 30, tzinfo=UTC))


def months(values: tuple[int, ...] = _RECEIVED) -> Table:
    """Return complaints by month of the year."""
    names = [(f"2027-{number:02}", f"{name} 2027") for number, name in enumerate(_MONTHS, start=4)]
    names += [(f"2028-{number:02}", f"{name} 2028") for number, name in enumerate(_LATE, start=1)]
    return Table(
        code="received_by_month",
        title="Complaints received, by month",
        head="Month",
        columns=(Column(code="received", title="Received"), Column(code="closed", title="Closed")),
        rows=tuple(
            Row(
                code=code,
                title=title,
                cells=(Cell(value=value, figure=f"received?month={code}"), Cell(value=value - 3)),
            )
            for (code, title), value in zip(names, values, strict=True)
        ),
        total=Row(code="all", title="All", cells=(Cell(value=sum(values)), Cell(value=sum(values) - 36))),
    )


def _received() -> Section:
    return Section(
        code="received",
        title="Received",
        words=("How many complaints came in, and whether more came than chance alone would bring.",),
        figures=(
            Figure(code="received", title="Received", value=968, basis="SI 2009/309 reg 18(a)", opens=True),
            Figure(code="open", title="Open at the end of the period", value=143, opens=True),
            Figure(
                code="acknowledged",
                title="Acknowledged within 3 working days",
                value="97.1",
                unit=Unit.PERCENT,
                of=968,
                basis="SI 2009/309 reg 13(3)",
            ),
            Figure(code="serious", title="Median time to acknowledge a serious case", value=34, unit=Unit.MINUTES),
        ),
        tables=(months(),),
        charts=(
            Chart(
                code="received_xmr",
                title="Complaints received each month",
                kind=ChartKind.XMR,
                table="received_by_month",
                column="received",
                words="Between 69 and 83 complaints came in each month but one: January 2028, with 118.",
                limits=Limits(centre="80.7", lower="49.4", upper="111.9", signals=((9, "outside"),)),
            ),
        ),
    )


def _resolved() -> Section:
    return Section(
        code="resolved",
        title="Resolved and learned from",
        figures=(
            Figure(
                code="frontline",
                title="Resolved at the frontline to the person’s satisfaction",
                value=412,
                opens=True,
                basis="NHS Complaint Standards, S2 3.8",
            ),
            Figure(code="closer_look", title="In a closer look at the end of the period", value=97, opens=True),
            Figure(code="learning", title="Closed with learning and actions", value=301, of=825, opens=True),
            Figure(code="ombudsman", title="Taken to the Ombudsman", value=11, opens=True),
            Figure(code="remedy", title="Paid as a remedy", value=18250, unit=Unit.POUNDS, note="To 31 people."),
            Figure(code="recommended", title="Recommendations met in time", value=None, unit=Unit.PERCENT, of=0),
        ),
    )


def _timeliness() -> Section:
    rows = (
        ("acknowledgement", "Acknowledgement", 968, 940, "97.1", "1.5"),
        ("relevant_period", "Six months", 811, 802, "98.9", "61"),
        ("response_period", "The period that was agreed", 790, 655, "82.9", "38.5"),
        ("next_update", "Promised updates", 2204, 1987, "90.2", "9"),
        ("action", "Actions from learning", 188, 121, "64.4", "55"),
    )
    return Section(
        code="timeliness",
        title="In time",
        tables=(
            Table(
                code="clocks",
                title="Each clock that ended in the period",
                head="Clock",
                columns=(
                    Column(code="ended", title="Ended"),
                    Column(code="in_time", title="In time"),
                    Column(code="share", title="Share in time", unit=Unit.PERCENT),
                    Column(code="median", title="Median", unit=Unit.DAYS),
                ),
                rows=tuple(
                    Row(
                        code=code,
                        title=title,
                        cells=(
                            Cell(value=ended, figure=f"clock_ended?kind={code}"),
                            Cell(value=met, figure=f"clock_met?kind={code}"),
                            Cell(value=share),
                            Cell(value=median),
                        ),
                    )
                    for code, title, ended, met, share, median in rows
                ),
                note="A clock that was extended counts by its last date; what was late before that stays late.",
            ),
        ),
        charts=(
            Chart(
                code="clocks_bars",
                title="Share of each clock in time",
                kind=ChartKind.BARS,
                table="clocks",
                column="share",
                words="The six months were kept nearly always; actions from learning were in time in 64.4% of cases.",
            ),
        ),
    )


def _staff() -> Section:
    return Section(
        code="staff",
        title="How it was for staff",
        words=("Answers of staff who were involved. Where fewer than five answered nothing is shown.",),
        figures=(
            Figure(code="asked", title="Asked", value=214),
            Figure(code="answered", title="Answered", value="31.8", unit=Unit.PERCENT, of=214),
            Figure(code="supported", title="Felt supported", value="3.9", unit=Unit.SCORE),
            Figure(code="estates", title="Felt supported (Estates and facilities)", unit=Unit.SCORE, suppressed=True),
        ),
    )


def _themes() -> Section:
    return Section(
        code="themes",
        title="Themes by place",
        tables=(
            Table(
                code="themes_by_division",
                title="Subjects of complaints, by division",
                head="Subject",
                columns=tuple(Column(code=f"d{n}", title=title) for n, title in enumerate(_DIVISIONS)),
                rows=tuple(
                    Row(
                        code=code,
                        title=title,
                        cells=tuple(
                            Cell(suppressed=True)
                            if 0 < value < 5
                            else Cell(value=value, figure=f"theme?d={n}&t={code}")
                            for n, value in enumerate(counts)
                        ),
                    )
                    for code, title, counts in _THEMES
                ),
            ),
        ),
        charts=(
            Chart(
                code="themes_bars",
                title="Subjects of complaints in medicine and emergency care",
                kind=ChartKind.BARS,
                table="themes_by_division",
                column="d0",
                words="Clinical treatment is named most often, then communication.",
            ),
        ),
    )


def _weeks() -> Section:
    first = date(2027, 3, 29)
    return Section(
        code="weeks",
        title="Week by week",
        tables=(
            Table(
                code="weeks",
                title="Complaints received, by week",
                head="Week that begins on",
                columns=(Column(code="received", title="Received"),),
                rows=tuple(
                    Row(code=f"{first + timedelta(weeks=n)}", title=f"{first + timedelta(weeks=n):%d/%m/%Y}",
                        cells=(Cell(value=(n * 7) % 11 + 12),))
                    for n in range(53)
                ),
            ),
        ),
        charts=(
            Chart(
                code="weeks_xmr",
                title="Complaints received each week",
                kind=ChartKind.XMR,
                table="weeks",
                column="received",
                words="No signal in 53 weeks.",
                limits=Limits(centre="17.0", lower="-0.4", upper="34.3"),
            ),
        ),
    )  # fmt: skip


def _later(figure: Figure) -> Figure:
    value = figure.value
    return replace(figure, since=value + 2 if isinstance(value, int) and value > 100 else value)


def _since(cell: Cell) -> Cell:
    value = cell.value
    return replace(cell, since=value + 1 if isinstance(value, int) and value % 5 == 0 else value)
