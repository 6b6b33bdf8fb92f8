"""What leaders do in the year: board reports, panels, what is published and talked over, returns, how it was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from contracts import names
from contracts.governance import Begun, TurnStart
from tests.year.case import morning
from tests.year.company import Company
from tests.year.desk import OFFICE, ApiDesk
from tests.year.trust import Trust

SENIOR, RESPONSIBLE = "senior_leader", "responsible_person"
PEOPLE: Final = {"chair": RESPONSIBLE, "approver": RESPONSIBLE, "commenter": SENIOR, "non_executive": SENIOR}
# What is set up: the kind, how often, and from when.
SERIES: Final = (
    ("board_report", "quarterly", date(2027, 7, 5)),
    ("panel", "quarterly", date(2027, 7, 12)),
    ("non_executive", "yearly", date(2028, 2, 1)),
    ("annual_report", "yearly", date(2028, 4, 10)),
    ("return", "yearly", date(2028, 5, 8)),
    ("learning_summary", "yearly", date(2028, 4, 17)),
    ("discussion", "yearly", date(2028, 5, 15)),
    ("feedback_round", "monthly", date(2027, 5, 3)),
)
WENT_TO: Final = {
    "staff": "All wards and teams",
    "healthwatch": "Healthwatch Exampleshire",
    "advocacy": "Exampleshire Independent Health Complaints Advocacy",
    "commissioner": "Exampleshire Integrated Care Board",
}
STORY: Final = "Somebody waited for a day, and nobody said why. The team now says so each hour."
EVERY: Final = {"monthly": 1, "quarterly": 3, "yearly": 12}


@dataclass(kw_only=True)
class Leaders:
    """One series, its occurrences, and the people who speak in them through the API."""

    desk: ApiDesk
    kind: str
    rhythm: str
    first_on: date
    company: Company = field(init=False)
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.company = Company(world=self.trust.world)

    @property
    def trust(self) -> Trust:
        return self.desk.trust

    @property
    def today(self) -> date:
        return self.trust.world.clock.time.date()

    async def meet(self) -> None:
        """Bring what runs to the world's time."""
        await self.company.to(self.trust.world.clock.time)

    async def tidy(self) -> None:
        """Nothing is left lying here."""

    async def post(self, path: str, body: dict[str, Any], role: str = OFFICE) -> dict[str, Any]:
        return await self.desk.post(f"/governance{path}", body, role)

    async def live(self) -> AsyncIterator[datetime]:
        """Set the series up, and see each occurrence of it through."""
        yield datetime(2027, 4, 1, 8, 30, tzinfo=UTC)
        members = [{"part": part, "personId": str(self.trust.body.person(who))} for part, who in PEOPLE.items()]
        said = {"kind": self.kind, "rhythm": self.rhythm, "anchorOn": self.first_on.isoformat(), "hour": 7}
        if self.kind == "return":
            said["report"] = "ko41a"
        series = UUID((await self.post("/series", said | {"members": members}))["id"])
        on = self.first_on
        while True:
            yield datetime(on.year, on.month, on.day, 8, tzinfo=UTC)
            for occurrence in await self.turn(series):
                async for moment in self.follow(occurrence):
                    yield moment
            months = on.month - 1 + EVERY[self.rhythm]
            on = on.replace(year=on.year + months // 12, month=months % 12 + 1)

    async def turn(self, series: UUID) -> list[UUID]:
        """Have the schedule's workflow run at the world's time; return what it began."""
        world, started = self.trust.world, datetime.now(UTC)
        ahead = world.clock.time - started
        handle = await world.client.start_workflow(
            names.GOVERNANCE_TURN,
            TurnStart(organisation_id=self.trust.body.id, series_id=series),
            id=f"turn/{uuid4()}",
            task_queue=names.BULK,
            start_delay=ahead,
            result_type=Begun,
        )
        await world.skipper.fast_forward(handle, ahead + timedelta(seconds=1))
        begun: Begun = await handle.result()
        for each in begun.occurrences:
            self.company.ids.add(names.governance_workflow_id(each))
        await self.company.stands(world.clock.time)
        return list(begun.occurrences)

    async def follow(self, occurrence: UUID) -> AsyncIterator[datetime]:
        """Take part in one occurrence, each step a few days after it began."""
        path = f"/{occurrence}"
        says = {
            "board_report": self._report, "annual_report": self._report, "panel": self._panel, "return": self._return,
            "learning_summary": self._summary, "non_executive": self._heard, "discussion": self._discussed,
        }.get(self.kind)  # fmt: skip
        if says is not None:
            async for moment in says(path):
                yield moment
        self.done.append(str(occurrence))

    def later(self, days: int) -> datetime:
        return morning(self.today + timedelta(days=days), 14)

    async def _report(self, path: str) -> AsyncIterator[datetime]:
        yield self.later(4)
        await self.post(f"{path}/comments", {"words": "The figures say what we hear on the wards."}, SENIOR)
        yield self.later(3)
        await self.post(f"{path}/steps/approve/completion", {"words": "Approved."}, RESPONSIBLE)
        yield self.later(2)
        await self.post(f"{path}/steps/publish/completion", {}, RESPONSIBLE)
        await self._distributed(path, "staff", "healthwatch", "commissioner")

    async def _distributed(self, path: str, *audiences: str) -> None:
        for audience in audiences:
            went = {"audience": audience, "whom": WENT_TO[audience], "how": "email", "on": self.today.isoformat()}
            await self.post(f"{path}/distribution", went)
        await self.post(f"{path}/steps/distribute/completion", {})

    async def _panel(self, path: str) -> AsyncIterator[datetime]:
        yield self.later(3)
        rows = await self.trust.world.rows(
            self.trust.body,
            "select p.id, c.reference from panel_case p join complaint c on c.id = p.complaint_id"
            " where p.occurrence_id = :id order by c.reference limit 2",
            id=UUID(path[1:]),
        )
        for row in rows:
            story = {
                "reference": row["reference"],
                "how": "anonymised",
                "story": "Somebody waited, and nobody said why.",
            }
            shown = await self.post(f"{path}/cases", story)
            (case,) = [each["id"] for each in shown["cases"] if each["reference"] == row["reference"]]
            await self.post(f"{path}/cases/{case}/approval", {"approved": True}, RESPONSIBLE)
        await self.post(f"{path}/steps/choose/completion", {}, RESPONSIBLE)
        yield self.later(9)
        minutes = {
            "heldOn": self.today.isoformat(),
            "attendees": [{"personId": str(self.trust.body.person(who))} for who in (RESPONSIBLE, SENIOR, OFFICE)],
            "minutes": "We listened to two stories, and looked at what was done since we last met.",
        }
        await self.post(f"{path}/minutes", minutes, RESPONSIBLE)
        await self.post(f"{path}/steps/hold/completion", {}, RESPONSIBLE)
        yield self.later(2)
        await self._followed(path)
        await self.post(f"{path}/steps/follow/completion", {}, RESPONSIBLE)

    async def _followed(self, path: str) -> None:
        """Settle what the meeting before resolved, and resolve something that has to be done before the next."""
        resolved = {
            "what": "Ask each ward for a daily look at what is promised to people.",
            "ownerId": str(self.trust.body.person("investigator")),
            "dueOn": (self.today + timedelta(days=60)).isoformat(),
        }
        shown = await self.post(f"{path}/actions", resolved, RESPONSIBLE)
        settled = {"state": "done", "on": self.today.isoformat(), "words": "Each ward looks, and writes down who did."}
        for each in shown["actions"]:
            if each["carried"]:
                await self.post(f"{path}/actions/{each['id']}/settlement", settled, RESPONSIBLE)

    async def _return(self, path: str) -> AsyncIterator[datetime]:
        yield self.later(5)
        await self.post(f"{path}/steps/check/completion", {})
        await self.post(f"{path}/steps/sign_off/completion", {}, RESPONSIBLE)
        yield self.later(3)
        await self.post(f"{path}/steps/submit/completion", {"receipt": "SDCS 2028-0001"})

    async def _summary(self, path: str) -> AsyncIterator[datetime]:
        yield self.later(5)
        await self.post(f"{path}/steps/approve/completion", {"words": "Nobody can be known from it."}, RESPONSIBLE)

    async def _heard(self, path: str) -> AsyncIterator[datetime]:
        yield self.later(6)
        heard = {
            "heldOn": self.today.isoformat(),
            "attendees": [{"personId": str(self.trust.body.person(SENIOR))}],
            "minutes": "We met, and went through the cases that came to them.",
            "heard": "Letters are plainer than last year; updates still come late.",
        }
        await self.post(f"{path}/minutes", heard, SENIOR)
        await self.post(f"{path}/steps/meet/completion", {}, SENIOR)

    async def _discussed(self, path: str) -> AsyncIterator[datetime]:
        yield self.later(3)
        await self.post(f"{path}/steps/approve/completion", {"words": "Nobody can be known from it."}, RESPONSIBLE)
        yield self.later(20)
        met = {
            "heldOn": self.today.isoformat(),
            "attendees": [{"name": "The patients' council"}, {"name": "Carers of Exampleshire"}],
            "minutes": "We went through the summary, page by page.",
            "heard": "People want to hear what changed, and when.",
        }
        await self.post(f"{path}/minutes", met)
        await self.post(f"{path}/steps/discuss/completion", {})
        await self._distributed(path, "staff", "healthwatch", "advocacy")
