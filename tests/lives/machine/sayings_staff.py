"""What people say of the staff complained about: named, told or not yet, supported, asked, kept informed, let go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from contracts.commands import CommandKind
from db import involvement_said as involved
from db import staff_said as staff
from tests.lives.machine.draws import NOBODY, WORDS, Draws
from tests.lives.machine.look import Row
from tests.lives.machine.sayings_early import Saying

_UNTOLD = ("named", "deferred")
_TOLD = ("told", "outcome_told")


def name_staff(d: Draws) -> Saying:
    kind = d.one("employed", "locum", "unidentified")
    known = {str(row["person_id"]) for row in d.look.rows("involvement") if row["state"] != "ended"}
    free = [each for each in ("auditor", "investigator", "operator") if str(d.body.person(each)) not in known]
    account = d.body.person(d.one(*free or ["auditor"])) if kind == "employed" else None
    what = involved.NameStaff(
        kind=kind,
        person_id=account,
        name=d.mostly("Lou Locum", None) if kind == "locum" else None,
        described_as="The nurse on the night" if kind == "unidentified" else None,
        supporter_id=d.one(d.person("senior_leader"), None, d.person("handler")),
        supporter_is=d.one("line_manager", None),
        issue_ids=d.some(d.issue_ids()) if d.issue_ids() and d.one(False, True) else (),
        update_every_days=d.one(14, 5, 30),
    )
    return what, d.speaker("handler", "complaints_manager")


def change_staff(d: Draws) -> Saying:
    row = _one(d, *_UNTOLD, *_TOLD)
    unidentified = row is not None and row["kind"] == "unidentified"
    what = involved.ChangeStaff(
        involvement_id=_id(d, row),
        name="Lou Locum" if unidentified else d.one(None, "Lou Locum"),
        kind=d.one("employed", "locum") if unidentified else None,
        supporter_id=d.one(None, d.person("senior_leader", "handler")),
        address=d.one(None, "2 Example Street"),
        issue_ids=d.some(d.issue_ids()) if d.issue_ids() and d.one(False, False, True) else None,
        update_every_days=d.one(None, 7, 21),
    )
    return what, "handler"


def defer_staff(d: Draws) -> Saying:
    what = involved.DeferStaff(
        involvement_id=_id(d, _one(d, *_UNTOLD)),
        reason=d.one("police", "hr", "safeguarding"),
        words=d.mostly(WORDS, ""),
        approver_id=d.person("responsible_person"),
        review_on=d.due_on(5, 20),
    )
    return what, d.speaker("handler", "complaints_manager")


def tell_staff(d: Draws) -> Saying:
    row = _one(d, *_UNTOLD)
    how = d.one("in_person", "call", "letter")
    what = involved.TellStaff(
        involvement_id=_id(d, row),
        told_on=d.done_on(),
        how=how,
        by_id=d.one(None, d.person("senior_leader")),
        words=None if how == "in_person" else d.mostly(WORDS, None),
    )
    return what, d.speaker("handler", "senior_leader")


def support_staff(d: Draws) -> Saying:
    what = involved.SupportStaff(
        involvement_id=_id(d, _one(d, *_TOLD)), spoke_on=_since_told(d), how=d.one("call", "in_person")
    )
    return what, d.speaker("senior_leader", "handler")


def invite_staff(d: Draws) -> Saying:
    what = staff.InviteStaff(
        involvement_id=_id(d, _one(d, *_TOLD)),
        invited_on=_since_told(d),
        about=d.one("allegation", "initial_views", "other"),
        how=d.one("call", "letter"),
        comment_by=d.one(None, d.due_on(10, 20)),
        words=d.one(None, WORDS),
    )
    return what, d.speaker("investigator")


def record_staff_comment(d: Draws) -> Saying:
    what = staff.RecordStaffComment(
        involvement_id=_id(d, _one(d, *_TOLD)),
        about=d.one("allegation", "plan"),
        words=WORDS,
        received_on=_since_told(d),
    )
    return what, d.one("handler", "auditor", "investigator")


def use_staff_comment(d: Draws) -> Saying:
    row = d.row(d.look.rows("staff_comment", effect=None) or d.look.rows("staff_comment"))
    whose = UUID(row["involvement_id"]) if row else NOBODY
    effect = d.one("accepted", "partly", "not_accepted")
    what = staff.UseStaffComment(
        involvement_id=d.mostly(whose, NOBODY),
        comment_id=d.id([UUID(row["id"])] if row else []),
        effect=effect,
        words=None if effect == "accepted" else d.mostly(WORDS, None),
    )
    return what, d.speaker("complaints_manager", "handler")


def inform_staff(d: Draws) -> Saying:
    row = _one(d, *_TOLD)
    owed = [each["kind"] for each in d.look.staff_running if row and each["involvement_id"] == row["id"]]
    abouts = {"staff_change": "change_of_timescale", "staff_views": "initial_views", "staff_outcome": "outcome"}
    wanted = [abouts[kind] for kind in sorted(owed) if kind in abouts] or ["progress"]
    what = staff.InformStaff(
        involvement_id=_id(d, row),
        about=d.mostly(d.one(*wanted), "progress", "outcome", "initial_views"),
        informed_on=d.today if d.right else _since_told(d),
        how=d.one("in_person", "letter", "call"),
        words=d.one(None, WORDS),
    )
    return what, d.speaker("handler", "senior_leader")


def end_staff(d: Draws) -> Saying:
    what = involved.EndStaff(
        involvement_id=_id(d, _one(d, *_UNTOLD, *_TOLD)),
        cause=d.one("not_concerned", "died", "cannot_be_reached"),
        words=d.mostly(WORDS, " "),
    )
    return what, d.speaker("complaints_manager")


def record_experience(d: Draws) -> Saying:
    told = [row for row in d.look.rows("involvement") if row["state"] == "outcome_told"]
    row = d.row(told)
    of_party = row is None or d.one(False, True)
    step = d.one("asked", "answered", "declined")
    what = staff.RecordExperience(
        step=step,
        on=d.today if d.right else d.done_on(),
        party_id=d.id(d.parties()) if of_party else None,
        involvement_id=None if of_party and d.mostly(True, False) else _id(d, row),
        how=d.one("letter", "call") if step == "asked" else None,
        scores=(staff.Score(statement="supported", score=4),) if step == "answered" else (),
        words=d.one(None, WORDS) if step == "answered" else None,
    )
    return what, "handler"


def _one(d: Draws, *states: str) -> Row | None:
    """Choose an involvement in one of some states; any, where there is none; now and then a wrong one."""
    rows = [row for row in d.look.rows("involvement") if row["state"] in states]
    return d.row(d.mostly(rows, d.look.rows("involvement")) or d.look.rows("involvement"))


def _id(d: Draws, row: Row | None) -> UUID:
    return d.id([UUID(row["id"])] if row else [])


def _since_told(d: Draws) -> date:
    """Choose today or yesterday; wrongly tomorrow, or a day before anybody was told anything."""
    right = max(d.received_on, d.today - timedelta(days=d.one(0, 0, 0, 1)))
    return d.mostly(right, d.today + timedelta(days=1), d.received_on - timedelta(days=1))


STAFF: dict[CommandKind, Callable[[Draws], Saying]] = {
    CommandKind(each.__name__): each
    for each in (
        name_staff, change_staff, defer_staff, tell_staff, support_staff, invite_staff, record_staff_comment,
        use_staff_comment, inform_staff, end_staff, record_experience,
    )
}  # fmt: skip
