"""The person is told of an incident in person, or tried to be reached; support is offered (R-34, R-35)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from activities.acts import beside, ledger
from activities.acts.candour import (
    EXPLANATION,
    NOTICE,
    SUPPORT,
    WRITTEN,
    Owed,
    ask,
    find_live,
    find_notifiable,
    look_whether_done,
    of,
    party_of,
    settle,
)
from activities.acts.case import Case, Refused, check, codes, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.proceedings import CandourState
from db.candour_said import ElementSaid, LogCandourAttempt, OfferCandourSupport, TellOfIncident
from db.models.candour import CandourAttempt, CandourElement, CandourNotice, CandourSupport
from db.models.complaint import Party
from db.queries import candour as rows
from db.queries import eligibility as standings
from db.queries import people
from db.queries.complaint_reads import parties_of
from policies import candouring as rules
from policies.candouring import Outside

_IN_PERSON: Final = "in_person"
_NOT_TOLD_YET: Final = (CandourState.NOTIFIABLE, CandourState.NOT_REACHED)


async def tell(case: Case, said: TellOfIncident) -> None:
    """Record the notice in person: every element that the rules name, by a named person, with its record."""
    owed = await find_notifiable(case, said.incident_id)
    check(rules.done_on(said.told_on, became_known_on=owed.incident.became_known_on, today=case.on))
    by_id = await _check_told(case, owed, said)
    party = await whom(case, owed, said.party_id)
    await _explain(case, owed, said)
    told = _told(case, owed, said, party, by_id)
    await keep_elements(case, told, said.elements)
    owed.incident.relevant_party_id = party.id
    owed.incident.declined_on = None  # whoever declined, and was told all the same, has changed their mind
    case.event(
        "candour.told",
        proceeding_id=owed.row.id,
        told_on=said.told_on,
        how=said.how,
        by_id=by_id,
        party_id=party.id,
        elements=codes([each.code for each in said.elements]),
    )
    beside.touch(case, owed.row)
    await settle(case, owed, NOTICE, "tell_of_incident", said.told_on)
    await settle(case, owed, EXPLANATION, None, said.told_on)
    if owed.row.state in _NOT_TOLD_YET:
        beside.move(case, owed.row, CandourState.TOLD_IN_PERSON)
    await owe_writing(case, owed, said.told_on)
    await look_whether_done(case, owed)


async def attempt(case: Case, said: LogCandourAttempt) -> None:
    """Log an attempt to reach the person, or that they declined; the last of them closes the notice in person."""
    owed = await find_live(case, said.incident_id)
    check(rules.done_on(said.tried_on, became_known_on=owed.incident.became_known_on, today=case.on))
    over = said.closed or said.outcome == "declined"
    refuse_if(said.altogether and said.outcome != "declined", Refusal.CONTRADICTS_RECORD)
    refuse_if(over and not owed.incident.notifiable, Refusal.NOT_ASSESSED)
    case.session.add(_tried(case, owed, said, over))
    case.event(
        "candour.tried",
        proceeding_id=owed.row.id,
        tried_on=said.tried_on,
        how=said.how,
        outcome=said.outcome,
        closed=over,
        altogether=said.altogether,
    )
    beside.touch(case, owed.row)
    if said.late_reason:
        await settle(case, owed, EXPLANATION, None, case.on)
    if said.altogether:
        owed.incident.declined_on = said.tried_on
    if over:
        await _not_reached(case, owed, said)
    await look_whether_done(case, owed)


async def offer_support(case: Case, said: OfferCandourSupport) -> None:
    """Record the support that was offered to the person, and whether they took it."""
    owed = await find_live(case, said.incident_id)
    check(rules.done_on(said.offered_on, became_known_on=owed.incident.became_known_on, today=case.on))
    case.session.add(
        CandourSupport(
            **of(case, owed, "support"),
            what=said.what,
            offered_on=said.offered_on,
            taken=said.taken,
            said_by=case.actor_id,
            said_at=case.at,
        )
    )
    case.event("candour.supported", proceeding_id=owed.row.id, offered_on=said.offered_on, taken=said.taken)
    beside.touch(case, owed.row)
    await settle(case, owed, SUPPORT, "offer_candour_support", said.offered_on)
    await look_whether_done(case, owed)


async def whom(case: Case, owed: Owed, party_id: UUID | None) -> Party:
    """Return whom the notice goes to: who was named, else the relevant person. Refused for anybody else."""
    harmed = await _harmed(case, owed)
    if party_id is not None:
        party = await party_of(case, party_id)
        check(rules.may_be_told(_outside(party, await _turned_away(case)), harmed))
        return party
    turned_away = await _turned_away(case)
    there = [_outside(each, turned_away) for each in await parties_of(case.session, case.complaint.id)]
    found = rules.relevant(there, harmed)
    if found is None:
        raise Refused(Refusal.PERSON_HAS_DIED if harmed is not None and harmed.died else Refusal.UNKNOWN_PARTY)
    return await party_of(case, found)


async def keep_elements(case: Case, notice: CandourNotice, elements: Sequence[ElementSaid]) -> None:
    """Keep what was told, element by element."""
    case.session.add(notice)
    await case.session.flush()
    for position, each in enumerate(elements):
        case.session.add(
            CandourElement(
                id=case.new_id(f"candour/element/{notice.id}/{each.code}"),
                organisation_id=notice.organisation_id,
                complaint_id=notice.complaint_id,
                candour_notice_id=notice.id,
                position=position,
                code=each.code,
                words=each.words,
            )
        )


async def owe_writing(case: Case, owed: Owed, since: date) -> None:
    """Start the time for the written notice, unless it runs, or the notice was released and left.

    It counts from the day on which the person was told, whenever that was written down.
    """
    written = await rows.is_written(case.session, owed.incident.id)
    if not written and await ledger.running(case, WRITTEN, owed.row.id) is None:
        await ask(case, owed.row, "write_of_incident", "owner", WRITTEN, since, Terms(cause=owed.row.state))


async def _check_told(case: Case, owed: Owed, said: TellOfIncident) -> UUID | None:
    """Refuse a notice in person that lacks an element; return who gave it."""
    by_id = said.by_id or case.actor_id
    refuse_if(said.by_id is not None and await people.active_person(case.session, said.by_id) is None,
              Refusal.UNKNOWN_PERSON)  # fmt: skip
    given = [each.code for each in said.elements]
    refuse_if(len(set(given)) != len(given), Refusal.CONTRADICTS_RECORD)
    beside_words = [("representative", by_id), ("record", said.record)]
    lacking = list(_lacking(owed, _IN_PERSON, [*given, *(code for code, there in beside_words if there)]))
    if said.how not in owed.rules.ways:
        lacking.append(_IN_PERSON)  # over the telephone is not in person, but where the rules say so
    if lacking:
        raise Refused(Refusal.ELEMENTS_MISSING, lacking)
    return by_id


def _told(case: Case, owed: Owed, said: TellOfIncident, party: Party, by_id: UUID | None) -> CandourNotice:
    return CandourNotice(
        **of(case, owed, "notice"),
        kind=_IN_PERSON,
        how=said.how,
        party_id=party.id,
        by_id=by_id,
        given_on=said.told_on,
        record=said.record,
        late_reason=said.late_reason,
        said_at=case.at,
    )


def _tried(case: Case, owed: Owed, said: LogCandourAttempt, over: bool) -> CandourAttempt:
    return CandourAttempt(
        **of(case, owed, "attempt"),
        tried_on=said.tried_on,
        how=said.how,
        outcome=said.outcome,
        closed=over,
        altogether=said.altogether,
        words=said.words,
        late_reason=said.late_reason,
        said_by=case.actor_id,
        said_at=case.at,
    )


def _lacking(owed: Owed, kind: str, given: Sequence[str]) -> tuple[str, ...]:
    return rules.missing(owed.rules.mandatory_in(kind), given)


async def _explain(case: Case, owed: Owed, said: TellOfIncident) -> None:
    """Refuse a notice in person without its explanation, where it is so late that it has to be explained."""
    clock = await ledger.running(case, EXPLANATION, owed.row.id)
    days = owed.rules.explain_after_working_days
    if clock is None or days is None or said.late_reason:
        return
    # Late is counted from the day on which it became known, which may be long before somebody flagged it.
    since_known = case.calendars.nation.add_working_days(owed.incident.became_known_on, days)
    refuse_if(said.told_on > min(clock.due_on, since_known), Refusal.REASON_NEEDED)


async def _not_reached(case: Case, owed: Owed, said: LogCandourAttempt) -> None:
    """Settle the notice in person: they declined, or nobody tries any more. What is written goes all the same."""
    await settle(case, owed, NOTICE, "tell_of_incident", said.tried_on)
    if clock := await ledger.running(case, EXPLANATION, owed.row.id):
        await ledger.stop(case, clock, "not_reached")
    if owed.row.state == CandourState.NOTIFIABLE:
        beside.move(case, owed.row, CandourState.NOT_REACHED)
    await owe_writing(case, owed, said.tried_on)


async def _harmed(case: Case, owed: Owed) -> Outside | None:
    """Return who was harmed, as the record knows them now: it may have turned out to be somebody else."""
    party_id = owed.incident.about_party_id
    party = await case.session.get(Party, party_id) if party_id is not None else None
    while party is not None and party.replaced_by is not None:
        party = await case.session.get(Party, party.replaced_by)
    return _outside(party) if party is not None else None


async def _turned_away(case: Case) -> Collection[UUID]:
    """Return of whom it was decided that they may not speak for another."""
    decided = await standings.present_standing(case.session, case.complaint.id)
    return {party_id for party_id, row in decided.items() if not row.may_speak}


def _outside(party: Party, turned_away: Collection[UUID] = ()) -> Outside:
    return Outside(
        id=party.id,
        role=party.role,
        died=party.death_known_at is not None,
        ground=party.ground,
        turned_away=party.id in turned_away,
    )
