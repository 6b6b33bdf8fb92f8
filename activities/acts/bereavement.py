"""Somebody has died: letters to them stop at once, and somebody who may speak for them goes on, or nobody does."""

from __future__ import annotations

from typing import Final

from activities.acts import consenting, corrected_letters, ending, intake_letters, letters, people_of, standing_for
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.working import keep_words
from contracts.failures import Refusal
from contracts.notices import NoticeState
from db.bereavement_said import NameSuccessor, RecordDeath
from db.models.bereavement import Bereavement
from db.models.complaint import Party
from db.queries import bereavement, notices, tasks
from db.queries.complaint_reads import parties_of
from policies import lawful

# Where a complaint ends whose person died, and with which nobody goes on: in no procedure's stages.
ENDED: Final = "ended_on_death"
CAUSE: Final = "person_has_died"
# The role of somebody who complained for another, and died.
DECEASED: Final = "deceased_complainant"


async def record_death(case: Case, said: RecordDeath) -> None:
    """Write down that a party has died, and stop what is on its way to them."""
    party = await case.session.get(Party, said.party_id)
    if party is None or party.complaint_id != case.complaint.id or party.replaced_by is not None:
        raise Refused(Refusal.UNKNOWN_PARTY)
    known = party.death_known_at is not None
    refuse_if(known and await _adds_nothing(case, party, said), Refusal.NOTHING_CHANGES)
    check(lawful.happened(said.known_on, received_on=case.complaint.received_on, today=case.on))
    refuse_if(said.died_on is not None and said.died_on > said.known_on, Refusal.CONTRADICTS_RECORD)
    died_on = said.died_on or party.died_on
    refuse_if(party.died_on not in (None, died_on), Refusal.CONTRADICTS_RECORD)
    party.died_on, party.death_known_at = died_on, party.death_known_at or case.at
    case.session.add(_row(case, said))
    case.event(
        "death.recorded",
        party_id=party.id,
        party_role=party.role,
        died_on=died_on,
        known_on=said.known_on,
        inquest_on=said.inquest_on,
    )
    keep_words(case, "death", said.words)
    on_the_way = await notices.to_people_outside(case.session, case.complaint.id, party.id)
    await corrected_letters.stop(case, on_the_way, CAUSE)
    if not known:
        await consenting.giver_died(case, party)
    if case.complaint.open and not known:
        await look(case)
        await standing_for.look_after_death(case, party)
    if said.inquest_on is not None:
        await case.task("inquest", "owner", name=str(party.id), due_on=said.inquest_on, subject_id=party.id)


async def _adds_nothing(case: Case, party: Party, said: RecordDeath) -> bool:
    """Say whether a death that was known when the complaint came has been told of since, or nothing is added to it."""
    return said.inquest_on is None or await bereavement.is_told_of(case.session, party.id)


async def look(case: Case) -> None:
    """Ask who goes on with a complaint whose person has died."""
    party = await letters.complainant(case)
    if party.death_known_at is None:
        return
    case.complaint.waiting_on = "successor"
    if not await tasks.is_open(case.session, case.complaint.id, "find_successor"):
        await case.task("find_successor", "owner", name=str(party.id), subject_id=party.id)


async def name_successor(case: Case, said: NameSuccessor) -> None:
    """Put the person who goes on in the place of the one who died; with nobody, end the complaint."""
    before = await letters.complainant(case)
    refuse_if(before.death_known_at is None, Refusal.CONTRADICTS_RECORD)
    keep_words(case, "successor", said.reason)
    await tasks.end_open(case.session, case.complaint.id, at=case.at, kind="find_successor", done_by=case.actor_id)
    if said.successor is None:
        await letters.discard(case, await letters.unreleased(case), CAUSE)
        await ending.end(case, ENDED)
        return
    # Whoever complained for themselves is the person affected from now on.
    others = [party for party in await parties_of(case.session, case.complaint.id) if party.role == "affected"]
    before.role = DECEASED if others else "affected"
    after = Party(
        id=case.new_id("party/successor"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        role="complainant",
        name=said.successor.name,
        email=said.successor.email,
        phone=said.successor.phone,
        address=said.successor.address,
        relation=said.successor.relation,
        **_standing(before, others),
    )
    case.session.add(after)
    await case.session.flush()
    case.complaint.waiting_on = "owner"
    case.event("successor.named", old_party_id=before.id, party_id=after.id)
    await people_of.note(case, after, said.successor.needs)
    await intake_letters.write_record(case)  # to whoever goes on, while it is owed
    await standing_for.look(case)
    if await _was_stopped(case, before):
        await corrected_letters.write_again(case, after.id)


def _standing(before: Party, others: list[Party]) -> dict[str, str | None]:
    """Return why the successor may speak: for somebody who lives on, that is still to be decided."""
    if others and others[0].death_known_at is None:
        ground = before.ground if before.ground in ("child", "lacks_capacity") else "asked"
        return {"ground": ground, "consent_basis": None}
    return {"ground": "died", "consent_basis": "statutory"}


async def _was_stopped(case: Case, party: Party) -> bool:
    """Say whether a letter did not reach somebody because they had died."""
    found = await notices.to_people_outside(case.session, case.complaint.id, party.id)
    withheld, discarded = NoticeState.WITHHELD.value, NoticeState.DISCARDED.value
    return any(
        (each.state == withheld and each.failure == CAUSE)
        or (each.state == discarded and each.settled_at == party.death_known_at)
        for each in found
    )


def _row(case: Case, said: RecordDeath) -> Bereavement:
    return Bereavement(
        id=case.new_id(f"bereavement/{said.party_id}"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        party_id=said.party_id,
        died_on=said.died_on,
        known_on=said.known_on,
        inquest_on=said.inquest_on,
        words=said.words,
        act_id=case.act.act_id,
        said_at=case.at,
    )
