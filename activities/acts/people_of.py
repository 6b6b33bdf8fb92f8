"""The people outside: who joins a complaint later, who is no longer part of it, and what each of them needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from activities.acts import corrected_letters, intake_letters, letters, reach, standing_for
from activities.acts.case import Case, Refused, check, codes, refuse_if
from activities.acts.working import keep_words
from contracts.failures import Refusal
from contracts.notices import NoticeState
from db.models.complaint import Party
from db.models.people_outside import ContactNeeds
from db.party_said import NeedsSaid, PartySaid
from db.people_said import AddParty, RetireParty, SetContactNeeds
from db.queries import notices, people_outside, tasks
from db.queries.complaint_reads import parties_of
from policies import eligibility, intake, reaching
from policies.reaching import EMAIL, LETTER, TEXT

# What has its day whoever is part of the complaint.
_KEPT: Final = ("inquest",)


async def add_party(case: Case, said: AddParty) -> None:
    """Take somebody else outside into the complaint; whoever speaks for another is asked about as at the beginning."""
    wanted = said.party
    present = await parties_of(case.session, case.complaint.id)
    check(intake.joins(wanted.role, [party.role for party in present], died=wanted.died or wanted.died_on is not None))
    there = await people_outside.is_there(case.session, case.complaint.id, wanted.role, wanted.name)
    refuse_if(there, Refusal.NOTHING_CHANGES)
    party = write_party(case, wanted, "party/added")
    await case.session.flush()
    case.event(
        "party.added",
        party_id=party.id,
        party_role=party.role,
        ground=party.ground,
        consent_basis=party.consent_basis,
        death=party.death_known_at is not None,
    )
    await note(case, party, wanted.needs)
    if not case.complaint.open:
        return
    if party.role == "mp":
        await intake_letters.reply_to_mp(case, party)
    await standing_for.look(case)


async def retire_party(case: Case, said: RetireParty) -> None:
    """Say that somebody is no longer part of the complaint: nothing more goes to them, and their row stays."""
    party = await named(case, said.party_id)
    refuse_if(party.role == "complainant", Refusal.STILL_NEEDED)
    check(intake.leaves(party.role, said.cause, speaks=eligibility.may_be_heard_for_another(party.role)))
    party.retired_at, party.retired_cause = case.at, said.cause
    case.event("party.retired", party_id=party.id, party_role=party.role, cause=said.cause)
    keep_words(case, "party_retired", said.words)
    on_the_way = await notices.to_people_outside(case.session, case.complaint.id, party.id)
    await corrected_letters.stop(case, on_the_way, reach.RETIRED)
    await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=party.id, keep=_KEPT)


async def set_needs(case: Case, said: SetContactNeeds) -> None:
    """Write down what somebody needs, and fit to it what is on its way to them."""
    party = await named(case, said.party_id)
    await _note(case, party, said.needs)
    await _reach_again(case, party)


async def note_at_intake(case: Case, parties: Sequence[PartySaid]) -> None:
    """Write down what those need who were named when the complaint came."""
    for number, said in enumerate(parties):
        party = await case.session.get_one(Party, case.new_id(intake_name(number)))
        await note(case, party, said.needs)


async def note(case: Case, party: Party, said: NeedsSaid | None) -> None:
    """Write down what somebody needs who has just become part of the complaint, if anything was said of it."""
    if said is not None and said != NeedsSaid():
        await _note(case, party, said)


def intake_name(number: int) -> str:
    """Return what the id is made of that the act of logging gives to a party."""
    return f"party/{number}"


async def _reach_again(case: Case, party: Party) -> None:
    """Fit drafts to what their party needs now; withhold what waits to leave by a way that is no longer safe."""
    found = await reach.needs(case, party)
    for notice in await people_outside.letters_on_their_way(case.session, case.complaint.id, party.id):
        by_hand = notice.failure == reach.FORMAT_OWED or await reach.is_sought(case, notice)
        if notice.state == NoticeState.DRAFT.value:
            await reach.fit(case, notice, party)
        elif not by_hand and not reaching.is_safe(notice.channel, found.unsafe):
            await letters.withhold(case, notice, reach.UNSAFE)
        elif notice.released_at is not None and notice.failure is None:
            await reach.refit(case, notice, found)


def write_party(case: Case, said: PartySaid, name: str) -> Party:
    """Put somebody outside on the complaint. The id is made of the name given."""
    party = Party(
        id=case.new_id(name),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        role=said.role,
        name=said.name,
        email=said.email,
        phone=said.phone,
        address=said.address,
        born_on=said.born_on,
        relation=said.relation,
        ground=said.ground,
        consent_basis=said.consent_basis,
        died_on=said.died_on,
        death_known_at=case.at if said.died or said.died_on is not None else None,
        nhs_number=said.nhs_number,
    )
    case.session.add(party)
    return party


async def named(case: Case, party_id: UUID) -> Party:
    """Return a party of this complaint. Refused for one who is not, or not any more."""
    party = await case.session.get(Party, party_id)
    if party is None or party.complaint_id != case.complaint.id or party.replaced_by is not None:
        raise Refused(Refusal.UNKNOWN_PARTY)
    refuse_if(party.retired_at is not None, Refusal.UNKNOWN_PARTY)
    return party


async def _note(case: Case, party: Party, said: NeedsSaid) -> None:
    """Write the next version of what somebody needs. Refused where nothing changes, or they prefer what is unsafe."""
    check(reaching.check(said.preferred_channel, said.unsafe))
    before = await people_outside.needs_of(case.session, party.id)
    refuse_if(_same(before, said), Refusal.NOTHING_CHANGES)
    row = _row(case, party.id, said, 1 if before is None else before.number + 1)
    case.session.add(row)
    await case.session.flush()
    case.event(
        "needs.set",
        party_id=party.id,
        needs_id=row.id,
        number=row.number,
        preferred_channel=row.preferred_channel,
        language=row.language,
        formats=codes(row.formats),
        unsafe=codes(row.unsafe),
        copies=row.copies,
    )
    await _ask_for_address(case, party, row)


def _same(before: ContactNeeds | None, said: NeedsSaid) -> bool:
    if before is None:
        return said == NeedsSaid()
    return (
        before.preferred_channel == said.preferred_channel
        and before.language == said.language
        and sorted(before.formats) == sorted(set(said.formats))
        and before.adjustments == said.adjustments
        and sorted(before.unsafe) == sorted(set(said.unsafe))
        and before.unsafe_words == said.unsafe_words
        and before.copies == said.copies
    )


def _row(case: Case, party_id: UUID, said: NeedsSaid, number: int) -> ContactNeeds:
    return ContactNeeds(
        id=case.new_id(f"needs/{party_id}"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        party_id=party_id,
        number=number,
        preferred_channel=said.preferred_channel,
        language=said.language,
        formats=sorted(set(said.formats)),
        adjustments=said.adjustments,
        unsafe=sorted(set(said.unsafe)),
        unsafe_words=said.unsafe_words,
        copies=said.copies,
        said_by=case.actor_id,
        act_id=case.act.act_id,
        said_at=case.at,
    )


async def _ask_for_address(case: Case, party: Party, row: ContactNeeds) -> None:
    """Ask for what is missing to reach somebody as they prefer: they may say so before a number is known."""
    wanted = row.preferred_channel
    known = {EMAIL: party.email, LETTER: party.address, TEXT: party.phone, "call": party.phone}
    await tasks.end_open(case.session, case.complaint.id, at=case.at, kind="find_address", subject_id=party.id)
    if wanted is not None and known[wanted] is None:
        await case.task("find_address", "owner", name=str(party.id), subject_id=party.id)
