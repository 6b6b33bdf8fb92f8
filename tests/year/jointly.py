"""A complaint of the year to which a GP practice contributes by telephone: its part, and one draft for both."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from contracts.commands import CommandKind as K
from db import joint_messages as told
from db.joint_draft_said import ShareJointDraft
from db.joint_said import NameBody
from db.lead_said import ProposeLead, SetJointTimescale
from db.submission_said import ApproveContribution
from tests.year.turns import consent_for, hear

if TYPE_CHECKING:
    from tests.year.life import Life

SENIOR: Final = "senior_leader"
PRACTICE: Final = ("A81999", "Low Road Surgery")


async def invited(life: Life, respond_in: int) -> None:
    """The last issue is the practice's: it takes part, and agrees who leads and by when."""
    code, name = PRACTICE
    issue = await theirs(life)
    body = NameBody(code=code, name=name, body_kind="nhs", bound="regulation_9", way="none", issue_ids=(issue["id"],))
    await life.must(K.NAME_BODY, body)
    await consent_for(life, code)
    await hear(life, told.Accept(contact="Con Tact", senior_lead="Part Ner"))
    await life.must(K.PROPOSE_LEAD, ProposeLead(person_prefers=life.trust.body.code))
    await hear(life, told.LeadView(agrees=True))
    days = SetJointTimescale(
        contribute_by=life.today + timedelta(days=14), respond_by=life.today + timedelta(days=respond_in)
    )
    await life.must(K.SET_JOINT_TIMESCALE, days)
    await hear(life, told.TimescaleView(agrees=True))


async def contributed(life: Life) -> None:
    """The practice says what it found, and that is approved."""
    issue = await theirs(life)
    answer = told.IssueAnswered(
        number=issue["number"], did="We asked the desk.", found="Nobody rang back.", conclusion="upheld",
        remedy="We are sorry, and ring back the same day.",
    )  # fmt: skip
    await hear(life, told.Submission(issues=(answer,), signed_by="Part Ner", signed_role="Partner"))
    (row,) = await life.rows("select id from contribution where complaint_id = :id")
    await life.must(K.APPROVE_CONTRIBUTION, ApproveContribution(contribution_id=row["id"]))


async def agreed(life: Life) -> None:
    """The practice agrees to the draft, which the person has heard on the telephone."""
    await life.must(K.SHARE_JOINT_DRAFT, ShareJointDraft(audience="bodies", comment_by=life.today + timedelta(days=7)))
    (row,) = await life.rows("select id from joint_draft where complaint_id = :id order by number desc limit 1")
    await hear(life, told.DraftComment(draft_id=row["id"], agrees=True))
    skipped = ShareJointDraft(audience="person", skip_reason="It was read to them on the telephone.")
    await life.must(K.SHARE_JOINT_DRAFT, skipped, SENIOR)


async def theirs(life: Life) -> dict[str, object]:
    """Return the issue that is the practice's."""
    rows = await life.rows("select id, number from issue where complaint_id = :id order by number desc limit 1")
    return dict(rows[0])
