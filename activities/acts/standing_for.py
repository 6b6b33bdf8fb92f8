"""Who may speak for another: asked when they come, decided by a named person, and anew when that changes."""

from __future__ import annotations

from typing import Final

from activities.acts import consents, excluding
from activities.acts.case import Case, Refused, refuse_if
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.eligibility_said import DecideStanding
from db.models.complaint import Party
from db.models.eligibility import Standing
from db.queries import eligibility as rows
from db.queries import tasks
from db.queries.complaint_reads import parties_of
from policies import eligibility
from policies.consent import Why
from policies.eligibility import StandingFacts
from policies.letters import has_blanks

_DECIDE: Final = "decide_standing"
_FIND: Final = "find_who_may_speak"


async def look(case: Case) -> None:
    """Ask for a decision about everybody who speaks for another and is not asked about yet, where one is foreseen."""
    if CommandKind.DECIDE_STANDING not in case.procedure.allowed_in(case.complaint.stage):
        return
    decided = await rows.present_standing(case.session, case.complaint.id)
    for party in await _in_question(case):
        asked = await tasks.is_open(case.session, case.complaint.id, _DECIDE, party.id)
        if party.id not in decided and not asked:
            await case.task(_DECIDE, "complaints_manager", name=str(party.id), subject_id=party.id)


async def decide(case: Case, said: DecideStanding) -> None:
    """Find that somebody may speak for another, or that they may not, which they are told in writing (R-08)."""
    party = await _party(case, said)
    if said.may_speak:
        await _check(case, said)
    else:
        refuse_if(said.reasons is None, Refusal.REASON_NEEDED)
        refuse_if(has_blanks(said.reasons or ""), Refusal.BLANKS_LEFT)
    before = (await rows.present_standing(case.session, case.complaint.id)).get(party.id)
    await _write(case, said)
    party.ground = said.ground
    party.consent_basis = said.consent_basis or party.consent_basis
    _tell(case, party, said, before)
    await _end_tasks(case, party)
    if not said.may_speak:
        await _turn_away(case, party, said)


def _tell(case: Case, party: Party, said: DecideStanding, before: Standing | None) -> None:
    case.event(
        "standing.decided",
        party_id=party.id,
        role=party.role,
        may_speak=said.may_speak,
        old_may_speak=before.may_speak if before is not None else None,
        ground=said.ground,
        capacity=said.capacity,
        reasonable_grounds=said.reasonable_grounds,
        best_interests=said.best_interests,
        consent_basis=said.consent_basis,
    )


async def _end_tasks(case: Case, party: Party) -> None:
    for kind in (_DECIDE, _FIND):
        await tasks.end_open(
            case.session, case.complaint.id, at=case.at, kind=kind, subject_id=party.id,
            done_by=case.actor_id, done=True,
        )  # fmt: skip


async def _turn_away(case: Case, party: Party, said: DecideStanding) -> None:
    """Tell somebody why they may not speak, and ask who may: the complaint is still somebody's."""
    await excluding.tell(case, "representative_refused", {"reason": said.reasons}, party)
    await case.task(_FIND, "owner", name=str(party.id), subject_id=party.id)


async def _party(case: Case, said: DecideStanding) -> Party:
    party = await case.session.get(Party, said.party_id)
    if party is None or party.complaint_id != case.complaint.id or party.replaced_by is not None:
        raise Refused(Refusal.UNKNOWN_PARTY)
    heard = eligibility.may_be_heard_for_another(party.role) and party.retired_at is None
    refuse_if(not heard, Refusal.UNKNOWN_PARTY)
    return party


async def _check(case: Case, said: DecideStanding) -> None:
    affected = await _affected(case)
    refused = eligibility.standing_refused(
        StandingFacts(
            ground=said.ground,
            capacity=said.capacity,
            reasonable_grounds=said.reasonable_grounds,
            best_interests=said.best_interests,
            consent_basis=said.consent_basis,
            born_on=affected.born_on if affected is not None else None,
            died=None if affected is None else affected.death_known_at is not None,
            on=case.on,
        )
    )
    if refused is not None:
        raise Refused(*refused)


async def is_settled(case: Case) -> bool:
    """Say whether everybody who speaks for another may."""
    decided = await rows.present_standing(case.session, case.complaint.id)
    if any(party.id not in decided for party in await _in_question(case)):
        return False
    if [party for party in await _speakers(case) if await _has_ended(case, party)]:
        return False
    refused = [party for party in await _speakers(case) if party.id in decided and not decided[party.id].may_speak]
    return not [party for party in refused if await _bars(case, party)]


async def _has_ended(case: Case, party: Party) -> bool:
    """Say whether somebody spoke by a consent that has ended since, and nobody has decided about them anew."""
    told = await consents.told(case.session, case.complaint, party, "update", case.on)
    return told.why is Why.CONSENT_ENDED


async def _bars(case: Case, party: Party) -> bool:
    """Say whether a complaint cannot go on because somebody may not speak in it.

    One who spoke beside the person bars it until somebody has found out who may speak instead.
    """
    return party.role == "complainant" or await tasks.is_open(case.session, case.complaint.id, _FIND, party.id)


async def _speakers(case: Case) -> list[Party]:
    """Return who may be heard for another. The dead speak for nobody; of the person, somebody has to go on first."""
    return [
        party
        for party in await parties_of(case.session, case.complaint.id)
        if eligibility.may_be_heard_for_another(party.role)
        and (party.death_known_at is None or party.role == "complainant")
    ]


async def _in_question(case: Case) -> list[Party]:
    found = await _speakers(case)
    affected = await _affected(case)
    lives = affected is not None and affected.death_known_at is None
    return [party for party in found if eligibility.needs_decision(party.role, party.ground, for_another=lives)]


async def _affected(case: Case) -> Party | None:
    parties = await parties_of(case.session, case.complaint.id)
    return next((party for party in parties if party.role == "affected"), None)


async def changed_hands(case: Case, wrong: Party) -> None:
    """Ask about whoever took the place of somebody who was taken for them, and no more about that one."""
    for kind in (_DECIDE, _FIND):
        await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=kind, subject_id=wrong.id)
    await look(case)


async def look_after_death(case: Case, party: Party) -> None:
    """Ask nothing more about a speaker who died; ask anew about those who spoke for a person who did."""
    await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=_DECIDE, subject_id=party.id)
    affected = await _affected(case)
    if CommandKind.DECIDE_STANDING not in case.procedure.allowed_in(case.complaint.stage):
        return
    if party.role != "affected" and (party.role != "complainant" or affected is not None):
        return
    for each in await _speakers(case):
        asked = await tasks.is_open(case.session, case.complaint.id, _DECIDE, each.id)
        if each.id != party.id and each.ground != "died" and not asked:
            await case.task(_DECIDE, "complaints_manager", name=str(each.id), subject_id=each.id)


async def _write(case: Case, said: DecideStanding) -> None:
    complaint = case.complaint
    case.session.add(
        Standing(
            id=case.new_id("standing"),
            organisation_id=complaint.organisation_id,
            complaint_id=complaint.id,
            number=await rows.next_number(case.session, Standing, complaint.id),
            party_id=said.party_id,
            may_speak=said.may_speak,
            ground=said.ground,
            reasonable_grounds=said.reasonable_grounds,
            best_interests=said.best_interests,
            capacity=said.capacity,
            consent_basis=said.consent_basis,
            reasons=said.reasons,
            act_id=case.act.act_id,
            decided_by=case.actor_id,
            decided_at=case.at,
        )
    )
