"""Issues that an act names: found on the very complaint it is about, and still part of it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from activities.acts.case import Case, refuse_if
from activities.acts.issues import LIVE
from contracts.failures import Refusal
from db.models.casework import Issue
from db.queries import casework


async def named(case: Case, issue_ids: Sequence[UUID]) -> list[Issue]:
    """Return the issues that are named, each once, by their numbers. Refused for one that is not of this complaint."""
    known = {issue.id: issue for issue in await casework.issues_of(case.session, case.complaint.id)}
    refuse_if(any(each not in known or known[each].state not in LIVE for each in issue_ids), Refusal.UNKNOWN_ISSUE)
    return sorted((known[each] for each in set(issue_ids)), key=lambda issue: issue.number)
