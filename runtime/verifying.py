"""Verifies the evidence: every chain against its rows, its head and the newest anchor, every act against its events.

It only reads. What it finds names the complaint, the event and what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from db.engine import Database, SweeperDatabase
from db.evidence import Fault
from db.models.complaint import Complaint
from db.queries import sweeps, traces
from db.queries.events import check_complaint
from gateways.anchors import Anchor, AnchorDamaged, AnchoredHead, AnchorStore

_PAGE: Final = 200
Heads = Mapping[UUID, AnchoredHead]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong: of which complaint, at which event, and what."""

    what: str
    organisation_id: UUID | None = None
    complaint_id: UUID | None = None
    reference: str | None = None
    seq: int | None = None
    act_id: UUID | None = None


@dataclass(slots=True, kw_only=True)
class VerifyReport:
    """What was verified, and what is wrong. `anchor_day` is None when no sound anchor was there."""

    organisations: int = 0
    complaints: int = 0
    events: int = 0
    anchor_day: date | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Say whether nothing is wrong."""
        return not self.findings


async def verify(database: Database, sweeper: SweeperDatabase, anchors: AnchorStore, now: datetime) -> VerifyReport:
    """Verify the evidence of every complaint of every organisation."""
    report = VerifyReport()
    anchor = await _newest(anchors, report)
    heads = {head.complaint_id: head for head in anchor.heads} if anchor else {}
    seen: set[UUID] = set()
    async with sweeper.session() as session:
        organisations = await sweeps.organisations(session)
    for organisation in organisations:
        report.organisations += 1
        seen |= await _chains(database, organisation.organisation_id, now, heads, report)
        await _traces(database, organisation.organisation_id, now, report)
    _removed(heads, seen, report)
    return report


async def _newest(anchors: AnchorStore, report: VerifyReport) -> Anchor | None:
    """Return the newest anchor that is what was written; name those that are not."""
    for day in await anchors.days():
        try:
            anchor = await anchors.read(day)
        except AnchorDamaged:
            report.findings.append(Finding(what=f"the anchor of {day:%Y-%m-%d} is damaged"))
            continue
        report.anchor_day = anchor.day
        return anchor
    return None


async def _chains(
    database: Database, organisation_id: UUID, now: datetime, heads: Heads, report: VerifyReport
) -> set[UUID]:
    """Check every chain of one organisation; return the complaints that are there."""
    seen: set[UUID] = set()
    after: UUID | None = None
    while True:
        doubtful: list[Complaint] = []
        async with database.tenant(organisation_id, now) as session:
            page = await traces.complaints_after(session, organisation_id, after, _PAGE)
            for complaint in page:
                report.events += complaint.event_seq
                if await check_complaint(session, complaint, _anchored(heads, complaint.id)):
                    doubtful.append(complaint)
        for complaint in doubtful:
            await _certain(database, complaint, now, heads, report)
        report.complaints += len(page)
        seen |= {complaint.id for complaint in page}
        if len(page) < _PAGE:
            return seen
        after = page[-1].id


async def _certain(database: Database, complaint: Complaint, now: datetime, heads: Heads, report: VerifyReport) -> None:
    """Look again under the complaint's lock: an act may have been applied between its row and its events."""
    async with database.tenant(complaint.organisation_id, now) as session:
        faults = await traces.check_locked(session, complaint.id, _anchored(heads, complaint.id))
    report.findings += [_finding(complaint, fault) for fault in faults]


async def _traces(database: Database, organisation_id: UUID, now: datetime, report: VerifyReport) -> None:
    async with database.tenant(organisation_id, now) as session:
        found = await traces.untraced(session, organisation_id)
    report.findings += [
        Finding(
            what=each.what,
            organisation_id=organisation_id,
            complaint_id=each.complaint_id,
            reference=each.reference,
            seq=each.seq,
            act_id=each.act_id,
        )
        for each in found
    ]


def _removed(heads: Heads, seen: set[UUID], report: VerifyReport) -> None:
    """Name the complaints of the anchor that are gone, their organisation perhaps with them."""
    report.findings += [
        Finding(
            what="the complaint of the exported anchor is removed",
            organisation_id=head.organisation_id,
            complaint_id=head.complaint_id,
            reference=head.reference,
            seq=head.seq,
        )
        for head in heads.values()
        if head.complaint_id not in seen
    ]


def _anchored(heads: Heads, complaint_id: UUID) -> tuple[int, str] | None:
    head = heads.get(complaint_id)
    return None if head is None else (head.seq, head.head)


def _finding(complaint: Complaint, fault: Fault) -> Finding:
    return Finding(
        what=fault.what,
        organisation_id=complaint.organisation_id,
        complaint_id=complaint.id,
        reference=complaint.reference,
        seq=fault.seq,
    )
