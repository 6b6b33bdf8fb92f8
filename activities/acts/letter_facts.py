"""What every letter may say of the case, its people and its procedure; and which template speaks for a procedure."""

from __future__ import annotations

from typing import Any, Final

from activities.acts import statements
from activities.acts.case import Case
from db.models.complaint import Party
from db.queries import response
from policies.letters import TEMPLATES
from policies.next_steps import ombudsman_of, tiers_ahead, way_on
from policies.procedure import Procedure

# The rule of the procedure that a letter follows: the basis of one of these clocks is the letter's own.
_GROUNDS: Final = {
    "period_set": ("response_period",),
    "extension": ("response_period", "relevant_period"),
    "new_date": ("response_period", "relevant_period"),
    "explain_delay": ("relevant_period", "response_period"),
    "update": ("next_update",),
    "hold": ("next_update",),
    "hold_goes_on": ("next_update",),
    "hold_lifted": ("next_update",),
    "initial_views": ("comments",),
    "resolution_summary": ("early_resolution",),
    "moved_on": ("early_resolution",),
    "issues_to_confirm": ("confirm_issues",),
}
# What such a template says of its ground.
_BY_PROCEDURE: Final = "By the procedure"


async def known_facts(case: Case, party: Party) -> dict[str, Any]:
    """Return what is known without asking anybody, for a letter to one person."""
    complaint = case.complaint
    words = await statements.wording(case)
    ahead = tiers_ahead(case.procedure, stage=complaint.stage, tier=complaint.tier)
    return words_of(case.procedure) | {
        "reference": complaint.reference,
        "organisation_name": case.organisation.name,
        "complainant_name": party.name,
        "received_on": complaint.received_on,
        "update_every_days": complaint.update_every_days,
        "next_step": way_on(ahead, reference=complaint.reference) or None,
        "bereaved": await bereaved(case, party),
        "advocacy": words.advocacy,
        "non_detriment": words.non_detriment,
    }


def words_of(procedure: Procedure) -> dict[str, Any]:
    """Return what a procedure calls people and itself, and how to reach its Ombudsman."""
    ombudsman = ombudsman_of(procedure)
    return {
        "person_word": procedure.vocabulary.person,
        "staff_word": procedure.vocabulary.staff,
        "procedure_title": procedure.title,
        "ombudsman_name": procedure.vocabulary.ombudsman,
        "ombudsman_contact": ombudsman.contact if ombudsman is not None else None,
    }


async def bereaved(case: Case, party: Party) -> bool:
    """Say whether a letter is about somebody who has died, and to somebody else."""
    affected = await response.affected_of(case.session, case.complaint.id)
    return any(each.death_known_at is not None and each.id != party.id for each in affected)


def template_for(case: Case, purpose: str) -> str:
    """Return the template of a purpose: the procedure's own where there is one, else the one for all."""
    return template_of(case.procedure, purpose)


def template_of(procedure: Procedure, purpose: str) -> str:
    """Return the template of a purpose under a procedure."""
    own = f"{purpose}.{procedure.code}"
    return own if own in TEMPLATES else purpose


def purpose_of(template: str) -> str:
    """Return what a template is for, whichever procedure's own it is."""
    return template.partition(".")[0]


def ground_of(case: Case, template: str, ground: str) -> str:
    """Return the legal ground of a letter: as its template says, or as the procedure does."""
    return ground_under(case.procedure, template, ground)


def ground_under(procedure: Procedure, template: str, ground: str) -> str:
    """Return the legal ground of a template under a procedure."""
    if ground != _BY_PROCEDURE:
        return ground
    kinds = _GROUNDS.get(purpose_of(template), ())
    bases = (procedure.clock(kind).legal_basis for kind in kinds if procedure.has_clock(kind))
    return next(bases, procedure.legal_basis)
