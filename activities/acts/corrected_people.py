"""A person outside put right: their details, or that they were somebody else altogether."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from activities.acts import corrected_letters, intake_letters, standing_for
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.change import Change
from contracts.failures import Refusal
from db.models.complaint import Party
from db.office_said import PartyCorrected
from db.queries.notices import to_people_outside

_DETAILS: Final = ("name", "email", "phone", "address", "born_on", "nhs_number")


async def weigh(case: Case, said: PartyCorrected) -> Change:
    """Say which details would change. Refused where none would."""
    party = await _party(case, said.party_id)
    before, after = _details(party), _details(said)
    refuse_if(before == after, Refusal.NOTHING_CHANGES)
    return Change(before=before, after=after, facts={"party_id": party.id, "role": party.role, "cause": said.cause})


async def make(case: Case, said: PartyCorrected, correction_id: UUID) -> None:
    """Correct the details, or put the right person in the wrong one's place."""
    party = await _party(case, said.party_id)
    if said.cause == "wrong_person":
        await _replace(case, party, said, correction_id)
        return
    # What is queued goes to the address that the party has when it is sent (`db.queries.notices`), and a letter
    # that waits to be posted is posted to the address on the file that day: neither has to be stopped.
    for name, value in _details(said).items():
        setattr(party, name, value)


async def _replace(case: Case, wrong: Party, said: PartyCorrected, correction_id: UUID) -> None:
    complaint = case.complaint
    right = Party(
        id=case.new_id("party/corrected"),
        organisation_id=complaint.organisation_id,
        complaint_id=complaint.id,
        role=wrong.role,
        ground=wrong.ground,
        **_details(said),
    )
    case.session.add(right)
    wrong.replaced_by = right.id
    await case.session.flush()
    case.event("party.replaced", old_party_id=wrong.id, party_id=right.id, role=right.role)
    found = await to_people_outside(case.session, complaint.id, wrong.id)
    if await corrected_letters.stop(case, found, "wrong_person"):
        await corrected_letters.look_into(case, correction_id)
    if found:
        await corrected_letters.write_again(case, correction_id)
    if complaint.open:
        await standing_for.changed_hands(case, wrong)
    if wrong.role == "complainant" and complaint.open:
        await intake_letters.write_record(case)  # to the right person, while it is owed


async def _party(case: Case, party_id: UUID) -> Party:
    party = await case.session.get(Party, party_id)
    if party is None or party.complaint_id != case.complaint.id or party.replaced_by is not None:
        raise Refused(Refusal.UNKNOWN_PARTY)
    refuse_if(party.retired_at is not None, Refusal.UNKNOWN_PARTY)
    return party


def _details(of: Party | PartyCorrected) -> dict[str, Any]:
    return {name: getattr(of, name) for name in _DETAILS}
