"""What bodies that contribute say by the joint protocol, whichever way it comes: right, wrong, malformed, repeated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from contracts.commands import CommandKind
from contracts.joint import PROTOCOL
from db import joint_messages as protocol
from db import joint_said as joint
from tests.lives.machine.draws import NOBODY, WORDS, Draws
from tests.lives.machine.look import Row
from tests.lives.machine.sayings_early import Saying

# What a body says in a state, the likeliest first.
_SAYS: Final[dict[str, tuple[str, ...]]] = {
    "invited": ("accept", "accept", "decline"),
    "declined": ("accept", "submission"),
    "accepted": ("submission", "lead_view", "timescale_view", "submission"),
    "contributing": ("submission", "lead_view", "timescale_view"),
    "submitted": ("submission", "lead_view"),
    "revision_requested": ("submission",),
    "approved": ("draft_comment", "action_done", "submission"),
}
_ANY: Final = ("accept", "submission", "lead_view", "action_done", "information", "draft_comment", "attendance")


def from_body(d: Draws) -> Saying:
    rows = live(d) if d.mostly(True, False) else d.look.rows("contribution")
    row = d.row(rows or d.look.rows("contribution"))
    again = _earlier(d, row)
    if again is not None and d.one(False, False, False, False, False, True):
        return joint.FromBody(**{**again, "body": d.one(again["body"], {"reason": "Another word."})}), None
    kind, body = message(d, row)
    what = joint.FromBody(
        contribution_id=d.id([UUID(row["id"])] if row else []),
        message_id=uuid4(),
        protocol=d.mostly(PROTOCOL, PROTOCOL + 1),
        kind=d.mostly(kind, "invitation", "gossip"),
        body=body,
        via="here" if row is not None and row["way"] == "here" else "page",
    )
    return what, None


def record_from_body(d: Draws) -> Saying:
    row = d.row(live(d) or d.look.rows("contribution"))
    kind, body = message(d, row)
    what = joint.RecordFromBody(
        contribution_id=d.id([UUID(row["id"])] if row else []),
        kind=kind,
        body=body,
        how=d.one("call", "letter"),
        said_on=d.mostly(d.today, d.today - timedelta(days=2), d.today + timedelta(days=1)),
    )
    return what, "handler"


def message(d: Draws, row: Row | None) -> tuple[str, dict[str, Any]]:
    """Choose what a body says next: of what waits for it, or that its state asks for; now and then anything."""
    if row is None:
        return "decline", {"reason": WORDS}
    mine: dict[str, Any] = {"contribution_id": row["id"]}
    waits = {
        "information": d.look.rows("body_request", state="open", **mine),
        "attendance": d.look.rows("joint_meeting_body", answered_at=None, **mine),
        "action_done": d.look.rows("body_action", state="promised", **mine) if row["state"] == "approved" else [],
    }
    kinds = [kind for kind, rows in waits.items() if rows]
    kind = d.one(*kinds) if kinds and d.one(True, False) else d.one(*_SAYS.get(row["state"], _ANY))
    kind = d.mostly(kind, *_ANY)
    body = protocol.to_json(_SHAPES[kind](d, row))
    return kind, d.mostly(body, {**body, "agrees": "perhaps", "issues": 7}, {})


def live(d: Draws) -> list[Row]:
    """Return the contributions that were not let go of."""
    return [row for row in d.look.rows("contribution") if row["state"] != "released"]


def its_issues(d: Draws, row: Row | None) -> list[UUID]:
    """Return the issues that are a body's now."""
    rows = d.look.rows("contribution_issue", contribution_id=row["id"], removed_at=None) if row else []
    return [UUID(each["issue_id"]) for each in rows]


def _earlier(d: Draws, row: Row | None) -> dict[str, Any] | None:
    """Return the first message that a body sent, as it was sent."""
    heard = [each for each in d.look.submissions.values() if each["kind"] == CommandKind.FROM_BODY.value]
    its = [each["body"] for each in heard if row is not None and each["body"]["contribution_id"] == row["id"]]
    if not its:
        return None
    ids = {"contribution_id": UUID(its[0]["contribution_id"]), "message_id": UUID(its[0]["message_id"])}
    return {**its[0], **ids}


def _accept(d: Draws, _: Row) -> protocol.ToLead:
    return protocol.Accept(
        contact=d.mostly("Con Tact", " "), senior_lead="Sen Ior", email=d.one(None, "con@example.org")
    )


def _decline(d: Draws, _: Row) -> protocol.ToLead:
    return protocol.Decline(reason=d.mostly(WORDS, " "))


def _lead_view(d: Draws, row: Row) -> protocol.ToLead:
    agrees = d.one(True, True, False)
    return protocol.LeadView(
        agrees=agrees, proposes=None if agrees else d.one(row["code"], None), reason=None if agrees else WORDS
    )


def _timescale_view(d: Draws, _: Row) -> protocol.ToLead:
    agrees = d.one(True, True, False)
    return protocol.TimescaleView(agrees=agrees, contribute_by=None if agrees else d.due_on(30), reason=None)


def _information(d: Draws, row: Row) -> protocol.ToLead:
    known = d.look.ids("body_request", contribution_id=row["id"], state="open")
    return protocol.InformationGiven(request_id=d.id(known), words=d.mostly(WORDS, ""))


def _attendance(d: Draws, row: Row) -> protocol.ToLead:
    rows = d.look.rows("joint_meeting_body", contribution_id=row["id"])
    meetings = [UUID(each["meeting_id"]) for each in rows]
    return protocol.Attendance(meeting_id=d.id(meetings), attends=d.one(True, False), reason=d.mostly(WORDS, None))


def _submission(d: Draws, row: Row) -> protocol.ToLead:
    ids = {str(each) for each in its_issues(d, row)}
    numbers = [int(each["number"]) for each in d.issues() if each["id"] in ids]
    others = [int(each["number"]) for each in d.issues() if each["id"] not in ids]
    answered = d.mostly(numbers, numbers[1:], [*numbers, *others[:1]])
    return protocol.Submission(
        issues=tuple(
            protocol.IssueAnswered(number=each, did=WORDS, found=WORDS, conclusion=d.one("upheld", "not_upheld"))
            for each in answered
        ),
        signed_by="Sen Ior",
        signed_role="Responsible person",
        actions=tuple(_promise(d, row, each) for each in range(d.one(0, 1, 2))),
        file_ids=d.mostly((), (NOBODY,)),
    )


def _promise(d: Draws, row: Row, number: int) -> protocol.ActionPromised:
    own = uuid5(UUID(row["id"]), str(number))
    return protocol.ActionPromised(action_id=own, what=WORDS, due_on=d.due_on(10, 40))


def _draft_comment(d: Draws, row: Row) -> protocol.ToLead:
    told = d.look.rows("joint_draft_reader", contribution_id=row["id"])
    known = [UUID(each["joint_draft_id"]) for each in told]
    latest = [each for each in known if d.look.rows("joint_draft", id=str(each), audience="bodies")]
    return protocol.DraftComment(draft_id=d.id(latest[-1:]), agrees=d.one(True, False), words=d.one(None, WORDS))


def _action_done(d: Draws, row: Row) -> protocol.ToLead:
    rows = d.look.rows("body_action", contribution_id=row["id"])
    known = [UUID(each["action_id"]) for each in rows if each["state"] == "promised"]
    return protocol.ActionDone(action_id=d.id(known), done_on=d.done_on(), evidence=d.mostly(WORDS, ""))


_SHAPES: Final[dict[str, Callable[[Draws, Row], protocol.ToLead]]] = {
    "accept": _accept,
    "decline": _decline,
    "lead_view": _lead_view,
    "timescale_view": _timescale_view,
    "information": _information,
    "attendance": _attendance,
    "submission": _submission,
    "draft_comment": _draft_comment,
    "action_done": _action_done,
}
FROM: dict[CommandKind, Callable[[Draws], Saying]] = {
    CommandKind.FROM_BODY: from_body,
    CommandKind.RECORD_FROM_BODY: record_from_body,
}
