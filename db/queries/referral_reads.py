"""SQL that reads referrals: those of a complaint with all that hangs on them, the organisation's, and its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.action import Action, ActionDone, ActionFile
from db.models.clock import ClockRow
from db.models.complaint import Complaint
from db.models.proceeding import Proceeding
from db.models.recommendation import Recommendation, RecommendationFile
from db.models.referral import DecisionComment, Referral, ReferralDecision, ReferralEnquiry, ReferralLearning
from db.models.work import Notice
from db.queries.keyset import After, beyond

# What a letter calls those to whom it sends a person: whoever was signposted can read it there.
_NAMED: Final = ("%ombudsman%", "%adjudicator%", "%independent case examiner%")
# Drafts, and what was withheld or discarded, told nobody anything.
_UNSENT: Final = ("draft", "withheld", "discarded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A referral with its proceeding, the reference of its complaint, and its clock that runs out first."""

    referral: Referral
    proceeding: Proceeding
    reference: str
    due_on: date | None
    clock: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """An action that carries out a recommendation, its state, and its last completion with what shows it."""

    action: Action
    state: str
    done: ActionDone | None
    files: list[UUID]

    def carries(self, recommendation_id: UUID) -> bool:
        """Say whether it carries out a recommendation."""
        return self.action.recommendation_id == recommendation_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Referrals received and decided, and recommendations by what became of them, of a stretch of time."""

    received: dict[str, int]
    decided: dict[str, int]
    recommendations: dict[str, int]


async def of_complaint(session: AsyncSession, complaint_id: UUID) -> list[Line]:
    """Return the referrals of a complaint, in the order in which they were received."""
    rows = await session.execute(
        _lines().where(Referral.complaint_id == complaint_id).order_by(Referral.received_on, Referral.id)
    )
    return [_line(row) for row in rows]


async def worklist(session: AsyncSession, *, open: bool | None, after: After | None, limit: int) -> list[Line]:
    """Return at most `limit` referrals of the organisation after a key, the longest received first."""
    query = _lines()
    if open is not None:
        query = query.where(Proceeding.ended_on.is_(None) if open else Proceeding.ended_on.is_not(None))
    rows = await session.execute(
        query.where(beyond(Referral.received_on, Referral.id, after))
        .order_by(Referral.received_on, Referral.id)
        .limit(limit)
    )
    return [_line(row) for row in rows]


async def enquiries_about(session: AsyncSession, complaint_id: UUID) -> Sequence[ReferralEnquiry]:
    """Return every enquiry about a complaint."""
    query = select(ReferralEnquiry).where(ReferralEnquiry.complaint_id == complaint_id)
    return (await session.scalars(query.order_by(ReferralEnquiry.number))).all()


async def carried_about(session: AsyncSession, complaint_id: UUID) -> list[Carried]:
    """Return the actions that carry out recommendations about a complaint, but for those that were let go of."""
    rows = await session.execute(
        select(Action, Proceeding.state)
        .join(Proceeding, Proceeding.id == Action.id)
        .where(
            Action.complaint_id == complaint_id,
            Action.recommendation_id.is_not(None),
            Proceeding.ended_cause.is_distinct_from("dropped"),
        )
        .order_by(Proceeding.number, Action.id)
    )
    found = {row[0].id: (row[0], row[1]) for row in rows}
    done = select(ActionDone).where(ActionDone.action_id.in_(found)).order_by(ActionDone.number)
    last = {each.action_id: each for each in await session.scalars(done)}
    files = select(ActionFile).where(ActionFile.complaint_id == complaint_id).order_by(ActionFile.file_id)
    shown = (await session.scalars(files)).all() if found else ()
    return [
        Carried(
            action=action,
            state=state,
            done=last.get(action.id),
            files=[each.file_id for each in shown if action.id in last and each.done_id == last[action.id].id],
        )
        for action, state in found.values()
    ]


async def decisions_about(session: AsyncSession, complaint_id: UUID) -> Sequence[ReferralDecision]:
    """Return every decision about a complaint."""
    query = select(ReferralDecision).where(ReferralDecision.complaint_id == complaint_id)
    return (await session.scalars(query.order_by(ReferralDecision.number))).all()


async def recommendations_about(session: AsyncSession, complaint_id: UUID) -> Sequence[Recommendation]:
    """Return every recommendation about a complaint."""
    query = select(Recommendation).where(Recommendation.complaint_id == complaint_id)
    return (await session.scalars(query.order_by(Recommendation.number))).all()


async def comments_about(session: AsyncSession, complaint_id: UUID) -> Sequence[DecisionComment]:
    """Return what we said of preliminary decisions about a complaint."""
    query = select(DecisionComment).where(DecisionComment.complaint_id == complaint_id)
    return (await session.scalars(query.order_by(DecisionComment.said_at, DecisionComment.id))).all()


async def learning_about(session: AsyncSession, complaint_id: UUID) -> Sequence[ReferralLearning]:
    """Return what was learned and published of the referrals of a complaint."""
    query = select(ReferralLearning).where(ReferralLearning.complaint_id == complaint_id)
    return (await session.scalars(query.order_by(ReferralLearning.said_at, ReferralLearning.id))).all()


async def files_about(session: AsyncSession, complaint_id: UUID) -> Sequence[RecommendationFile]:
    """Return which files show compliance with recommendations about a complaint."""
    query = select(RecommendationFile).where(RecommendationFile.complaint_id == complaint_id)
    return (await session.scalars(query.order_by(RecommendationFile.file_id))).all()


async def letters_of(session: AsyncSession, rows: Sequence[Recommendation]) -> dict[UUID, Notice]:
    """Return the letters that tell of compliance with recommendations, by id."""
    ids = [each.notice_id for each in rows if each.notice_id is not None]
    return {each.id: each for each in await session.scalars(select(Notice).where(Notice.id.in_(ids)))}


async def signposted(session: AsyncSession, complaint_id: UUID) -> Sequence[Notice]:
    """Return the letters to people outside that name who looks at it next, as they were sent."""
    query = select(Notice).where(
        Notice.complaint_id == complaint_id,
        Notice.audience != "staff",
        Notice.state.not_in(_UNSENT),
        or_(*(Notice.body.ilike(each) for each in _NAMED)),
    )
    return (await session.scalars(query.order_by(Notice.released_at, Notice.id))).all()


async def tally(session: AsyncSession, first: date, until: date, on: date) -> Tally:
    """Count referrals by the day of receipt, decisions by their day, recommendations by their target, as of a day."""
    received = select(Referral.kind, func.count()).where(Referral.received_on.between(first, until))
    called = case((ReferralDecision.kind == "final", ReferralDecision.outcome), else_=ReferralDecision.kind)
    decided = select(called, func.count()).where(
        ReferralDecision.decided_on.between(first, until), ReferralDecision.kind != "preliminary"
    )
    became = case(
        (Recommendation.in_time.is_(True), "in_time"),
        (Recommendation.in_time.is_not(None), "late"),
        (Recommendation.lifted_on.is_not(None), "let_go"),
        (and_(Recommendation.complied_on.is_(None), Proceeding.ended_on.is_not(None)), "let_go"),
        (Recommendation.target_on < on, "overdue"),
        else_="open",
    )
    made = (
        select(became, func.count())
        .join(Proceeding, Proceeding.id == Recommendation.referral_id)
        .where(Recommendation.target_on.between(first, until))
    )
    return Tally(
        received=await _counted(session, received.group_by(Referral.kind)),
        decided=await _counted(session, decided.group_by(called)),
        recommendations=await _counted(session, made.group_by(became)),
    )


async def _counted(session: AsyncSession, query: Any) -> dict[str, int]:
    return {str(row[0]): int(row[1]) for row in await session.execute(query)}


def _lines() -> Any:
    first = (
        select(ClockRow.due_on, ClockRow.kind)
        .where(ClockRow.proceeding_id == Referral.id, ClockRow.state == "running")
        .order_by(ClockRow.due_at, ClockRow.id)
        .limit(1)
        .correlate(Referral)
        .lateral("first")
    )
    return (
        select(Referral, Proceeding, Complaint.reference, first.c.due_on, first.c.kind)
        .join(Proceeding, Proceeding.id == Referral.id)
        .join(Complaint, Complaint.id == Referral.complaint_id)
        .outerjoin(first, true())
    )


def _line(row: Any) -> Line:
    return Line(referral=row[0], proceeding=row[1], reference=row[2], due_on=row[3], clock=row[4])
