"""SQL of the codes for the returns: what is coded of a complaint, and what else can be worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.casework import Issue
from db.models.coding import CodedSubject, Coding, EqualityMonitoring
from db.models.complaint import Complaint, Party
from db.queries.submissions_of_bodies import others_issues

FIELDS: Final = ("age_band", "complainant_status", "site", "ward", "service_area", "profession")
_DATES: Final = ("happened_on", "noticed_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """What is coded of a complaint. `filled` are the fields that have a value, subjects apart.

    `subjects_known` counts codes of subjects, those that stand on the issues themselves included.
    """

    coding: Coding | None
    subjects: Sequence[CodedSubject]
    filled: frozenset[str]
    subjects_known: int
    uncoded_issues: int
    born_on: date | None
    monitored: bool


async def coded(session: AsyncSession, complaint: Complaint) -> Coded:
    """Return what is coded of a complaint."""
    coding = await coding_of(session, complaint.id)
    subjects = await subjects_of(session, complaint.id)
    issues = list(
        await session.scalars(select(Issue).where(Issue.complaint_id == complaint.id, Issue.state != "taken_back"))
    )
    # Each body counts what it dealt with, once: the issues of another are coded there, and not here.
    theirs = await others_issues(session, complaint.id)
    issues = [issue for issue in issues if issue.id not in theirs]
    subjects = [each for each in subjects if each.issue_id not in theirs]
    by_issue = {each.issue_id for each in subjects}
    own = [issue for issue in issues if issue.subject is not None]
    filled = {name for name in FIELDS if coding is not None and getattr(coding, name) is not None}
    filled |= {name for name in _DATES if getattr(complaint, name) is not None}
    return Coded(
        coding=coding,
        subjects=subjects,
        filled=frozenset(filled),
        subjects_known=len(subjects) + len(own),
        uncoded_issues=sum(issue.subject is None and issue.id not in by_issue for issue in issues),
        born_on=await _born_on(session, complaint.id),
        monitored=await equality_of(session, complaint.id) is not None,
    )


async def coding_of(session: AsyncSession, complaint_id: UUID) -> Coding | None:
    """Return the codes of a complaint as a whole."""
    found: Coding | None = await session.scalar(select(Coding).where(Coding.complaint_id == complaint_id))
    return found


async def subjects_of(session: AsyncSession, complaint_id: UUID) -> list[CodedSubject]:
    """Return what a complaint and its issues are about, as it was said last."""
    rows = await session.scalars(
        select(CodedSubject)
        .where(CodedSubject.complaint_id == complaint_id, CodedSubject.replaced_by.is_(None))
        .order_by(CodedSubject.position)
    )
    return list(rows)


async def replace_subjects(session: AsyncSession, complaint_id: UUID, act_id: UUID) -> None:
    """Put an end to what was said of the subjects before an act."""
    await session.execute(
        update(CodedSubject)
        .where(CodedSubject.complaint_id == complaint_id, CodedSubject.replaced_by.is_(None))
        .values(replaced_by=act_id)
    )


async def equality_of(session: AsyncSession, complaint_id: UUID) -> EqualityMonitoring | None:
    """Return what a person chose to say of themselves. Never to be shown beside the complaint."""
    found: EqualityMonitoring | None = await session.scalar(
        select(EqualityMonitoring).where(EqualityMonitoring.complaint_id == complaint_id)
    )
    return found


async def _born_on(session: AsyncSession, complaint_id: UUID) -> date | None:
    """Return the birthday of the person affected; of whoever complained where that is the same person."""
    rows = await session.scalars(
        select(Party).where(
            Party.complaint_id == complaint_id,
            Party.role.in_(("affected", "complainant")),
            Party.replaced_by.is_(None),
            Party.retired_at.is_(None),
        )
    )
    by_role = {party.role: party.born_on for party in rows}
    return by_role["affected"] if "affected" in by_role else by_role.get("complainant")
