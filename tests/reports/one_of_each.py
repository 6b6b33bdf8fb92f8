"""A document that has one of everything, small enough to be read whole where it is shown."""

from __future__ import annotations

from datetime import UTC, date, datetime

from reports.document import Cell, Chart, ChartKind, Column, Document, Figure, Limits, Row, Section, Table, Unit


def small() -> Document:
    """Return a document that has one of everything."""
    return Document(
        kind="public",
        rules=1,
        title="What we learned",
        organisation="Example NHS Trust",
        organisation_code="RX1",
        first_on=date(2027, 4, 1),
        last_on=date(2027, 6, 30),
        known_until=datetime(2027, 7, 5, 7, 30, tzinfo=UTC),
        since_at=datetime(2027, 11, 23, 9, 0, tzinfo=UTC),
        notes=("=1+1 is a note and no formula.",),
        sections=(
            Section(
                code="all",
                title="All of it",
                words=("Words of <b>this</b> section.",),
                figures=(
                    Figure(code="received", title="Received", value=1234, opens=True, since=1236),
                    Figure(code="few", title="Fewer", suppressed=True),
                    Figure(
                        code="share", title="Share", value="62.5", unit=Unit.PERCENT, of=40, basis="reg 18", note="n"
                    ),
                ),
                tables=(
                    Table(
                        code="months",
                        title="By month",
                        head="Month",
                        columns=(Column(code="n", title="Received"), Column(code="d", title="Median", unit=Unit.DAYS)),
                        rows=(
                            Row(
                                code="2027-04",
                                title="April 2027",
                                cells=(Cell(value=5, figure="m?m=4"), Cell(value="-1")),
                            ),
                            Row(code="2027-05", title="May 2027", cells=(Cell(suppressed=True), Cell())),
                            Row(code="2027-06", title="June 2027", cells=(Cell(value=40, since=41), Cell(value="4.5"))),
                        ),
                        total=Row(code="all", title="All", cells=(Cell(suppressed=True), Cell(value="2.0"))),
                        note="A note.",
                    ),
                ),
                charts=(
                    Chart(code="b", title="Bars", kind=ChartKind.BARS, table="months", column="n", words="It grows."),
                    Chart(
                        code="x",
                        title="Behaviour",
                        kind=ChartKind.XMR,
                        table="months",
                        column="n",
                        words="One signal.",
                        limits=Limits(centre="22.5", lower="-70.6", upper="39.5", signals=((2, "outside"),)),
                    ),
                ),
            ),
        ),
    )
