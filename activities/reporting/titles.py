"""What a report calls the codes that it counts, and by which rules: kept with it, so that it is rebuilt as it was.

A division that gets another name, or a list of codes that is replaced, changes no report that was compiled before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db.models.organisation import Organisation
from db.queries import report_titles
from policies import training_files
from policies.alarm_files import load_alarms
from policies.candour_files import load_candour
from policies.code_lists import load_codes
from policies.duty_files import load_duties
from policies.outcomes import outcome_titles
from policies.oversight_files import load_oversight
from policies.procedure_files import load_procedures
from policies.reporting.report_words import FIXED, NOT_RECORDED
from policies.survey_files import PARTY, STAFF, statement_titles

# What stands where nothing was recorded: no list has a code of this name.
NONE: Final = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """What codes are called, by field; the organisation; and the version of the rules of the report."""

    organisation: str
    organisation_code: str
    rules: int
    held: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, field: str, code: str) -> str:
        """Return what a code of a field is called: the code itself where nobody called it anything."""
        found = self.held.get(field, {}).get(code)
        if found is not None:
            return found
        if code == NONE:
            return NOT_RECORDED
        if field == "theme" and "." in code:
            return self._parted("subject", "sub_subject", code)
        if field == "place" and "." in code:
            return self._parted("site", "ward", code)
        return code

    def under(self, rules: int) -> Titles:
        """Return the same under another version of the rules."""
        return replace(self, rules=rules)

    def to_plain(self) -> dict[str, Any]:
        """Return what is stored with a report."""
        return {
            "organisation": self.organisation,
            "organisation_code": self.organisation_code,
            "rules": self.rules,
            "held": {name: dict(codes) for name, codes in self.held.items()},
        }

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> Titles:
        """Return what was stored with a report."""
        return cls(
            organisation=plain["organisation"],
            organisation_code=plain["organisation_code"],
            rules=plain["rules"],
            held={name: dict(codes) for name, codes in plain["held"].items()},
        )

    def _parted(self, first: str, second: str, code: str) -> str:
        # A theme without a sub-subject is a subject; a place without a ward is never one.
        whole, part = code.split(".", 1)
        parts = (self.held.get(first, {}).get(whole, whole), self.held.get(second, {}).get(part, part))
        return ": ".join(parts)


async def load_titles(session: AsyncSession, organisation_id: UUID, on: date, rules: int) -> Titles:
    """Return what codes are called in an organisation, by the lists that are in force on a day."""
    organisation = await session.get_one(Organisation, organisation_id)
    own = await report_titles.own_themes(session)
    lists = _listed(on)
    held: dict[str, dict[str, str]] = {
        **{name: dict(codes) for name, codes in FIXED.items()},
        **lists,
        "theme": {**own, **lists.get("subject", {})},
        "division": await report_titles.units(session, "division"),
        "team": await report_titles.units(session, "team"),
        **_ruled(),
    }
    return Titles(organisation=organisation.name, organisation_code=organisation.code, rules=rules, held=held)


def _listed(on: date) -> dict[str, dict[str, str]]:
    """Return the titles of the lists; of a code that several versions have, of the one in force on the day."""
    known = load_codes()
    every = [each for versions in known.versions.values() for each in versions]
    found: dict[str, dict[str, str]] = {}
    for file in (*every, *known.in_force(on)):
        for listed in file.lists:
            if not listed.equality:
                found.setdefault(listed.field, {}).update({entry.code: entry.title for entry in listed.codes})
    return found


def _ruled() -> dict[str, dict[str, str]]:
    """Return the titles that rules give: of clocks, outcomes, stages, causes, bodies and procedures, newest last."""
    procedures = sorted(load_procedures().versions, key=lambda each: (each.code, each.version))
    outcomes: dict[str, str] = {}
    for each in procedures:
        outcomes |= outcome_titles(each.code, each.version)
    clocks = {clock.kind: clock.title for each in procedures for clock in each.clocks}
    clocks |= {clock.kind: clock.title for each in load_duties() for clock in each.clocks}
    return {
        "clock": clocks,
        "outcome": outcomes,
        "procedure": {each.code: each.title for each in procedures},
        "cause": {cause.code: cause.title for each in load_alarms() for cause in each.causes},
        "body": {body.code: body.title for each in load_oversight() for body in each.bodies},
        "candour": {rules.code: rules.title for rules in load_candour()},
        "course": training_files.titles(),
        "statement_party": statement_titles(PARTY),
        "statement_staff": statement_titles(STAFF),
    }
