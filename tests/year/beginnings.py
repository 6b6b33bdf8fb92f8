"""How a complaint of the year comes in: from whom and how, as a concern at first, too late, or once more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from contracts.commands import CommandKind as K
from db import said
from db.bereavement_said import RecordDeath
from db.eligibility_said import DecideStanding
from db.intake_said import Convert
from tests.year.case import morning
from tests.year.rarer import PLAIN
from tests.year.words import MATTERS

if TYPE_CHECKING:
    from tests.year.life import Life

# Nobody comes back after that: the year is over.
LAST: Final = date(2028, 6, 30)
SPEAKERS: Final = {
    "advocate": ("An Advocate", "advocate@advocacy.example.org", "written"),
    "representative": ("A Neighbour", "neighbour@example.org", "written"),
    "mp": ("A Member of Parliament", "member@parliament.example.org", "implied_constituent"),
}


async def begin(life: Life) -> AsyncIterator[datetime]:
    """Log it; what was a concern at first becomes a complaint some days later."""
    if life.drawn.rarer.turn == "concern":
        # By the day it came in, which may be a bank holiday: logged is it when somebody is there again.
        await log(life, matter="concern", first_contact_on=life.drawn.received_on)
        yield morning(life.today + timedelta(days=5), 9)
        life.drawn = replace(life.drawn, received_on=life.today)
        await life.must(K.CONVERT, Convert(received_on=life.today, channel=channel(life)))
    else:
        await log(life)
    await _may_speak(life)
    if life.drawn.death:
        (row,) = await life.rows("select id from party where complaint_id = :id and role = 'affected'")
        died = RecordDeath(party_id=row["id"], known_on=life.today, died_on=life.today)
        await life.must(K.RECORD_DEATH, died)


async def _may_speak(life: Life) -> None:
    """Decide about whoever speaks for the person: they were asked to, in writing."""
    for row in await life.rows(
        "select id from party where complaint_id = :id and role in ('advocate', 'representative')"
    ):
        may = DecideStanding(
            party_id=row["id"], may_speak=True, ground="asked", capacity="has", consent_basis="written"
        )
        await life.must(K.DECIDE_STANDING, may, "complaints_manager")


async def log(life: Life, **more: Any) -> None:
    """Log the letter, the mail or the call, as it came."""
    drawn, trust = life.drawn, life.trust
    if drawn.rarer.turn in ("waived", "too_late"):
        more["happened_on"] = drawn.received_on - timedelta(days=430)
    if life.original is not None:
        more["reopened_from"] = life.original.complaint
    await life.log(
        parties=_parties(life),
        received_on=drawn.received_on,
        channel=channel(life),
        source="person" if drawn.death else drawn.rarer.source,
        summary=MATTERS[drawn.theme],
        narrative=MATTERS[drawn.theme],
        owner_id=trust.body.person(life.handler),
        division_id=trust.divisions[drawn.division],
        **more,
    )


def channel(life: Life) -> Any:
    """Return how it was made."""
    return "oral" if life.drawn.oral or life.drawn.rarer.turn == "exempt" else life.drawn.rarer.channel


def _parties(life: Life) -> tuple[said.PartySaid, ...]:
    drawn, who = life.drawn, life.who
    person: dict[str, Any] = {"role": "complainant", "name": f"Person {who}", "email": f"p{who}@example.org"}
    if drawn.death:
        affected = said.PartySaid(role="affected", name=f"Parent of {who}", address="2 High Road, Exampleton")
        return (said.PartySaid(**person, relation="daughter", ground="died"), affected)
    if drawn.rarer.source == "person":
        return (said.PartySaid(**person),)
    name, email, basis = SPEAKERS[drawn.rarer.source]
    role: Any = drawn.rarer.source
    consent: Any = basis
    return (said.PartySaid(**person), said.PartySaid(role=role, name=name, email=email, consent_basis=consent))


async def again(life: Life, original: Life) -> AsyncIterator[datetime]:
    """Wait until the person comes back some weeks after the end, where it ended; then it is received today."""
    moment = original.day(80, 9)
    while moment.date() <= LAST:
        yield moment
        rows = await life.rows("select open, closed_at from complaint where id = :one", one=original.complaint)
        if rows and not rows[0]["open"] and rows[0]["closed_at"] is not None:
            since = rows[0]["closed_at"].date() + timedelta(days=original.drawn.rarer.again_after)
            if since <= life.today:
                life.drawn = as_it_comes_back(life)
                return
            moment = morning(since, 9)
        else:
            moment = morning(life.today + timedelta(days=14), 9)


def as_it_comes_back(life: Life) -> Any:
    """Return what becomes of it the second time: a closer look by others, and nothing else."""
    return replace(
        life.drawn, received_on=life.today, end="look", oral=False, logged_after=0, acknowledged_after=1, days=30,
        staff=False, death=False, grave=False, candour=False, learning=False, action=False, ombudsman=False,
        reopened=False, answered=None, rarer=PLAIN,
    )  # fmt: skip
