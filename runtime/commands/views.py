"""The lists of workflows that operators look at: each a name, what it means, and a filter of Temporal's list.

Filters know no "now": `{now}` and its kin are filled in when a link is made.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

_OPEN: Final = "WorkflowType = 'complaint' AND ExecutionStatus = 'Running'"
# A rung fires seconds after its instant; what is this late is stuck.
GRACE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One list. `healthy` says what it looks like when all is well."""

    title: str
    filter: str
    healthy: str

    @property
    def timeless(self) -> bool:
        """Say whether the filter holds no instant, so that its link can be kept."""
        return "{" not in self.filter

    def at(self, now: datetime) -> str:
        """Return the filter with its instants filled in."""
        return self.filter.format(
            now=_stamp(now), stuck=_stamp(now - GRACE), tomorrow=_stamp(now + timedelta(days=1)),
            four_days_ago=_stamp(now - timedelta(days=4)),
        )  # fmt: skip


VIEWS: Final = (
    View(
        title="stuck, whatever the reason",
        filter="ExecutionStatus = 'Running' AND RedressNextDueAt < '{stuck}'",
        healthy="empty",
    ),
    View(
        title="needs attention",
        filter="ExecutionStatus = 'Running' AND RedressNeedsAttention = true",
        healthy="empty",
    ),
    View(
        title="workflow task is failing",
        filter="ExecutionStatus = 'Running' AND TemporalReportedProblems IS NOT NULL",
        healthy="empty; under heavy load an entry may come and go",
    ),
    View(
        title="ended in a way that no complaint may end",
        filter="WorkflowType = 'complaint' AND ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut', 'Canceled')",
        healthy="empty, for ever",
    ),
    View(title="open complaints", filter=_OPEN, healthy="all that PostgreSQL calls open"),
    View(title="waits on its owner", filter=f"{_OPEN} AND RedressWaitingOn = 'owner'", healthy="most of them"),
    View(
        title="waits on the person who complained",
        filter=f"{_OPEN} AND RedressWaitingOn = 'complainant'",
        healthy="as the caseload is",
    ),
    View(title="being opened", filter=f"{_OPEN} AND RedressReference IS NULL", healthy="empty within seconds"),
    View(
        title="something falls due within a day",
        filter=_OPEN + " AND RedressNextDueAt < '{tomorrow}'",
        healthy="as the caseload is",
    ),
    View(
        title="notices under way",
        filter="WorkflowType = 'notice' AND ExecutionStatus = 'Running'",
        healthy="few: held ones, and those whose gateway is away",
    ),
    View(
        title="notices under way for four days",
        filter="WorkflowType = 'notice' AND ExecutionStatus = 'Running' AND StartTime < '{four_days_ago}'",
        healthy="held ones only",
    ),
    View(
        title="involvements of staff",
        filter="WorkflowType = 'involvement' AND ExecutionStatus = 'Running'",
        healthy="one for each member of staff to whom something is owed",
    ),
    View(
        title="contributions of other bodies",
        filter="WorkflowType = 'contribution' AND ExecutionStatus = 'Running'",
        healthy="one for each body that something is awaited of",
    ),
    View(
        title="escalations that ask for a senior leader",
        filter="WorkflowType = 'escalation' AND ExecutionStatus = 'Running' AND RedressStage = 'asking'",
        healthy="empty, or minutes old",
    ),
    View(
        title="beside complaints: escalations, candour, referrals",
        filter="WorkflowType IN ('escalation', 'candour', 'referral') AND ExecutionStatus = 'Running'",
        healthy="those that have not ended, also of complaints that are closed",
    ),
    View(
        title="actions that follow from complaints",
        filter="WorkflowType = 'action' AND ExecutionStatus = 'Running'",
        healthy="one for each action until it is done, told and looked at again, also of complaints that are closed",
    ),
    View(
        title="what boards and panels do: occurrences under way",
        filter="WorkflowType = 'governance' AND ExecutionStatus = 'Running'",
        healthy="one for each that waits for a step; `RedressStage` names what it is and the step",
    ),
    View(
        title="subscriptions to events",
        filter="WorkflowType = 'webhooks' AND ExecutionStatus = 'Running'",
        healthy="one for each subscription with an event in the last hour, or one that waits",
    ),
    View(
        title="changes of a calendar",
        filter="WorkflowType = 'change_set' AND ExecutionStatus = 'Running'",
        healthy="those that await approval",
    ),
    View(
        title="bulk operations under way",
        filter="WorkflowType = 'bulk' AND ExecutionStatus = 'Running'",
        healthy="those of the last minutes",
    ),
    View(
        title="leavers",
        filter="WorkflowType = 'leaver' AND ExecutionStatus = 'Running'",
        healthy="one for each person whose last day is known",
    ),
    View(
        title="imports",
        filter="WorkflowType = 'import' AND ExecutionStatus = 'Running'",
        healthy="those that wait for a decision, or run",
    ),
)


def links(ui_url: str, namespace: str, now: datetime) -> Iterator[tuple[View, str]]:
    """Yield every list with its address in the Temporal UI."""
    for view in VIEWS:
        yield view, link(ui_url, namespace, view.at(now))


def link(ui_url: str, namespace: str, query: str) -> str:
    """Return the address of a filtered list."""
    return f"{ui_url}/namespaces/{namespace}/workflows?query={quote(query, safe='')}"


def _stamp(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
