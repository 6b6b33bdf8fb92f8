"""What people say of the bodies that contribute to a complaint: named, asked, looked at, answered, let go of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from contracts.commands import CommandKind
from db import access_said as access
from db import body_request_said as asked
from db import joint_draft_said as drafts
from db import joint_said as joint
from db import lead_said as lead
from db import meeting_said as meeting
from db import submission_said as submitted
from tests.lives.machine.draws import NOBODY, WORDS, Draws
from tests.lives.machine.look import Row
from tests.lives.machine.sayings_bodies import FROM, its_issues, live
from tests.lives.machine.sayings_early import Saying

PAGE, BY_PHONE = "A81001", "E08000012"  # bodies that are in no installation
_SENIORS: Final = ("complaints_manager", "senior_leader")


def name_body(d: Draws) -> Saying:
    named = {row["code"] for row in live(d)}
    free = [code for code in (*d.here, PAGE, BY_PHONE) if code not in named]
    code = d.mostly(d.one(*free or [PAGE]), d.body.code, "X9")
    way = "here" if code in d.here else d.one("page", "none") if code == PAGE else "none"
    bound: Any = d.one("regulation_9", "voluntary")
    what = joint.NameBody(
        code=code,
        name="Another body",
        body_kind=d.mostly("nhs", "other") if bound == "regulation_9" else d.one("other", "department"),
        bound=bound,
        way=d.mostly(way, "here", "system", "page"),  # type: ignore[arg-type]
        issue_ids=_free_issues(d),
        contacts=_contacts(d, needed=way == "page"),
    )
    return what, "handler"


def change_body(d: Draws) -> Saying:
    row = _one(d)
    change: dict[str, Any] = d.one(
        {"bound": "voluntary"},
        {"contacts": _contacts(d, needed=True)},
        {"issue_ids": (*its_issues(d, row), *_free_issues(d))[: d.one(1, 2)]},
        {"way": d.one("none", "page", "here")},
        {"consent_refused_on": d.done_on()},
    )
    return joint.ChangeBody(contribution_id=_id(d, row), reason=WORDS, **change), "handler"


def propose_lead(d: Draws) -> Saying:
    chosen = d.one(None, None, _a_code(d))
    what = lead.ProposeLead(
        lead=chosen,
        reason=d.mostly(WORDS, None) if chosen else None,
        person_prefers=d.one(None, d.body.code, _a_code(d)),
    )
    return what, "handler"


def decide_lead(d: Draws) -> Saying:
    sides = {d.body.code, *(row["code"] for row in live(d))} if d.one(True, True, False) else {d.body.code}
    deciders = tuple(lead.LeadDecider(code=each, name="A senior") for each in sorted(sides))
    ours = d.right or d.one(True, True, True, False)
    what = lead.DecideLead(lead=d.body.code if ours else _a_code(d), reason=WORDS, deciders=d.mostly(deciders, ()))
    return what, d.speaker(*_SENIORS)


def set_joint_timescale(d: Draws) -> Saying:
    what = lead.SetJointTimescale(
        contribute_by=d.due_on(5, 12, 20), respond_by=d.due_on(30, 60, 4), reason=d.mostly(WORDS, None)
    )
    return what, "handler"


def ask_body(d: Draws) -> Saying:
    row = _one(d, "accepted", "contributing", "submitted")
    return asked.AskBody(contribution_id=_id(d, row), what=WORDS, due_on=d.due_on(3, 10)), "investigator"


def review_body_answer(d: Draws) -> Saying:
    row = d.row(d.look.rows("body_request", state="under_review") or d.look.rows("body_request"))
    result = d.one("accepted", "sent_back", "not_needed")
    back = result == "sent_back"
    what = asked.ReviewBodyAnswer(
        contribution_id=_of(d, row),
        request_id=_id(d, row),
        result=result,
        reason=d.mostly(WORDS, None) if back else None,
        due_on=d.due_on(4, 9) if back else None,
    )
    return what, "investigator"


def call_meeting(d: Draws) -> Saying:
    rows = [row for row in live(d) if row["state"] in ("invited", "accepted", "contributing", "submitted", "approved")]
    ids = d.some([UUID(row["id"]) for row in rows or live(d)])
    what = meeting.CallMeeting(contribution_ids=ids, on=d.due_on(2, 8), at="10:30", how="video", purpose=WORDS)
    return what, "handler"


def record_meeting(d: Draws) -> Saying:
    row = d.row(d.look.rows("joint_meeting", state="called") or d.look.rows("joint_meeting"))
    called = d.look.rows("joint_meeting_body", meeting_id=row["id"]) if row else []
    there = [UUID(each["contribution_id"]) for each in called] or [UUID(each["id"]) for each in live(d)]
    held = d.one(True, False)
    on = d.mostly(d.today, d.today.replace(year=2030))
    uncalled = row is None or d.one(False, False, True)
    what = meeting.RecordMeeting(
        held=held,
        meeting_id=None if uncalled else _id(d, row),
        uncalled=meeting.MeetingSaid(on=on, at="10:30", how="call", purpose=WORDS) if uncalled else None,
        held_on=on if held else None,
        attendance=tuple(meeting.AttendedSaid(contribution_id=each, attended=d.one(True, False)) for each in there)
        if held
        else (),
        words=d.one(None, WORDS),
    )
    return what, "handler"


def request_revision(d: Draws) -> Saying:
    row = _one(d, "submitted")
    what = submitted.RequestRevision(
        contribution_id=_id(d, row), reason=WORDS, due_on=d.due_on(3, 8), round=_round(d, row)
    )
    return what, "handler"


def approve_contribution(d: Draws) -> Saying:
    row = _one(d, "submitted")
    return submitted.ApproveContribution(contribution_id=_id(d, row), round=_round(d, row)), "complaints_manager"


def name_gap(d: Draws) -> Saying:
    row = _one(d, "declined", "consent_blocked", "invited", "accepted", "contributing", "revision_requested")
    return submitted.NameGap(contribution_id=_id(d, row), reason=WORDS), d.speaker("complaints_manager")


def settle_body_action(d: Draws) -> Saying:
    row = d.row(d.look.rows("body_action", state="done") or d.look.rows("body_action"))
    done = d.one(True, True, False)
    what = submitted.SettleBodyAction(
        contribution_id=_of(d, row),
        action_id=_id(d, row),
        done=done,
        reason=None if done else d.mostly(WORDS, None),
        due_on=None if done else d.one(None, d.due_on(6)),
    )
    return what, "handler"


def release_contribution(d: Draws) -> Saying:
    return joint.ReleaseContribution(contribution_id=_id(d, _one(d)), reason=WORDS), "complaints_manager"


def share_joint_draft(d: Draws) -> Saying:
    issued = max((int(row["version"]) for row in d.look.rows("response_draft") if row["issued_on"]), default=0)
    pending = [row for row in d.look.rows("response_draft", issued_on=None)]
    known = {row["sha256"] for row in d.look.rows("joint_draft", audience="bodies")}
    with_bodies = bool(pending) and max(pending, key=lambda row: int(row["version"]))["sha256"] in known
    with_bodies = with_bodies or not d.look.rows("contribution", state="approved")
    audience = d.mostly("person" if with_bodies else "bodies", "person", "bodies")
    if issued and not pending:
        audience = "supplement"
    skip = audience == "supplement" or (audience == "person" and d.one(True, False))
    what = drafts.ShareJointDraft(
        audience=audience,
        comment_by=None if skip else d.one(None, d.due_on(12)),
        skip_reason=WORDS if skip else None,
    )
    return what, d.speaker(*_SENIORS) if skip else "handler"


def record_joint_comment(d: Draws) -> Saying:
    row = d.row([each for each in d.look.rows("joint_draft") if not each["skipped"]])
    of_person = row is not None and row["audience"] == "person"
    what = drafts.RecordJointComment(
        draft_id=_id(d, row),
        received_on=d.done_on(),
        agrees=d.one(True, False),
        words=d.one(None, WORDS),
        party_id=d.id(d.parties("complainant")) if of_person else None,
        contribution_id=None if of_person else _id(d, _one(d, "approved")),
    )
    return what, "handler"


def weigh_joint_comment(d: Draws) -> Saying:
    row = d.row(d.look.rows("joint_comment", used=None) or d.look.rows("joint_comment"))
    what = drafts.WeighJointComment(
        draft_id=UUID(row["joint_draft_id"]) if row else NOBODY,
        comment_id=_id(d, row),
        used=d.one("used", "partly", "not_used"),
        reason=WORDS,
    )
    return what, "handler"


def issue_access(d: Draws) -> Saying:
    row = d.row([each for each in live(d) if each["way"] == "page"] or live(d))
    theirs = d.look.rows("body_access", contribution_id=row["id"], revoked_at=None) if row else []
    email = f"reader{len(d.look.rows('body_access'))}@example.org"
    instead = d.one(None, UUID(theirs[0]["id"])) if theirs else None
    what = access.IssueAccess(contribution_id=_id(d, row), name="A reader", email=email, instead_of=instead)
    return what, "handler"


def revoke_access(d: Draws) -> Saying:
    row = d.row(d.look.rows("body_access", revoked_at=None) or d.look.rows("body_access"))
    return access.RevokeAccess(contribution_id=_of(d, row), access_id=_id(d, row), reason=WORDS), "handler"


def _one(d: Draws, *states: str) -> Row | None:
    """Choose a contribution in one of some states; any, where there is none; now and then a wrong one."""
    rows = [row for row in live(d) if not states or row["state"] in states]
    return d.row(d.mostly(rows, d.look.rows("contribution")) or d.look.rows("contribution"))


def _id(d: Draws, row: Row | None) -> UUID:
    return d.id([UUID(row["id"])] if row else [])


def _of(d: Draws, row: Row | None) -> UUID:
    """Return the contribution that a row is of; now and then another."""
    return d.id([UUID(row["contribution_id"])] if row else [])


def _round(d: Draws, row: Row | None) -> int | None:
    return d.one(None, d.mostly(int(row["round"]), 7)) if row else None


def _a_code(d: Draws) -> str:
    return d.mostly(d.one(*[row["code"] for row in live(d)] or [PAGE]), "X9")


def _free_issues(d: Draws) -> tuple[UUID, ...]:
    """Choose one or two issues that are no body's; now and then one that is."""
    bodies = {row["id"] for row in live(d)}
    rows = d.look.rows("contribution_issue", removed_at=None)
    taken = {row["issue_id"] for row in rows if row["contribution_id"] in bodies}
    free = [each for each in d.issue_ids("open", "on_hold") if str(each) not in taken]
    return d.mostly(tuple(free[-d.one(1, 2) :]), d.some(d.issue_ids())) or d.some(d.issue_ids())


def _contacts(d: Draws, *, needed: bool) -> tuple[joint.ContactSaid, ...]:
    first = joint.ContactSaid(role="contact", name="Con Tact", email="contact@example.org")
    manager = joint.ContactSaid(role="complaints_manager", name="Man Ager", email=d.one(None, "manager@example.org"))
    return d.one((first,), (first, manager)) if needed else d.one((), (manager,))


JOINT: dict[CommandKind, Callable[[Draws], Saying]] = {
    CommandKind(each.__name__): each
    for each in (
        name_body, change_body, propose_lead, decide_lead, set_joint_timescale, ask_body, review_body_answer,
        call_meeting, record_meeting, request_revision, approve_contribution, name_gap, settle_body_action,
        release_contribution, share_joint_draft, record_joint_comment, weigh_joint_comment, issue_access, revoke_access,
    )
} | FROM  # fmt: skip
