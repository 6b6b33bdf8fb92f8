"""A life in which all is said with the staff complained about that has words: heard, informed, asked how it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from contracts import names
from contracts.commands import CommandKind
from db import desk_said, said, staff_said
from db.involvement_said import ChangeStaff, DeferStaff, EndStaff, NameStaff, SupportStaff, TellStaff
from tests.lives.markers import W
from tests.lives.planted import Planted
from tests.world import MORNING, until

DAY: Final = MORNING.date()
K = CommandKind


async def a_life_with_staff(planted: Planted) -> None:
    """Name three members of staff, tell one, hear and inform them to the end, and let go of another."""
    complaint, body = await planted.log(), planted.body
    await planted.say(complaint, K.NAME_STAFF, NameStaff(
        kind="locum", name=W, described_as=W, email=W, phone=W, address=W, supporter_id=body.person("senior_leader"),
    ))  # fmt: skip
    await planted.say(complaint, K.NAME_STAFF, NameStaff(kind="unidentified", described_as=W))
    await planted.say(complaint, K.NAME_STAFF, NameStaff(
        kind="agency", name=W, described_as=W, supporter_id=body.person("senior_leader"),
    ))  # fmt: skip
    rows = await planted.rows("select id from involvement where complaint_id = :id order by number", complaint)
    locum, unknown, agency = members = [UUID(str(each["id"])) for each in rows]
    planted.others += [names.involvement_workflow_id(each) for each in members]
    for member in members:
        await _forward(planted, member, planted.world.clock.now() - datetime.now(UTC))
    await planted.say(complaint, K.CHANGE_STAFF, ChangeStaff(
        involvement_id=unknown, name=W, described_as=W, email=W, phone=W, address=W,
    ))  # fmt: skip
    await planted.say(complaint, K.DEFER_STAFF, DeferStaff(
        involvement_id=unknown, reason="hr", words=W, review_on=date(2028, 3, 20),
        approver_id=body.person("responsible_person"),
    ))  # fmt: skip
    await planted.say(complaint, K.TELL_STAFF, TellStaff(involvement_id=locum, told_on=DAY, how="call", words=W))
    await planted.say(complaint, K.SUPPORT_STAFF, SupportStaff(involvement_id=locum, spoke_on=DAY, how="call", words=W))
    await _heard(planted, complaint, locum)
    await planted.say(complaint, K.END_STAFF, EndStaff(involvement_id=unknown, cause="not_concerned", words=W))
    await _to_the_end(planted, complaint, locum)
    await _not_told_in_time(planted, complaint, agency)


async def _heard(planted: Planted, complaint: UUID, member: UUID) -> None:
    """Ask them to comment, by a letter that is released, write down what they say, and say how it was used."""
    invited = staff_said.InviteStaff(involvement_id=member, invited_on=DAY, about="allegation", words=W)
    await planted.say(complaint, K.INVITE_STAFF, invited)
    await _release(planted, complaint, "staff_invitation")
    comment = staff_said.RecordStaffComment(involvement_id=member, about="allegation", words=W, received_on=DAY)
    await planted.say(complaint, K.RECORD_STAFF_COMMENT, comment)
    row = await planted.row("select id from staff_comment where complaint_id = :id", complaint)
    used = staff_said.UseStaffComment(involvement_id=member, comment_id=row["id"], effect="partly", words=W)
    await planted.say(complaint, K.USE_STAFF_COMMENT, used)


async def _to_the_end(planted: Planted, complaint: UUID, member: UUID) -> None:
    """Inform them by letter, withdraw, tell the outcome, and ask everybody how it was."""
    await _inform(planted, complaint, member, about="progress", how="letter")
    await _release(planted, complaint, "staff_update")
    withdrawn = said.Withdraw(method="call", withdrawn_on=DAY, words=W)
    await planted.say(complaint, K.WITHDRAW, withdrawn)
    await _inform(planted, complaint, member, about="outcome", how="in_person")
    of_both: tuple[dict[str, Any], ...] = ({"involvement_id": member}, {"party_id": await planted.party(complaint)})
    for whose in of_both:
        asked = staff_said.RecordExperience(step="asked", on=DAY, how="survey", link=W, **whose)
        await planted.say(complaint, K.RECORD_EXPERIENCE, asked)
        answered = staff_said.RecordExperience(
            step="answered", on=DAY, words=W, scores=(staff_said.Score(statement="supported", score=2),), **whose
        )
        await planted.say(complaint, K.RECORD_EXPERIENCE, answered)


async def _not_told_in_time(planted: Planted, complaint: UUID, member: UUID) -> None:
    """Nobody tells the third: their supporter is reminded, and it is overdue, though the complaint has ended."""
    await _forward(planted, member, timedelta(days=5))
    overdue = (
        "select 1 from fired_rung f join clock c on c.id = f.clock_id where f.complaint_id = :id"
        f" and c.involvement_id = '{member}' and f.rung = 'overdue'"
    )

    async def fired() -> bool:
        return bool(await planted.rows(overdue, complaint))

    await until(fired)


async def _forward(planted: Planted, member: UUID, length: timedelta) -> None:
    """Move the workflow of an involvement, which begins at the machine's own time."""
    handle = planted.world.client.get_workflow_handle(names.involvement_workflow_id(member))
    await planted.world.skipper.fast_forward(handle, length)


async def _inform(planted: Planted, complaint: UUID, member: UUID, **more: Any) -> None:
    what = staff_said.InformStaff(involvement_id=member, informed_on=DAY, words=W, **more)
    await planted.say(complaint, K.INFORM_STAFF, what)


async def _release(planted: Planted, complaint: UUID, template: str) -> None:
    found = "select id from notice where complaint_id = :id and state = 'draft' and template = '{}'"
    notice = await planted.row(found.format(template), complaint)
    await planted.say(complaint, K.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=notice["id"]))
