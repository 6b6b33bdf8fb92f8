"""Names on the wire: task queues, workflow ids, search attributes, workflow, update and activity names.

Each was chosen once. Renaming one breaks complaints that are already open: add, never change.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

# Task queues. People wait on intake; nobody waits on a sweep.
CASES: Final = "cases"
DELIVERY: Final = "delivery"
BULK: Final = "bulk"
TASK_QUEUES: Final = (CASES, DELIVERY, BULK)

# Workflow types.
COMPLAINT: Final = "complaint"
AFTERWARDS: Final = "complaint.afterwards"
NOTICE: Final = "notice"
CHANGE_SET: Final = "change_set"
IMPORT: Final = "import"
BULK_OPERATION: Final = "bulk"
LEAVER: Final = "leaver"
INVOLVEMENT: Final = "involvement"
WEBHOOKS: Final = "webhooks"
CONTRIBUTION: Final = "contribution"
JOINT_PART: Final = "joint_part"
JOINT_CODE: Final = "joint_code"
ESCALATION: Final = "escalation"
CANDOUR: Final = "candour"
REFERRAL: Final = "referral"
ACTION: Final = "action"
GOVERNANCE_TURN: Final = "governance_turn"
GOVERNANCE: Final = "governance"
DELIVERY_SWEEP: Final = "sweep.deliver"
ANCHOR: Final = "evidence.anchor"
SENIOR_DIGEST: Final = "senior_digest"

# Updates and queries.
SUBMIT: Final = "complaint.submit"
RESUME: Final = "complaint.resume"
HAPPENING: Final = "complaint.happening"
CHANGE_SET_DECIDE: Final = "change_set.decide"
LEAVER_CHANGED: Final = "leaver.changed"
IMPORT_DECIDE: Final = "import.decide"
INVOLVEMENT_CHANGED: Final = "involvement.changed"
WEBHOOKS_CHANGED: Final = "webhooks.changed"
CONTRIBUTION_CHANGED: Final = "contribution.changed"
JOINT_PART_CHANGED: Final = "joint_part.changed"
PROCEEDING_CHANGED: Final = "proceeding.changed"
GOVERNANCE_CHANGED: Final = "governance.changed"

# Activities.
APPLY: Final = "case_file.apply"
PARK: Final = "case_file.park"
SEND_NOTICE: Final = "notice.send"
GIVE_UP_NOTICE: Final = "notice.give_up"
REPORT_NOTICE: Final = "notice.report"
DRY_RUN: Final = "change_set.dry_run"
ENACT: Final = "change_set.enact"
REDATE: Final = "change_set.redate"
SETTLE: Final = "change_set.settle"
BULK_PAGE: Final = "bulk.page"
BULK_SETTLE: Final = "bulk.settle"
LEAVER_LOOK: Final = "leaver.look"
LEAVER_HAND_OVER: Final = "leaver.hand_over"
IMPORT_CHECK: Final = "import.check"
IMPORT_ENACT: Final = "import.enact"
IMPORT_ROWS: Final = "import.rows"
IMPORT_LOOK: Final = "import.look"
IMPORT_RECONCILE: Final = "import.reconcile"
INVOLVEMENT_LOOK: Final = "involvement.look"
NOTIFY_SEND: Final = "notice.send_by_notify"
NOTIFY_FOLLOW: Final = "notice.follow_by_notify"
WEBHOOKS_LOOK: Final = "webhooks.look"
WEBHOOKS_SEND: Final = "webhooks.send"
CONTRIBUTION_LOOK: Final = "contribution.look"
JOINT_PART_PULL: Final = "joint_part.pull"
JOINT_PART_PUSH: Final = "joint_part.push"
JOINT_CODE_SEND: Final = "joint_code.send"
PROCEEDING_LOOK: Final = "proceeding.look"
DELIVER_PENDING: Final = "submission.deliver_pending"
EXPORT_ANCHOR: Final = "evidence.export_anchor"
DIGEST_PAGE: Final = "digest.page"
DIGEST_COMPILE: Final = "digest.compile"
DIGEST_TELL: Final = "digest.tell"
GOVERNANCE_BEGIN: Final = "governance.begin"
GOVERNANCE_LOOK: Final = "governance.look"
GOVERNANCE_DO: Final = "governance.do"

# Search attributes: name and Temporal type. The embedded server allows 10 Keyword and 3 of each other type.
SA_ORGANISATION: Final = "RedressOrganisation"
SA_REFERENCE: Final = "RedressReference"
SA_PROCEDURE: Final = "RedressProcedure"
SA_STAGE: Final = "RedressStage"
SA_OWNER: Final = "RedressOwner"
SA_WAITING_ON: Final = "RedressWaitingOn"
SA_NEXT_DUE_AT: Final = "RedressNextDueAt"
SA_NEEDS_ATTENTION: Final = "RedressNeedsAttention"
SEARCH_ATTRIBUTES: Final = (
    (SA_ORGANISATION, "Keyword"),
    (SA_REFERENCE, "Keyword"),
    (SA_PROCEDURE, "Keyword"),
    (SA_STAGE, "Keyword"),
    (SA_OWNER, "Keyword"),
    (SA_WAITING_ON, "Keyword"),
    (SA_NEXT_DUE_AT, "Datetime"),
    (SA_NEEDS_ATTENTION, "Bool"),
)

# Schedules.
DELIVERY_SCHEDULE: Final = "sweep.deliver"
ANCHOR_SCHEDULE: Final = "evidence.anchor"
DIGEST_SCHEDULE: Final = "digest.weekly"


def complaint_workflow_id(complaint_id: UUID) -> str:
    """Return the id of the one workflow that owns this complaint."""
    return f"complaint/{complaint_id}"


def afterwards_workflow_id(complaint_id: UUID, submission_id: UUID) -> str:
    """Return the id of the workflow that applies one thing said after the complaint ended."""
    return f"complaint/{complaint_id}/afterwards/{submission_id}"


def notice_workflow_id(notice_id: UUID) -> str:
    """Return the id of the workflow that carries this notice."""
    return f"notice/{notice_id}"


def change_set_workflow_id(change_set_id: UUID) -> str:
    """Return the id of the workflow that owns this change of the calendar."""
    return f"change-set/{change_set_id}"


def import_workflow_id(import_id: UUID) -> str:
    """Return the id of the workflow that owns this import."""
    return f"import/{import_id}"


def bulk_workflow_id(operation_id: UUID) -> str:
    """Return the id of the workflow that owns this bulk operation."""
    return f"bulk/{operation_id}"


def leaver_workflow_id(leaver_id: UUID) -> str:
    """Return the id of the workflow that owns this leaving."""
    return f"leaver/{leaver_id}"


def involvement_workflow_id(involvement_id: UUID) -> str:
    """Return the id of the workflow that owns one member of staff's involvement."""
    return f"involvement/{involvement_id}"


def webhooks_workflow_id(subscription_id: UUID) -> str:
    """Return the id of the workflow that carries the events of one subscription."""
    return f"webhooks/{subscription_id}"


def contribution_workflow_id(contribution_id: UUID) -> str:
    """Return the id of the workflow that owns one body's contribution, at the body that coordinates."""
    return f"contribution/{contribution_id}"


def joint_part_workflow_id(organisation_id: UUID, contribution_id: UUID) -> str:
    """Return the id of the workflow that carries the messages of a contribution, at the body that contributes."""
    return f"joint-part/{organisation_id}/{contribution_id}"


def joint_code_workflow_id(code_id: UUID) -> str:
    """Return the id of the workflow that sends one code to the contact of a body without a system."""
    return f"joint-code/{code_id}"


def governance_schedule_id(series_id: UUID) -> str:
    """Return the id of the schedule that begins the occurrences of a series, and of the workflow that it starts."""
    return f"governance-turn/{series_id}"


def governance_workflow_id(occurrence_id: UUID) -> str:
    """Return the id of the workflow that owns one occurrence: a board report, a panel, a return."""
    return f"governance/{occurrence_id}"


def proceeding_workflow_id(kind: str, proceeding_id: UUID) -> str:
    """Return the id of the workflow that owns what runs beside a complaint: an escalation, candour, a referral, an
    action.
    """
    return f"{kind}/{proceeding_id}"
