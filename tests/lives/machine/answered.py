"""What a response needs, told from the rows alone: a second opinion on the gates, by other means than theirs."""

from __future__ import annotations

from typing import Final

from policies.procedure_rules import Requirement
from tests.lives.machine.look import Look, Row

GRAVE: Final = ("serious", "immediate")


def lacks(look: Look) -> set[Requirement]:
    """Return the requirements that a case plainly does not meet. What takes a calendar to tell is not told here."""
    found = {
        Requirement.ISSUES_CONFIRMED: _confirmed(look),
        Requirement.FINDINGS_COMPLETE: _found(look),
        Requirement.REQUESTS_SETTLED: not any(row["state"] in ("open", "under_review") for row in look.rows("request")),
        Requirement.REMEDIES_DECIDED: not look.rows("remedy", state="proposed"),
        Requirement.NOTHING_ON_HOLD: not look.rows("issue", state="on_hold"),
        Requirement.PLAN_SHARED: bool(look.rows("investigation_plan")),
        Requirement.INVESTIGATOR_CLEAR: bool(look.rows("case_role", role="investigator", ends_on=None)),
        Requirement.VIEWS_SHARED: bool(look.rows("initial_views")),
        Requirement.RESPONSE_COMPLETE: _drafted(look) is not None,
        Requirement.RESPONSE_CLEARED: _cleared(look),
    }
    return {requirement for requirement, there in found.items() if not there}


def _confirmed(look: Look) -> bool:
    open_ = look.rows("issue", state="open")
    return bool(open_ or look.rows("issue", state="on_hold")) and all(row["confirmed_on"] for row in open_)


def _found(look: Look) -> bool:
    found = {row["issue_id"] for row in look.rows("finding")}
    return all(row["id"] in found for row in look.rows("issue", state="open") if row["id"] not in look.of_others)


def _drafted(look: Look) -> Row | None:
    drafts = sorted(look.rows("response_draft"), key=lambda row: int(row["version"]))
    return drafts[-1] if drafts and drafts[-1]["issued_on"] is None and not drafts[-1]["missing"] else None


def _cleared(look: Look) -> bool:
    draft = _drafted(look)
    if draft is None:
        return False
    decisions = sorted(look.rows("response_clearance", draft_id=draft["id"]), key=lambda row: int(row["number"]))
    if decisions and decisions[-1]["sent_back"]:
        return False
    offices = {row["office"] for row in look.rows("clearance_step", draft_id=draft["id"])}
    if look.complaint["severity"] in GRAVE:
        return offices >= {"complaints_manager", "senior"}
    return bool(decisions or offices)
