"""What was learned from a complaint, recorded in versions: also where nothing went wrong, before and after its end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from activities.acts import unplanned
from activities.acts.case import Case, Refused, codes, refuse_if
from contracts.failures import Refusal
from db.learning_said import RecordLearning
from db.models.learning import Learning, LearningVersion
from db.queries import alarms
from db.queries import learning as rows
from policies import acting, learning_files

# What a version says. One that is left out stays as it was in the version before.
_SAID = ("theme", "place", "factors", "outcome", "went_wrong", "found", "will_change", "public_words")


async def record(case: Case, said: RecordLearning) -> None:
    """Record what was learned, or the next version of it. Words for the public are approved by another person."""
    learning, before = await _before(case, said)
    values = await _values(case, said, before)
    if said.approve_public:
        values |= _approval(case, said, before)
    else:
        await _check(case, values, before)
        values |= await _whose_words(case, values, before)
    if learning is None:
        learning = await _begin(case)
    learning.version += 1
    version = LearningVersion(
        id=case.new_id("learning/version"),
        organisation_id=learning.organisation_id,
        complaint_id=learning.complaint_id,
        learning_id=learning.id,
        number=learning.version,
        factors_version=learning_files.newest().version,
        **values,
        act_id=case.act.act_id,
        said_by=case.actor_id,
        said_at=case.at,
    )
    case.session.add(version)
    await case.session.flush()
    _journal(case, version)
    await unplanned.learned(case, version)


async def theme_and_place(
    case: Case, theme: str | None, place: str | None, learning_id: UUID | None = None
) -> tuple[str | None, str | None]:
    """Return what an action is about: as it is said, else as the learning has it from which it follows."""
    if theme is not None:
        await check_theme(case, theme)
    if learning_id is not None:
        learned = await find(case, learning_id)
        version = await rows.standing(case.session, learned.id)
        theme, place = theme or version.theme, place or version.place
    return theme, place


async def check_theme(case: Case, theme: str) -> None:
    """Refuse a theme that is neither a subject in force nor one of the organisation's own."""
    own = await rows.own_themes(case.session)
    if not acting.knows_theme(theme, (case.on, case.complaint.received_on), own):
        raise Refused(Refusal.UNKNOWN_CODE, ("theme",))


async def find(case: Case, learning_id: UUID) -> Learning:
    """Return learning of this very complaint."""
    found = await case.session.get(Learning, learning_id)
    if found is None or found.complaint_id != case.complaint.id:
        raise Refused(Refusal.UNKNOWN_LEARNING)
    return found


async def _before(case: Case, said: RecordLearning) -> tuple[Learning | None, LearningVersion | None]:
    if said.learning_id is None:
        refuse_if(said.approve_public, Refusal.UNKNOWN_LEARNING)
        return None, None
    learning = await find(case, said.learning_id)
    return learning, await rows.standing(case.session, learning.id)


async def _values(case: Case, said: RecordLearning, before: LearningVersion | None) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(said, name) for name in _SAID}
    for name in _SAID:
        if values[name] is None and before is not None:
            values[name] = getattr(before, name)
    if before is None and values["place"] is None:
        values["place"] = await alarms.place_of(case.session, case.complaint.id)
    values["factors"] = list(values["factors"] or ())
    values["went_wrong"] = bool(values["went_wrong"])
    if values["outcome"] == "nothing_to_learn" and said.will_change is None:
        values["will_change"] = None  # what was to change before is not to change any more
    return values


async def _check(case: Case, values: dict[str, Any], before: LearningVersion | None) -> None:
    if before is not None:
        refuse_if(all(values[name] == getattr(before, name) for name in _SAID), Refusal.NOTHING_CHANGES)
    if values["theme"] is None:
        raise Refused(Refusal.UNKNOWN_CODE, ("theme",))
    if before is None or values["theme"] != before.theme:
        await check_theme(case, values["theme"])
    new = before is None or values["factors"] != before.factors
    if not values["factors"] or (new and acting.unknown_factors(values["factors"])):
        raise Refused(Refusal.UNKNOWN_CODE, ("factors",))
    refuse_if(not values["found"] or values["outcome"] is None, Refusal.REASON_NEEDED)
    learned = values["outcome"] == "learned"
    refuse_if(learned and not values["will_change"], Refusal.REASON_NEEDED)
    refuse_if(not learned and bool(values["will_change"]), Refusal.CONTRADICTS_RECORD)


async def _whose_words(case: Case, values: dict[str, Any], before: LearningVersion | None) -> dict[str, Any]:
    """Return who stands behind the words for the public: they name nobody, and others than before are approved anew."""
    if values["public_words"] is None:
        return {"public_by": None, "public_approved_by": None}
    if before is not None and values["public_words"] == before.public_words:
        return {"public_by": before.public_by, "public_approved_by": before.public_approved_by}
    refuse_if(case.actor_id is None, Refusal.NOT_AUTHORISED)
    names = await rows.names_in_case(case.session, case.complaint.id)
    if acting.names_somebody(values["public_words"], names):
        raise Refused(Refusal.CONTRADICTS_RECORD, ("names",))
    return {"public_by": case.actor_id, "public_approved_by": None}


def _approval(case: Case, said: RecordLearning, before: LearningVersion | None) -> dict[str, Any]:
    """Return that another person approves the words for the public, as they stand and with nothing else changed."""
    assert before is not None  # `_before` saw to it
    refuse_if(any(getattr(said, name) is not None for name in _SAID), Refusal.CONTRADICTS_RECORD)
    refuse_if(before.public_words is None, Refusal.NOTHING_DRAFTED)
    refuse_if(before.public_approved_by is not None, Refusal.NOTHING_CHANGES)
    refuse_if(case.actor_id is None, Refusal.NOT_AUTHORISED)
    refuse_if(case.actor_id == before.public_by, Refusal.SAME_PERSON)
    return {"public_by": before.public_by, "public_approved_by": case.actor_id}


async def _begin(case: Case) -> Learning:
    learning = Learning(
        id=case.new_id("learning"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        number=await rows.next_number(case.session, case.complaint.id),
        version=0,
        act_id=case.act.act_id,
        said_at=case.at,
    )
    case.session.add(learning)
    await case.session.flush()
    return learning


def _journal(case: Case, version: LearningVersion) -> None:
    case.event(
        "learning.recorded",
        learning_id=version.learning_id,
        version=version.number,
        theme=version.theme,
        place=version.place,
        factors=codes(version.factors),
        outcome=version.outcome,
        went_wrong=version.went_wrong,
        public=version.public_words is not None,
        approved=version.public_approved_by is not None,
    )
