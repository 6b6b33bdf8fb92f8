"""A feedback round asks one person how it was: by a letter that goes by itself, or not, where they are left in peace.

Nothing here tells anything of the case: the letter is made of its template alone, so nobody has to release it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from activities.acts import left_in_peace, letters, reach, staff_letters
from activities.acts.apart import STAFF_SURVEY, SURVEY
from activities.acts.case import Case
from activities.acts.left_in_peace import Peace
from contracts.notices import NoticeState
from db.feedback_codes import as_written, hash_in
from db.models.complaint import Party
from db.models.involvement import Involvement
from db.models.staff_comment import Experience
from db.models.work import Notice
from db.staff_said import RecordExperience
from policies.reaching import Needs
from policies.survey_files import Instrument, load_surveys

# So long a link is good.
LIFETIME: Final = timedelta(weeks=8)


async def peace_of(case: Case, party: Party | None) -> Peace | None:
    """Return why somebody is left in peace when a round comes by; a member of staff where there is no party."""
    if party is None:
        return await left_in_peace.of_anybody(case)
    if found := await left_in_peace.of_party(case, party):
        return found
    return Peace(cause="no_safe_way") if await left_in_peace.is_out_of_reach(case, party) else None


def open_page(case: Case, row: Experience, said: RecordExperience) -> None:
    """Have a link open the page of this very question, if the round has one."""
    link_hash = None if said.link is None else hash_in(said.link)
    if link_hash is not None:
        row.link_hash, row.expires_at = link_hash, case.at + LIFETIME


async def write(case: Case, row: Experience, said: RecordExperience, to: Party | Involvement) -> None:
    """Write to somebody, and let it leave as it does for them: nobody has to release it."""
    facts = {"link": said.link and as_written(said.link), "statements": listed(load_surveys()[row.instrument or ""])}
    if isinstance(to, Party):
        found = await reach.needs(case, to)
        notice = await letters.to_person(case, SURVEY, facts, NoticeState.RELEASED, to)
        await _leave(case, notice, to, found)
    else:
        notice = await staff_letters.write(case, STAFF_SURVEY, facts, to, NoticeState.RELEASED)
        await _leave(case, notice, None, Needs())
    row.channel = notice.channel


def listed(instrument: Instrument) -> str:
    """Return the statements as they stand in a letter, one a line."""
    return "\n".join(f"- {each.words}: 1 2 3 4 5" for each in instrument.statements)


async def _leave(case: Case, notice: Notice, party: Party | None, found: Needs) -> None:
    # The notice before the tasks and clocks that name it.
    await case.session.flush()
    await reach.leave(case, notice, party, found)
