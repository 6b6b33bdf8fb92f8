"""How a notice reaches somebody: by a channel that is safe for them, in the form they need; asked until it leaves."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from activities.acts import apart, carriers, ledger
from activities.acts.case import Case, codes
from activities.acts.ledger import Terms
from contracts.notices import NoticeState
from db.models.complaint import Party
from db.models.people_outside import ContactNeeds
from db.models.work import Notice
from db.queries import copies, people_outside, tasks
from policies import reaching
from policies.reaching import LARGE_PRINT, LETTER, TEXT, Needs

FORMAT_OWED: Final = "format_owed"
UNSAFE: Final = "unsafe_channel"
RETIRED: Final = "no_longer_a_party"
FORMAT: Final = "format"
POST: Final = "post_letter"
FIND_WAY: Final = "find_way"
SUPPLY: Final = "supply_format"
CALL: Final = "call_instead"
# What a person does so that a released notice reaches somebody.
BY_HAND: Final = (POST, FIND_WAY, SUPPLY)


async def needs(case: Case, party: Party) -> Needs:
    """Return what somebody needs, as far as it decides how they are reached."""
    return as_rule(await people_outside.needs_of(case.session, party.id))


def as_rule(row: ContactNeeds | None) -> Needs:
    """Return a version of what somebody needs as the rules see it; without one, nothing in particular."""
    if row is None:
        return Needs()
    return Needs(
        preferred_channel=row.preferred_channel,
        language=row.language,
        formats=tuple(row.formats),
        unsafe=frozenset(row.unsafe),
        copies=row.copies,
    )


async def channel(case: Case, party: Party, found: Needs, *, short: bool) -> str | None:
    """Return the channel that something is written for; `short` says whether there are words for a text."""
    text = short and party.phone is not None and found.preferred_channel == TEXT and await carriers.may_text(case)
    return reaching.choose(found, email=party.email is not None, address=party.address is not None, text=text)


async def fit(case: Case, notice: Notice, party: Party) -> Needs:
    """Fit what has not left to what its party needs now; say so where it takes another way.

    The words of a text are no letter: it stays a text, or does not leave.
    """
    found = await needs(case, party)
    notice.formats, notice.language = list(found.formats), found.language
    if notice.channel == TEXT:
        return found
    now = await channel(case, party, found, short=False) or LETTER
    if now != notice.channel:
        case.event("notice.channel_changed", notice_id=notice.id, old_channel=notice.channel, channel=now)
        notice.channel = now
    return found


async def as_letter(case: Case, notice: Notice, party: Party) -> None:
    """Let words that somebody wrote at length leave as a letter does, to whoever prefers texts, too."""
    if notice.channel == TEXT:
        notice.channel = await channel(case, party, await needs(case, party), short=False) or LETTER


async def leave(case: Case, notice: Notice, party: Party | None, found: Needs) -> None:
    """Queue what a machine carries; else ask a person to post it, to supply the form, or to find a way.

    Without a party it is for a member of staff, who is found in the organisation's own post.
    """
    if found.rings:
        await ask(case, CALL, notice)
    by_post = party is None or (party.address is not None and reaching.is_safe(LETTER, found.unsafe))
    there = notice.channel != LETTER or by_post
    if found.owes_format:
        await owe(case, notice)
        return
    notice.carrier = await carriers.carrier_for(case, notice.channel, found) if there else None
    if there and carriers.leaves_by_itself(notice):
        notice.state = NoticeState.QUEUED.value
    else:
        notice.state = NoticeState.RELEASED.value
        await ask(case, POST if there else FIND_WAY, notice)


async def ask(
    case: Case, kind: str, notice: Notice, *, due_on: date | None = None, clock_id: UUID | None = None
) -> None:
    """Write the task that asks for something about a letter, for whoever may see to it."""
    asked = await apart.whom_to_ask(case, notice)
    await case.task(
        kind, asked.role, name=str(notice.id), due_on=due_on, clock_id=clock_id, notice_id=notice.id, kept=asked.kept
    )


async def owe(case: Case, notice: Notice) -> None:
    """Keep what no machine can make in the form that somebody needs, until a person says that they have it."""
    notice.state, notice.failure = NoticeState.RELEASED.value, FORMAT_OWED
    # What lies in the out-tray is taken out of it.
    notice.carrier = carriers.OUT_TRAY if notice.carrier == carriers.OUT_TRAY else None
    case.event("notice.format_owed", notice_id=notice.id, formats=codes(notice.formats), language=notice.language)
    due_on = None
    if case.complaint.open and case.procedure.has_clock(FORMAT):
        clock = await ledger.arm(case, FORMAT, case.on, Terms(cause=FORMAT_OWED), subject_id=notice.id)
        due_on = clock.due_on
    await ask(case, SUPPLY, notice, due_on=due_on)


async def refit(case: Case, notice: Notice, found: Needs) -> None:
    """Let what is released and has not left wait for the form that is needed now; large print is set as it leaves.

    Where the sheet is made already, or none goes with it, a person sees to the larger one.
    """
    larger = LARGE_PRINT in found.formats and LARGE_PRINT not in notice.formats
    notice.formats, notice.language = list(found.formats), found.language
    made = await copies.is_kept(case.session, notice.id) or carriers.takes_words_alone(notice)
    printed = larger and made
    if found.owes_format or printed:
        await no_longer(case, notice.id, FORMAT_OWED)
        await owe(case, notice)


async def is_sought(case: Case, notice: Notice) -> bool:
    """Say whether a person looks for a way to somebody whom none that we know reaches: nothing makes that less safe."""
    return await tasks.was_asked_about(case.session, notice.id, FIND_WAY)


async def supplied(case: Case, notice: Notice) -> None:
    """Write down that somebody has a notice in the form they need."""
    notice.state, notice.settled_at, notice.failure = NoticeState.DELIVERED.value, case.at, None
    notice.journalled = True
    case.event("notice.delivered", notice_id=notice.id, template=notice.template, in_format=True)
    await ledger.meet_if_running(case, FORMAT, case.on, notice.id)


async def ask_for_interpreter(case: Case, party: Party) -> None:
    """Ask for an interpreter where somebody who needs one is going to be talked with."""
    if (await needs(case, party)).is_interpreted:
        await case.task("book_interpreter", "owner", name=str(party.id), subject_id=party.id)


async def no_longer(case: Case, notice_id: UUID, cause: str) -> None:
    """End what was asked of people about a notice that does not leave any more, and the clock on its form."""
    for kind in (*BY_HAND, CALL):
        await tasks.end_open(case.session, case.complaint.id, at=case.at, notice_id=notice_id, kind=kind)
    if row := await ledger.running(case, FORMAT, notice_id):
        await ledger.stop(case, row, cause)
