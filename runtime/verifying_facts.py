"""Brings what reports know up to the chains of evidence, for every organisation, and verifies it against them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from activities.reporting import projecting, refolding
from activities.reporting.projecting import CaughtUp
from db.engine import Database, SweeperDatabase
from db.queries import sweeps
from runtime.verifying import Finding


@dataclass(slots=True, kw_only=True)
class FactsReport:
    """What was folded again, and what is wrong."""

    complaints: int = 0
    events: int = 0
    findings: list[Finding] = field(default_factory=list)


async def catch_up(database: Database, sweeper: SweeperDatabase, now: datetime) -> CaughtUp:
    """Read every chain of every organisation as far as it has grown, each organisation in a transaction of its own."""
    done = CaughtUp()
    async with sweeper.session() as session:
        organisations = await sweeps.organisations(session)
    for organisation in organisations:
        async with database.tenant(organisation.organisation_id, now) as session:
            found = await projecting.catch_up(session, organisation.organisation_id, now)
        done.complaints += found.complaints
        done.events += found.events
        done.versions += found.versions
    return done


async def verify_facts(database: Database, sweeper: SweeperDatabase, now: datetime) -> FactsReport:
    """Fold every chain of every organisation again, as far as it was read, and compare. It only reads."""
    report = FactsReport()
    async with sweeper.session() as session:
        organisations = await sweeps.organisations(session)
    for organisation in organisations:
        async with database.tenant(organisation.organisation_id, now) as session:
            found = await refolding.verify(session, organisation.organisation_id)
        report.complaints += found.complaints
        report.events += found.events
        report.findings += [
            Finding(
                what=fault.what,
                organisation_id=organisation.organisation_id,
                complaint_id=fault.complaint_id,
                reference=fault.reference,
                seq=fault.seq,
            )
            for fault in found.faults
        ]
    return report
