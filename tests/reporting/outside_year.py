"""A year of a small body with everything that the outside is told about, written by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg

from db.engine import Database
from tests.bodies import Body, plain
from tests.reporting.facts import Facts

FIRST, LAST = "2027-04-01", "2028-03-31"
THEN = datetime(2028, 2, 20, 12, 30, 15, 123456, tzinfo=UTC)
WORDS = "Every ward now rings the family when a visit is moved."
SECRET = "PLANTED"


class Year:
    """A year of a small body: 48 complaints with everything that the outside is told about."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.facts = Facts(body.id)
        self.learning: list[tuple[UUID, UUID]] = []
        for number in range(48):
            self._complaint(number)

    def _complaint(self, number: int) -> None:
        """Add one: 30 decided, of these 12 upheld, 3 in part, 9 not, 6 without a finding; 2 went to the Ombudsman."""
        month = f"2027-{4 + number % 8:02}"
        outcome = ["upheld"] * 12 + ["partially_upheld"] * 3 + ["not_upheld"] * 9 + [None] * 6
        decided: dict[str, Any] = {}
        if number < 30:
            decided = {"ended_on": "2028-01-31", "ended_as": "closed", "outcome": outcome[number]}
            if outcome[number] is not None:
                decided["responded_on"] = "2028-01-20"
        complaint = self.facts.case(
            f"{month}-10",
            themes=["communications.written"]
            if number < 40
            else ["appointments", "communications.oral", "communications.x"],
            service_area="inpatient" if number < 45 else "maternity",
            place=f"{SECRET}SITE.{SECRET}WARD",
            owner_id=self.body.person("handler"),
            ombudsman_on="2028-02-01" if number in (0, 1) else None,
            **decided,
        )
        met = f"{month}-13" if number < 46 else f"{month}-20"
        self.facts.clock(complaint, "acknowledgement", f"{month}-13", met)
        if number < 8:
            self._learned(complaint, number)
        self._asked(complaint, number)

    def _learned(self, complaint: UUID, number: int) -> None:
        item = uuid4()
        theme = "communications" if number < 6 else "appointments"
        learned = {"item_id": item, "code": theme, "flag": number < 6}
        # The second was written anew on the day after, the third is approved at the instant of the report, and the
        # fourth has a version that no chain tells of yet.
        last, until = {0: (2, None), 1: (3, None), 2: (1, THEN)}.get(number, (1, None))
        self.facts.item(complaint, "learning", "2028-02-01", "learned", number=last, until=until, **learned)
        if until is not None:
            self.facts.item(complaint, "learning", "2028-02-01", "learned", number=last + 1, known=until, **learned)
        self.learning.append((complaint, item))
        if number < 7:
            self.facts.item(
                complaint, "action", "2028-02-02", "done" if number < 5 else "open", code="learning", second=theme,
                due_on="2028-02-12", done_on="2028-02-10" if number < 5 else None, flag=True if number < 5 else None,
            )  # fmt: skip

    def _asked(self, complaint: UUID, number: int) -> None:
        """Ask 20 people, of whom 9 answer: `heard` all of them, `told` only four; and three members of staff."""
        if number < 20:
            state = "answered" if number < 9 else "asked"
            self.facts.item(complaint, "experience", "2028-02-03", state, code="party")
        for statement, answers in (("heard", 9), ("told", 4)):
            if number < answers:
                said = {"code": "party", "part": statement, "number": 5 if number < 3 else 2}
                self.facts.item(complaint, "score", "2028-02-05", "answered", **said)
        if number < 3:
            self.facts.item(complaint, "experience", "2028-02-03", "answered", code="staff")
            self.facts.item(complaint, "score", "2028-02-05", "answered", code="staff", part="fair", number=4)

    async def store(self, database: Database, dsn: str) -> None:
        await self.facts.store(database)
        with psycopg.connect(plain(dsn)) as connection:
            connection.execute(
                "update person set name = %s || subject where organisation_id = %s", (f"{SECRET} ", self.body.id)
            )
            for number, (complaint, learning) in enumerate(self.learning):
                self._write(connection, number, complaint, learning)

    def _write(self, connection: psycopg.Connection[Any], number: int, complaint: UUID, learning: UUID) -> None:
        """Write learning down: the first is approved, the second written anew since, others approved too late."""
        own = (learning, self.body.id, complaint)
        said = datetime(2028, 2, 1, tzinfo=UTC)
        connection.execute(
            "insert into learning (id, organisation_id, complaint_id, number, version, act_id, said_at)"
            " values (%s, %s, %s, 1, 1, %s, %s)",
            (*own, uuid4(), said),
        )
        versions = [(f"{SECRET} of {number}", False, said)]
        if number == 0:
            versions.append((WORDS, True, datetime(2028, 2, 2, tzinfo=UTC)))
        if number == 1:
            versions.append(("Approved, and written anew.", True, datetime(2028, 2, 2, tzinfo=UTC)))
            versions.append((f"{SECRET} anew", False, datetime(2028, 2, 3, tzinfo=UTC)))
        if number in (2, 3):
            versions.append(("Approved after the report.", True, THEN))
        for place, (words, approved, at) in enumerate(versions, start=1):
            connection.execute(
                "insert into learning_version (id, organisation_id, complaint_id, learning_id, number, theme, factors,"
                " factors_version, outcome, went_wrong, found, will_change, public_words, public_by,"
                " public_approved_by, act_id, said_by, said_at) values (%s, %s, %s, %s, %s, 'communications', '[]', 1,"
                " 'learned', true, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    *(uuid4(), self.body.id, complaint, learning, place, SECRET, SECRET, words),
                    *(self.body.person("handler"), self.body.person("complaints_manager") if approved else None),
                    *(uuid4(), self.body.person("handler"), at),
                ),
            )
