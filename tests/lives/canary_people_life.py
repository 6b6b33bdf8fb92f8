"""A life in which all is said of people outside that has words: who they are, what they need, how letters arrived."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from contracts.commands import CommandKind
from db import delivery_said, people_said, said
from db.party_said import NeedsSaid
from tests.lives.markers import W
from tests.lives.planted import EMAIL, Planted
from tests.world import MORNING

DAY: Final = MORNING.date()
K: Final = CommandKind
NEEDS: Final = NeedsSaid(
    preferred_channel="letter", formats=("large_print",), unsafe=("no_voicemail",), adjustments=W, unsafe_words=W
)


async def people_and_needs(planted: Planted) -> None:
    """A witness comes and goes, somebody needs large print, and a letter comes back."""
    complaint = await planted.log()
    witness = said.PartySaid(role="witness", name=W, email=EMAIL, phone=W, address=W, relation=W, needs=NEEDS)
    await planted.say(complaint, K.ADD_PARTY, people_said.AddParty(party=witness))
    gone = people_said.RetireParty(party_id=await planted.party(complaint, "witness"), cause="mistaken", words=W)
    await planted.say(complaint, K.RETIRE_PARTY, gone)
    needs = people_said.SetContactNeeds(party_id=await planted.party(complaint), needs=NEEDS)
    await planted.say(complaint, K.SET_CONTACT_NEEDS, needs)
    told = people_said.GiveStatements(statements=("advocacy", "non_detriment"), given_on=DAY, method="call")
    await planted.say(complaint, K.GIVE_STATEMENTS, told)
    await _came_back(planted, complaint)


async def _came_back(planted: Planted, complaint: UUID) -> None:
    """The receipt left at once, by e-mail: it was not theirs any more."""
    await planted.handed_over(complaint, "receipt")
    receipt = await planted.row(
        "select id from notice where complaint_id = :id and template like 'receipt%' and party_id is not null",
        complaint,
    )
    bounced = delivery_said.RecordDelivery(notice_id=receipt["id"], what="bounced", on=DAY, words=W)
    await planted.say(complaint, K.RECORD_DELIVERY, bounced)
