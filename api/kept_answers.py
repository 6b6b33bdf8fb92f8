"""What was answered to an act of governance is kept, and answered again to whoever says the same under the same key.

What can be corrected or taken back is not kept: who is called what is looked up again, and a story of a panel, and what
was said when it was decided, is shown as it may be told today, for one that was withdrawn is told to nobody.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.schemas.governance_shown import OccurrenceShown
from db.models.office import OfficeAnswer, OfficeEvent
from db.queries import governance_facts

Row = TypeVar("Row")
# How somebody of the organisation is written wherever they are shown.
_SOMEBODY: Final = {"id", "name"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Generic[Row]):
    """How an answer is written down, and read again beside how the same is shown now."""

    plain: Callable[[Row], dict[str, Any]]
    read: Callable[[AsyncSession, dict[str, Any], Row], Awaitable[Row]]


async def keep(session: AsyncSession, event: OfficeEvent, answer: dict[str, Any]) -> None:
    """Keep what was answered to a change."""
    await session.flush()  # the entry stands before its answer
    session.add(OfficeAnswer(id=uuid7(), organisation_id=event.organisation_id, event_id=event.id, answer=answer))
    await session.flush()


def plain(shown: OccurrenceShown) -> dict[str, Any]:
    """Return an occurrence as it was shown, without names, and without what is told of its cases."""
    cases = [each.model_copy(update={"story": None, "ended_words": None}) for each in shown.cases]
    answer = shown.model_copy(update={"cases": cases}).model_dump(mode="json", by_alias=True)
    for each in _people(answer):
        each["name"] = None
    return answer


async def read(session: AsyncSession, answer: dict[str, Any], now: OccurrenceShown) -> OccurrenceShown:
    """Return an occurrence as it was shown, with the stories that may be told now of what was told then.

    What an earlier version kept, and cannot be read any more, is answered as it stands.
    """
    people = list(_people(answer))
    called = await governance_facts.names(session, {UUID(each["id"]) for each in people})
    for each in people:
        each["name"] = called.get(UUID(each["id"]))
    try:
        shown = OccurrenceShown.model_validate(answer)
    except ValidationError:
        return now
    told = {each.id: each for each in now.cases}
    cases = []
    for case in shown.cases:
        same = told.get(case.id)
        chosen = same is not None and case.how == same.how and case.chosen_by == same.chosen_by
        decided = chosen and same is not None and case.state == same.state
        words = {
            "story": same.story if same is not None and chosen else None,
            "ended_words": same.ended_words if same is not None and decided else None,
        }
        cases.append(case.model_copy(update=words))
    return shown.model_copy(update={"cases": cases})


def _people(answer: Any) -> Iterator[dict[str, Any]]:
    """Yield whoever of the organisation an answer shows, wherever it does."""
    if isinstance(answer, dict) and answer.keys() == _SOMEBODY:
        yield answer
    elif isinstance(answer, dict | list):
        for each in answer.values() if isinstance(answer, dict) else answer:
            yield from _people(each)


OCCURRENCE: Kept[OccurrenceShown] = Kept(plain=plain, read=read)
