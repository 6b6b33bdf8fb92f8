"""Steps of tests about the staff complained about who were told: their comments, what they are told, how it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from contracts.commands import CommandKind
from db import desk_said, involvement_said, said, staff_said
from db.models.act import Submission
from tests.activities.office_desk import Desk
from tests.world import MORNING

K = CommandKind
TODAY = MORNING.date()  # Thursday 2 March 2028
MEMBER = "auditor"
SUPPORTER = "senior_leader"


def on(desk: Desk, day: date, hour: int = 10) -> None:
    desk.at(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


async def name(desk: Desk, who: str | None = MEMBER, **more: Any) -> UUID:
    """Name a member of staff: with an account here, or a locum by name."""
    person = {"person_id": desk.body.person(who), "kind": "employed"} if who else {"name": "Lou Locum", "kind": "locum"}
    values: dict[str, Any] = {"supporter_id": desk.body.person(SUPPORTER), "supporter_is": "line_manager"}
    done = await desk.must(K.NAME_STAFF, involvement_said.NameStaff(**(person | values | more)))
    return UUID(desk.row(f"select id from involvement where complaint_id = %s and act_id = '{done.id}'")["id"])


async def tell(desk: Desk, involvement: UUID, told_on: date | None = None) -> None:
    told_on = told_on or desk.apart.engine.now.date()
    await desk.must(
        K.TELL_STAFF, involvement_said.TellStaff(involvement_id=involvement, told_on=told_on, how="in_person")
    )


async def a_told_one(desk: Desk, who: str | None = MEMBER, **more: Any) -> UUID:
    involvement = await name(desk, who, **more)
    await tell(desk, involvement)
    return involvement


async def invite(desk: Desk, involvement: UUID, by: str | None = "investigator", **more: Any) -> Submission:
    values: dict[str, Any] = {"invited_on": desk.apart.engine.now.date(), "about": "allegation", "how": "call"}
    what = staff_said.InviteStaff(involvement_id=involvement, **(values | more))
    return await desk.do(K.INVITE_STAFF, what, by)


async def comment(desk: Desk, involvement: UUID, by: str | None = MEMBER, **more: Any) -> Submission:
    values: dict[str, Any] = {"received_on": desk.apart.engine.now.date(), "about": "allegation", "words": "I called."}
    what = staff_said.RecordStaffComment(involvement_id=involvement, **(values | more))
    return await desk.do(K.RECORD_STAFF_COMMENT, what, by)


async def use(
    desk: Desk, involvement: UUID, comment_id: UUID, by: str | None = "investigator", **more: Any
) -> Submission:
    values: dict[str, Any] = {"effect": "accepted"}
    what = staff_said.UseStaffComment(involvement_id=involvement, comment_id=comment_id, **(values | more))
    return await desk.do(K.USE_STAFF_COMMENT, what, by)


async def inform(
    desk: Desk, involvement: UUID, about: str = "progress", by: str | None = "handler", **more: Any
) -> Submission:
    values: dict[str, Any] = {"informed_on": desk.apart.engine.now.date(), "how": "in_person"}
    what = staff_said.InformStaff(involvement_id=involvement, about=about, **(values | more))  # type: ignore[arg-type]
    return await desk.do(K.INFORM_STAFF, what, by)


async def experience(desk: Desk, step: str, by: str | None = "handler", **more: Any) -> Submission:
    values: dict[str, Any] = {"on": desk.apart.engine.now.date(), "how": "call" if step == "asked" else None}
    if step == "answered":
        values["scores"] = (staff_said.Score(statement="supported", score=4),)
    what = staff_said.RecordExperience(step=step, **(values | more))  # type: ignore[arg-type]
    return await desk.do(K.RECORD_EXPERIENCE, what, by)


async def respond(desk: Desk) -> None:
    """Answer under the first version of the procedure, which lets a letter be written whole."""
    what = said.Respond(letter="We are sorry.", outcome="upheld", signed_by=desk.body.person("responsible_person"))
    await desk.must(K.RESPOND, what, "responsible_person")


async def agreed(desk: Desk, respond_by: date = date(2028, 4, 28)) -> None:
    """Take the complaint to the closer look, with a date that was agreed and no draft left."""
    await desk.acknowledge(desk.apart.engine.now.date())
    await desk.agree(respond_by)
    await discard(desk, "period_set")


async def discard(desk: Desk, template: str) -> None:
    for notice in desk.notices(template):
        if notice["state"] == "draft":
            what = desk_said.DiscardNotice(notice_id=UUID(notice["id"]), reason="Said in a call.")
            await desk.must(K.DISCARD_NOTICE, what)


async def release(desk: Desk, template: str, body: str | None = "These are the words.") -> None:
    (notice,) = [each for each in desk.notices(template) if each["state"] == "draft"]
    await desk.must(K.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=UUID(notice["id"]), body=body))


def clock(desk: Desk, kind: str, involvement: UUID) -> dict[str, Any]:
    return desk.row(f"select * from clock where complaint_id = %s and kind = '{kind}' and subject_id = '{involvement}'")


def state(desk: Desk, kind: str, involvement: UUID) -> str:
    """Return the state of a clock about somebody; none where it never ran."""
    found = desk.rows(
        f"select state from clock where complaint_id = %s and kind = '{kind}' and subject_id = '{involvement}'"
    )
    return str(found[0]["state"]) if found else "none"


def stands(desk: Desk, involvement: UUID) -> dict[str, Any]:
    return desk.row(f"select * from involvement where complaint_id = %s and id = '{involvement}'")


def comments(desk: Desk, involvement: UUID) -> list[dict[str, Any]]:
    return desk.rows(
        f"select * from staff_comment where complaint_id = %s and involvement_id = '{involvement}' order by number"
    )


def steps(desk: Desk, involvement: UUID, kind: str) -> list[dict[str, Any]]:
    return desk.rows(
        "select * from involvement_step where complaint_id = %s"
        f" and involvement_id = '{involvement}' and kind = '{kind}' order by number"
    )
