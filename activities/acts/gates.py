"""The gates of a procedure: what must be on record before a command, checked where the record is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from activities.acts import (
    answering,
    appointing,
    coding,
    composing,
    finding_checks,
    holds,
    intake_letters,
    issues,
    joint_readings,
    planning,
    requests,
    routes,
    seriousness,
    standing_for,
    time_limit,
)
from activities.acts.case import Case, Refused
from contracts.commands import CommandKind
from contracts.failures import Refusal
from policies.procedure_rules import Requirement

# Each reads, and changes nothing.
CHECKS: Final[dict[Requirement, Callable[[Case], Awaitable[bool]]]] = {
    Requirement.FINDINGS_COMPLETE: finding_checks.findings_complete,
    Requirement.VIEWS_SHARED: finding_checks.views_shared,
    Requirement.REMEDIES_DECIDED: finding_checks.remedies_decided,
    Requirement.REQUESTS_SETTLED: requests.are_settled,
    Requirement.NOTHING_ON_HOLD: holds.nothing_is_held,
    Requirement.STANDING_SETTLED: standing_for.is_settled,
    Requirement.TIME_LIMIT_SETTLED: time_limit.is_settled,
    Requirement.ROUTES_SCREENED: routes.are_screened,
    Requirement.CODING_COMPLETE: coding.is_complete,
    Requirement.WRITTEN_RECORD_SENT: intake_letters.is_record_sent,
    Requirement.ANSWER_GIVEN: answering.is_answered,
    Requirement.ISSUES_CONFIRMED: issues.are_confirmed,
    Requirement.PLAN_SHARED: planning.is_shared,
    Requirement.INVESTIGATOR_CLEAR: appointing.investigator_is_clear,
    Requirement.RESPONSE_COMPLETE: composing.is_complete,
    Requirement.RESPONSE_CLEARED: composing.is_cleared,
    Requirement.ISSUES_ANSWERED: composing.all_answered,
    Requirement.CONTRIBUTIONS_SETTLED: joint_readings.contributions_settled,
    Requirement.LEAD_OURS: joint_readings.lead_is_ours,
    Requirement.JOINT_DRAFT_SHARED: joint_readings.shared_with_bodies,
    Requirement.JOINT_DRAFT_WITH_PERSON: joint_readings.shared_with_person,
    Requirement.JOINT_COMMENTS_WEIGHED: joint_readings.comments_weighed,
    Requirement.SUPPLEMENT_SENT: joint_readings.supplement_sent,
    Requirement.ESCALATION_ACKNOWLEDGED: seriousness.is_acknowledged,
}


async def missing(case: Case, command: CommandKind, when: str | None = None) -> list[Requirement]:
    """Return what a command still lacks in the stage in which the case stands."""
    required = case.procedure.required(case.complaint.stage, command, when)
    built_in = [*await joint_readings.required(case, command), *await seriousness.required(case, command)]
    required = tuple(dict.fromkeys([*required, *built_in]))
    return [requirement for requirement in required if not await CHECKS[requirement](case)]


async def pass_or_refuse(case: Case, command: CommandKind, when: str | None = None) -> None:
    """Refuse a command that lacks something, and say what."""
    if lacking := await missing(case, command, when):
        raise Refused(Refusal.REQUIREMENTS_MISSING, [requirement.value for requirement in lacking])
