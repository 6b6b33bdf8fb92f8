"""A life in which all is said with the staff complained about that has words: heard, informed, asked how it was."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from contracts import names
from contracts.commands import CommandKind
from db import desk_said, said, staff_said
from db.involvement_said import ChangeStaff, DeferStaff, EndStaff, NameStaff, SupportStaff, TellStaff
from tests.lives.markers import W
from tests.lives.planted import Planted
from tests.world import MORNING

DAY: Final = MORNING.date()
K = CommandKind


async def a_life_with_staff(planted: Planted) -> None:
    """Name two members of staff, tell one, hear and inform them to the end, and let go of the other."""
    complaint, body = await planted.log(), planted.body
    await planted.say(complaint, K.NAME_STAFF, NameStaff(
        kind="locum", name=W, described_as=W, email=W, phone=W, address=W, supporter_id=body.person("senior_leader"),
    ))  # fmt: skip
    await planted.say(complaint, K.NAME_STAFF, NameStaff(kind="unidentified", described_as=W))
    rows = await planted.rows("select id from involvement where complaint_id = :id order by number", complaint)
    locum, unknown = (UUID(str(each["id"])) for each in rows)
    planted.others += [names.involvement_workflow_id(each) for each in (locum, unknown)]
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
    for whose in ({"involvement_id": member}, {"party_id": await planted.party(complaint)}):
        answered = staff_said.RecordExperience(
            step="answered", on=DAY, words=W, scores=(staff_said.Score(statement="supported", score=2),), **whose
        )
        await planted.say(complaint, K.RECORD_EXPERIENCE, answered)


async def _inform(planted: Planted, complaint: UUID, member: UUID, **more: Any) -> None:
    what = staff_said.InformStaff(involvement_id=member, informed_on=DAY, words=W, **more)
    await planted.say(complaint, K.INFORM_STAFF, what)


async def _release(planted: Planted, complaint: UUID, template: str) -> None:
    found = "select id from notice where complaint_id = :id and state = 'draft' and template = '{}'"
    notice = await planted.row(found.format(template), complaint)
    await planted.say(complaint, K.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=notice["id"]))
