"""What the API asks of the workflow engine, and no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol
from uuid import UUID

from contracts.bulk import BulkStart
from contracts.change_sets import ChangeSetStart, Decision, DecisionOutcome
from contracts.complaint import Happening, Resumed
from contracts.governance import GovernanceStart, SeriesPlan
from contracts.imports import ImportDecision, ImportOutcome, ImportStart
from contracts.joint import JointCodeStart, JointPartStart
from contracts.leavers import LeaverStart
from contracts.webhooks import WebhooksStart
from gateways.delivery import Deliverer


class Engine(Deliverer, Protocol):
    """What the API asks of the workflow engine."""

    async def resume(self, complaint_id: UUID, submission_id: UUID, budget: timedelta) -> Resumed:
        """Ask a complaint to try its parked acts again."""
        ...

    async def happening(self, complaint_id: UUID, budget: timedelta) -> Happening:
        """Ask what is happening right now to one complaint."""
        ...

    async def start_change_set(self, start: ChangeSetStart) -> None:
        """Start the workflow that owns a change of calendar."""
        ...

    async def start_import(self, start: ImportStart) -> None:
        """Start the workflow that owns an import, or leave the one that runs."""
        ...

    async def decide_import(self, import_id: UUID, decision: ImportDecision, budget: timedelta) -> ImportOutcome:
        """Carry the decision on a dry run."""
        ...

    async def start_bulk(self, start: BulkStart) -> None:
        """Start the workflow that owns a bulk operation, or leave the one that runs."""
        ...

    async def tell_leaver(self, start: LeaverStart) -> None:
        """Start the workflow that owns a leaving, or tell it that something has changed."""
        ...

    async def tell_governance(self, start: GovernanceStart) -> None:
        """Start the workflow of an occurrence, or tell the one that runs to look."""
        ...

    async def schedule_series(self, plan: SeriesPlan) -> None:
        """Create the schedule of a series, or bring it up to date."""
        ...

    async def unschedule_series(self, plan: SeriesPlan) -> None:
        """Take away the schedule of a series."""
        ...

    async def decide_change_set(self, change_set_id: UUID, decision: Decision, budget: timedelta) -> DecisionOutcome:
        """Carry an approver's decision."""
        ...

    async def tell_webhooks(self, start: WebhooksStart) -> None:
        """Start the workflow of a subscription to webhooks, or tell the one that runs to look."""
        ...

    async def tell_joint_part(self, start: JointPartStart) -> None:
        """Start the workflow that carries the messages of a part of ours, or tell it to look."""
        ...

    async def start_joint_code(self, start: JointCodeStart) -> None:
        """Start the workflow that sends a code to the contact of a body without a system."""
        ...
