"""Looks across the cases of an organisation when one is coded: the same theme or place again wakes a senior, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from activities.acts import raising
from activities.acts.case import Case
from contracts.commands import CommandKind
from db.models.alarms import Recurrence
from db.queries import alarms
from policies import alarm_files, alarming
from policies.alarm_rules import By, Cause, RecurrenceRule
from policies.alarming import Found

# What says what a complaint is about, or where it happened.
AFTER: Final = frozenset({CommandKind.SET_CODING, CommandKind.SET_ISSUES})


async def look(case: Case) -> None:
    """Count the complaints with the same codes as this one, and wake a senior where there are too many."""
    complaint = case.complaint
    if complaint.alarms_version is None or complaint.reopened_from is not None or complaint.matter != "complaint":
        return
    rules = alarm_files.version(complaint.alarms_version)
    mix = rules.mix_for(case.procedure.code, case.procedure.regime)
    if Cause.RECURRENCE not in mix.wakes or not mix.recurrences:
        return
    await case.session.flush()
    themes = await alarms.themes_of(case.session, complaint.id)
    place = await alarms.place_of(case.session, complaint.id)
    for rule in mix.recurrences:
        for theme, where in _codes(rule.by, themes, place):
            await _count(case, rule, theme, where, rules.level_of(Cause.RECURRENCE))


def _codes(by: By, themes: list[str], place: str | None) -> list[tuple[str | None, str | None]]:
    if by is By.THEME:
        return [(theme, None) for theme in themes]
    if place is None:
        return []
    return [(None, place)] if by is By.PLACE else [(theme, place) for theme in themes]


async def _count(case: Case, rule: RecurrenceRule, theme: str | None, place: str | None, level: str) -> None:
    session, complaint = case.session, case.complaint
    # Two complaints that are coded at one moment do not see each other: one waits, so that one of them tips it.
    await alarms.hold_count(session, complaint.organisation_id, rule.by.value, theme or "", place or "")
    since = case.on - timedelta(days=rule.within_days)
    found = await alarms.same(session, complaint.organisation_id, since, case.on, theme, place)
    if complaint.id not in {each.complaint_id for each in found}:
        return  # it was received before the window: coding it late is no news
    last = await alarms.last_found(session, complaint.organisation_id, rule.by.value, theme, place)
    before = Found(on=last.found_on, count=last.count) if last is not None else None
    if not alarming.tips(rule, len(found), before, case.on):
        return
    number = 1 if last is None else last.number + 1
    name = f"recurrence/{rule.by.value}/{theme}/{place}/{number}"
    raised = await raising.raise_for(case, Cause.RECURRENCE.value, level=level, subject_id=case.new_id(name), name=name)
    session.add(
        Recurrence(
            id=case.new_id(name),
            organisation_id=complaint.organisation_id,
            complaint_id=complaint.id,
            kind=rule.by.value,
            theme=theme,
            place=place,
            number=number,
            first_on=found[0].received_on,
            last_on=found[-1].received_on,
            count=len(found),
            cases=[str(each.complaint_id) for each in found],
            proceeding_id=raised.id if raised is not None else None,
            found_on=case.on,
            act_id=case.act.act_id,
        )
    )
    await session.flush()
    case.event("recurrence.found", recurrence_id=case.new_id(name), by=rule.by.value, count=len(found), number=number)
