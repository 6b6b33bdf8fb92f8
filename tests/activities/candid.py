"""An incident under the duty of candour, in the words in which tests say what is said of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from contracts.commands import CommandKind
from db import candour_said as said
from db.desk_said import DiscardNotice, ReleaseNotice
from tests.activities.office_desk import Desk

TODAY = date(2028, 3, 2)  # a Thursday
IN_PERSON = ("account", "enquiries", "apology")
WRITTEN = ("account", "enquiries", "results", "apology")
RESULTS = ("results", "apology")


def at(day: int, hour: int = 10, month: int = 3) -> datetime:
    return datetime(2028, month, day, hour, tzinfo=UTC)


def elements(codes: Collection[str]) -> tuple[said.ElementSaid, ...]:
    return tuple(said.ElementSaid(code=code, words=f"The {code} in words.") for code in codes)  # type: ignore[arg-type]


async def flag(desk: Desk, **changes: Any) -> UUID:
    """Flag an incident, and return it."""
    what: dict[str, Any] = {"words": "A dose was given twice.", "became_known_on": TODAY} | changes
    await desk.must(CommandKind.FLAG_INCIDENT, said.FlagIncident(**what))
    return UUID(
        desk.rows("select id from proceeding where complaint_id = %s and kind = 'candour' order by number")[-1]["id"]
    )


async def assess(desk: Desk, incident: UUID, *, by: str = "complaints_manager", **changes: Any) -> str | None:
    what: dict[str, Any] = {
        "notifiable": True,
        "harm": "moderate",
        "reasons": "Another operation was needed.",
    } | changes
    return (await desk.do(CommandKind.ASSESS_INCIDENT, said.AssessIncident(incident_id=incident, **what), by)).refusal


async def notifiable(desk: Desk, **changes: Any) -> UUID:
    """Flag an incident and assess it as notifiable."""
    incident = await flag(desk, **changes)
    assert await assess(desk, incident) is None
    return incident


async def tell(desk: Desk, incident: UUID, codes: Collection[str] = IN_PERSON, **changes: Any) -> Any:
    """Record the notice in person; return the submission as it then is."""
    what: dict[str, Any] = {
        "told_on": desk.apart.engine.now.date(),
        "how": "in_person",
        "elements": elements(codes),
        "record": "We sat down with them.",
    }
    return await desk.do(CommandKind.TELL_OF_INCIDENT, said.TellOfIncident(incident_id=incident, **(what | changes)))


async def attempt(desk: Desk, incident: UUID, **changes: Any) -> str | None:
    what: dict[str, Any] = {"tried_on": desk.apart.engine.now.date(), "how": "call", "outcome": "no_answer"} | changes
    what_said = said.LogCandourAttempt(incident_id=incident, **what)
    return (await desk.do(CommandKind.LOG_CANDOUR_ATTEMPT, what_said)).refusal


async def support(desk: Desk, incident: UUID) -> str | None:
    what = said.OfferCandourSupport(
        incident_id=incident, what="Counselling", offered_on=desk.apart.engine.now.date(), taken=True
    )
    return (await desk.do(CommandKind.OFFER_CANDOUR_SUPPORT, what)).refusal


async def write(desk: Desk, incident: UUID, codes: Collection[str] = WRITTEN, **changes: Any) -> Any:
    """Have a letter drafted; return the submission as it then is."""
    what: dict[str, Any] = {"kind": "written", "elements": elements(codes)} | changes
    return await desk.do(CommandKind.WRITE_OF_INCIDENT, said.WriteOfIncident(incident_id=incident, **what))


def draft(desk: Desk, template: str) -> UUID:
    (found,) = [each for each in desk.notices(template) if each["state"] == "draft"]
    return UUID(found["id"])


async def release(desk: Desk, template: str = "candour_notice") -> str | None:
    what = ReleaseNotice(notice_id=draft(desk, template))
    return (await desk.do(CommandKind.RELEASE_NOTICE, what, "complaints_manager")).refusal


async def discard(desk: Desk, template: str = "candour_notice") -> None:
    what = DiscardNotice(notice_id=draft(desk, template), reason="Not like this.")
    await desk.must(CommandKind.DISCARD_NOTICE, what, "complaints_manager")


async def end(desk: Desk, incident: UUID, cause: str = "done", *, by: str = "complaints_manager") -> Any:
    what = said.EndCandour(incident_id=incident, cause=cause)  # type: ignore[arg-type]
    return await desk.do(CommandKind.END_CANDOUR, what, by)


def stands(desk: Desk, incident: UUID) -> str:
    found: str = desk.row(f"select state from proceeding where complaint_id = %s and id = '{incident}'")["state"]
    return found


def clocks(desk: Desk, incident: UUID, state: str = "running") -> dict[str, dict[str, Any]]:
    rows = desk.rows(
        f"select * from clock where complaint_id = %s and proceeding_id = '{incident}' and state = '{state}'"
    )
    return {row["kind"]: row for row in rows}
