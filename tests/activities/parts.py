"""A complaint of two issues to which another body contributes, and what that body submits."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from contracts.commands import CommandKind
from db import consent_said, joint_said
from db.joint_messages import ActionDone, ActionPromised, IssueAnswered, Submission, ToLead, kind_of, to_json
from db.models.act import Submission as Said
from db.submission_said import ApproveContribution, NameGap, RequestRevision, SettleBodyAction
from tests.activities.found import TODAY, a_case, issues_of
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body

K = CommandKind
COUNCIL = "council-1"
TRAINING = uuid4()
DUE = date(2028, 4, 20)


async def a_joint_case(apart: Apart, body: Body, issues: int = 2) -> tuple[Desk, UUID]:
    """Take a complaint to its findings; the last of its issues is a council's, which has accepted to contribute."""
    desk = await a_case(apart, body, issues)
    await agree(desk)
    return desk, contributes(desk, issues_of(desk)[-1:])


async def a_plain_joint_case(apart: Apart, body: Body) -> tuple[Desk, UUID]:
    """The same under a procedure that asks for little before the end: its two issues are only written down."""
    apart.engine.now = MORNING
    desk = await a_desk(apart, body)
    for number in (1, 2):
        apart.rows(
            "insert into issue (id, organisation_id, complaint_id, number, summary, state, act_id, raised_at)"
            " select %s, organisation_id, id, %s, 'Issue', 'open', %s, %s from complaint where id = %s",
            *(uuid4(), number, uuid4(), MORNING, desk.complaint),
        )
    await agree(desk)
    return desk, contributes(desk, issues_of(desk)[-1:])


async def agree(desk: Desk, code: str = COUNCIL) -> None:
    """Record that the person agrees that a body is told."""
    consent = consent_said.RecordConsent(
        scope="share_with_body", giver_id=desk.party(), basis="statutory", given_on=TODAY, body=code
    )
    await desk.must(K.RECORD_CONSENT, consent)


def contributes(desk: Desk, issues: list[UUID], state: str = "accepted", code: str = COUNCIL, number: int = 1) -> UUID:
    """Write down a body that contributes, as naming it and its answer would have left it."""
    one = uuid4()
    desk.apart.rows(
        "insert into contribution (id, organisation_id, complaint_id, number, kind, code, name, body_kind, bound, way,"
        " state, open_to_body, named_on, invited_on, accepted_on, changed_at, act_id)"
        " select %s, organisation_id, id, %s, 'joint', %s, 'Marker Council', 'local_authority', 'regulation_9', 'none',"
        " %s, %s, %s, %s, %s, '2028-03-02T10:00:00Z', %s from complaint where id = %s",
        *(one, number, code, state, state != "consent_blocked", TODAY),
        *(None if state == "consent_blocked" else TODAY, None if state in ("invited", "consent_blocked") else TODAY),
        *(uuid4(), desk.complaint),
    )
    for issue in issues:
        desk.apart.rows(
            "insert into contribution_issue (id, organisation_id, complaint_id, contribution_id, issue_id)"
            " select %s, organisation_id, id, %s, %s from complaint where id = %s",
            *(uuid4(), one, issue, desk.complaint),
        )
    return one


def answered(number: int = 2, **changes: Any) -> IssueAnswered:
    values: dict[str, Any] = {
        "number": number,
        "did": "We asked the marker carers.",
        "found": "Nobody came; marker.",
        "conclusion": "upheld",
        "remedy": "We say sorry; marker.",
    }
    return IssueAnswered(**values | changes)


def a_part(*answers: IssueAnswered, **changes: Any) -> Submission:
    values: dict[str, Any] = {"signed_by": "Marker Director", "signed_role": "Director of adult care"}
    return Submission(issues=answers or (answered(),), **values | changes)


def training(**changes: Any) -> ActionPromised:
    values: dict[str, Any] = {"action_id": TRAINING, "what": "Train the marker carers.", "due_on": DUE}
    return ActionPromised(**values | changes)


def training_done(on: date, **changes: Any) -> ActionDone:
    values: dict[str, Any] = {"action_id": TRAINING, "done_on": on, "evidence": "The list of marker names."}
    return ActionDone(**values | changes)


def on_file(desk: Desk) -> UUID:
    """Put a file on the complaint; return its id."""
    file = uuid4()
    desk.apart.rows(
        "insert into case_file (id, organisation_id, complaint_id, submission_id, name, media_type, size, sha256,"
        " content, attached, added_at) select %s, organisation_id, id, %s, 'a.txt', 'text/plain', 1, %s, 'a', true, %s"
        " from complaint where id = %s",
        *(file, uuid4(), "0" * 64, MORNING, desk.complaint),
    )
    return file


async def hears(desk: Desk, contribution: UUID, message: ToLead, on: date | None = None) -> Said:
    """Have somebody write down what a body said; return the submission as it then is."""
    what = joint_said.RecordFromBody(
        contribution_id=contribution,
        kind=kind_of(message),
        body=to_json(message),
        how="letter",
        said_on=on or desk.apart.engine.now.date(),
    )
    return await desk.do(K.RECORD_FROM_BODY, what)


async def must_hear(desk: Desk, contribution: UUID, message: ToLead, on: date | None = None) -> None:
    done = await hears(desk, contribution, message, on)
    assert done.state == "applied", done.refusal or done.last_failure


async def approve(desk: Desk, contribution: UUID, **changes: Any) -> str | None:
    return (await desk.do(K.APPROVE_CONTRIBUTION, ApproveContribution(contribution_id=contribution, **changes))).refusal


async def send_back(desk: Desk, contribution: UUID, due_on: date, **changes: Any) -> str | None:
    what = RequestRevision(contribution_id=contribution, reason="Say why; marker.", due_on=due_on, **changes)
    return (await desk.do(K.REQUEST_REVISION, what)).refusal


async def name_gap(desk: Desk, contribution: UUID) -> str | None:
    what = NameGap(contribution_id=contribution, reason="They are silent; marker.")
    return (await desk.do(K.NAME_GAP, what, "complaints_manager")).refusal


async def settle(desk: Desk, contribution: UUID, action: UUID, **changes: Any) -> str | None:
    values: dict[str, Any] = {"contribution_id": contribution, "action_id": action, "done": True} | changes
    return (await desk.do(K.SETTLE_BODY_ACTION, SettleBodyAction(**values))).refusal


async def release(desk: Desk, contribution: UUID) -> str | None:
    what = joint_said.ReleaseContribution(contribution_id=contribution, reason="Not needed; marker.")
    return (await desk.do(K.RELEASE_CONTRIBUTION, what)).refusal


def part(desk: Desk, contribution: UUID) -> dict[str, Any]:
    return desk.row(f"select * from contribution where complaint_id = %s and id = '{contribution}'")


def rounds(desk: Desk) -> list[tuple[int, str | None]]:
    """Return each round with what became of it."""
    found = desk.rows(
        "select s.round, r.result from body_submission s left join body_review r on r.submission_id = s.id"
        " where s.complaint_id = %s order by s.round"
    )
    return [(row["round"], row["result"]) for row in found]


def actions(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows("select * from body_action where complaint_id = %s order by due_on, id")


def told(desk: Desk, contribution: UUID) -> list[tuple[str, dict[str, Any]]]:
    """Return what was said to a body, in order."""
    found = desk.rows(
        "select kind, body from joint_message where complaint_id = %s and direction = 'out'"
        f" and contribution_id = '{contribution}' order by seq"
    )
    return [(row["kind"], row["body"]) for row in found]


def signed(desk: Desk) -> None:
    """Have the response signed: only the link of the chain that says so, beyond those that acts will write."""
    desk.apart.rows(
        "insert into case_event (complaint_id, seq, organisation_id, kind, at_us, act_id, role, data, prev_hash, hash)"
        " select id, 1000000, organisation_id, 'response.issued', 0, %s, 'handler', '{}', repeat('0', 64),"
        " repeat('1', 64) from complaint where id = %s",
        *(uuid4(), desk.complaint),
    )


def running(desk: Desk) -> list[str]:
    """Return the kinds of the running clocks about contributions and their actions."""
    found = desk.rows(
        "select kind from clock where complaint_id = %s and state = 'running' and (contribution_id is not null"
        " or kind in ('contribution_review', 'supplement')) order by kind"
    )
    return [row["kind"] for row in found]
