"""A complaint of several bodies on its way to the one response: parts approved, drafted, shared, commented on."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from contracts.commands import CommandKind
from db import desk_said, finding_said
from db.joint_draft_said import RecordJointComment, ShareJointDraft, WeighJointComment
from db.joint_messages import DraftComment
from db.lead_said import DecideLead
from db.models.act import Submission
from tests.activities import parts
from tests.activities.drafted import clear, draft, sign
from tests.activities.found import a_finding, decide, issues_of, proposed
from tests.activities.office_desk import Desk
from tests.apart import Apart
from tests.bodies import Body

K = CommandKind


async def undrafted(apart: Apart, body: Body) -> tuple[Desk, UUID]:
    """Take a complaint to where one draft can be composed: ours found on, the council's part approved, we lead."""
    desk, one = await parts.a_joint_case(apart, body)
    await ours_found(desk)
    await parts.must_hear(desk, one, parts.a_part(actions=(parts.training(),)))
    assert await parts.approve(desk, one) is None
    await we_lead(desk)
    return desk, one


async def ours_found(desk: Desk) -> None:
    await desk.must(K.RECORD_FINDING, a_finding(issues_of(desk)[0]), "investigator")
    await desk.must(K.SKIP_VIEWS, finding_said.SkipViews(reason="Nobody disputes it."), "complaints_manager")
    sorry = finding_said.ProposeRemedy(kind="apology", words="We are sorry that nobody called.", basis="Fault found")
    decision = await decide(desk, await proposed(desk, sorry), "approved")
    assert decision.state == "applied", decision.refusal


async def we_lead(desk: Desk) -> None:
    await desk.must(K.DECIDE_LEAD, DecideLead(lead=desk.body.code, reason="Most of it is ours."), "responsible_person")


async def drafted(apart: Apart, body: Body) -> tuple[Desk, UUID]:
    """A complaint whose one draft is composed and cleared, and shared with nobody yet."""
    desk, one = await undrafted(apart, body)
    assert await draft(desk) is None
    assert await clear(desk) is None
    return desk, one


async def share(desk: Desk, audience: Any = "bodies", by: str | None = "handler", **more: Any) -> Submission:
    return await desk.do(K.SHARE_JOINT_DRAFT, ShareJointDraft(audience=audience, **more), by)


async def shared(desk: Desk, audience: Any = "bodies", **more: Any) -> UUID:
    """Share the draft; return the id of the sharing."""
    done = await share(desk, audience, **more)
    assert done.state == "applied", done.refusal or done.last_failure
    return UUID(shares(desk)[-1]["id"])


async def left_out(desk: Desk, audience: Any = "person") -> None:
    done = await share(desk, audience, "complaints_manager", skip_reason="They asked us not to send one.")
    assert done.state == "applied", done.refusal


async def says(desk: Desk, one: UUID, draft_id: UUID, words: str | None = None) -> Submission:
    """Have a body comment on a draft: that it agrees, or what it says."""
    return await parts.hears(desk, one, DraftComment(draft_id=draft_id, agrees=words is None, words=words))


async def release(desk: Desk) -> UUID:
    """Release the draft that goes to the person; return the notice."""
    (notice,) = [each for each in desk.notices("joint_draft") if each["state"] == "draft"]
    await desk.must(K.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=UUID(notice["id"])))
    return UUID(notice["id"])


async def person_says(desk: Desk, draft_id: UUID, words: str | None, on: date | None = None) -> Submission:
    what = RecordJointComment(
        draft_id=draft_id,
        received_on=on or desk.apart.engine.now.date(),
        agrees=words is None,
        words=words,
        party_id=desk.party(),
    )
    return await desk.do(K.RECORD_JOINT_COMMENT, what)


async def weigh(desk: Desk, draft_id: UUID, comment: int = -1, used: Any = "used") -> Submission:
    one = comments(desk)[comment]
    what = WeighJointComment(draft_id=draft_id, comment_id=UUID(one["id"]), used=used, reason="It was right; marker.")
    return await desk.do(K.WEIGH_JOINT_COMMENT, what)


async def missing(desk: Desk) -> list[str]:
    """Return what the signature still lacks; nothing where it was signed."""
    return (await sign(desk)).missing or []


def shares(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows("select * from joint_draft where complaint_id = %s order by number")


def comments(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows("select * from joint_comment where complaint_id = %s order by number")


def said_to(desk: Desk, one: UUID, kind: str) -> list[dict[str, Any]]:
    return [body for each, body in parts.told(desk, one) if each == kind]
