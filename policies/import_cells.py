"""The cells of one row read field by field: each by itself, with every reason why one cannot be believed."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from policies.import_mapping import CODES, Mapping

_EMAIL: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}", re.ASCII
)
_PHONE: Final = re.compile(r"[0-9+()#*. -]{3,40}", re.ASCII)
_LONGEST: Final = {
    "source_reference": 200, "summary": 300, "narrative": 100_000, "desired_outcome": 20_000, "agreed_with": 200,
    "name": 200, "email": 254, "phone": 40, "address": 1_000,
}  # fmt: skip
_LAST: Final = date(2100, 12, 31)
_FIRST_BIRTH: Final = date(1900, 1, 1)
RHYTHM: Final = range(1, 367)


class Fault(StrEnum):
    """What can be wrong with a row."""

    # How it is written.
    CHARACTERS_UNREADABLE = "characters_unreadable"
    ROW_UNREADABLE = "row_unreadable"
    CELLS_WRONG = "cells_wrong"
    NOT_AN_OBJECT = "not_an_object"
    VALUE_NOT_PLAIN = "value_not_plain"
    # Which complaint it is.
    REFERENCE_MISSING = "reference_missing"
    DUPLICATE_IN_FILE = "duplicate_in_file"
    ALREADY_IMPORTED = "already_imported"
    # Fields by themselves.
    TOO_LONG = "too_long"
    NARRATIVE_TOO_LONG = "narrative_too_long"
    SUMMARY_MISSING = "summary_missing"
    COMPLAINANT_MISSING = "complainant_missing"
    EMAIL_UNREADABLE = "email_unreadable"
    PHONE_UNREADABLE = "phone_unreadable"
    DATE_UNREADABLE = "date_unreadable"
    DATE_IN_FUTURE = "date_in_future"
    DATE_OUT_OF_RANGE = "date_out_of_range"
    RHYTHM_OUT_OF_RANGE = "rhythm_out_of_range"
    STAGE_UNKNOWN = "stage_unknown"
    CHANNEL_UNKNOWN = "channel_unknown"
    DISCUSSION_UNKNOWN = "discussion_unknown"
    BASIS_UNKNOWN = "basis_unknown"
    OUTCOME_UNKNOWN = "outcome_unknown"
    OWNER_UNKNOWN = "owner_unknown"
    TEAM_UNKNOWN = "team_unknown"
    RECEIVED_MISSING = "received_missing"
    # How they go together.
    RECEIVED_BEFORE_PROCEDURE = "received_before_procedure"
    ACKNOWLEDGED_BEFORE_RECEIVED = "acknowledged_before_received"
    PERIOD_SET_BEFORE_RECEIVED = "period_set_before_received"
    RESPONDED_BEFORE_RECEIVED = "responded_before_received"
    ENDED_BEFORE_RECEIVED = "ended_before_received"
    ENDED_BEFORE_RESPONDED = "ended_before_responded"
    UPDATE_BEFORE_RECEIVED = "update_before_received"
    STAGE_WITHOUT_DATE = "stage_without_date"
    STAGE_CONTRADICTS_DATES = "stage_contradicts_dates"
    PERIOD_WITHOUT_DATE = "period_without_date"
    RESPOND_BY_BEFORE_SET = "respond_by_before_set"
    RESPONDED_WITHOUT_OUTCOME = "responded_without_outcome"
    RELEVANT_UNTIL_NOT_LATER = "relevant_until_not_later"
    RELEVANT_WITHOUT_AGREEMENT = "relevant_without_agreement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a row is set aside, and which field of ours it is about."""

    code: Fault
    field: str | None = None


_SHAPES: Final = {"email": (_EMAIL, Fault.EMAIL_UNREADABLE), "phone": (_PHONE, Fault.PHONE_UNREADABLE)}


class Cells:
    """The cells of one row under a mapping, read field by field; what cannot be read is noted."""

    def __init__(self, mapping: Mapping, cells: MappingType[str, Any]) -> None:
        self._mapping = mapping
        self._cells = cells
        self.reasons: list[Reason] = []

    def _raw(self, name: str) -> str | None:
        if name in self._mapping.constants:
            return self._mapping.constants[name].strip() or None
        parts = [str(self._cells.get(column, "")).strip() for column in self._mapping.columns_of(name)]
        joined = " ".join(part for part in parts if part)
        return joined or self._mapping.defaults.get(name, "").strip() or None

    def words(self, name: str, kind: str | None = None) -> str | None:
        """Return a text within its length."""
        found = self._raw(name)
        if found is not None and len(found) > _LONGEST[kind or name]:
            self._note(Fault.NARRATIVE_TOO_LONG if name == "narrative" else Fault.TOO_LONG, name)
            return None
        one_line = found is not None and (kind or name) not in ("narrative", "desired_outcome", "address")
        return " ".join(found.split()) if found is not None and one_line else found

    def code(self, name: str) -> str | None:
        """Return one of our codes: as their value translates, or as it is."""
        found = self._translated(name)
        if found is None:
            return None
        folded = found.casefold().replace(" ", "_")
        if folded in CODES[name]:
            return folded
        self._note(Fault(f"{name}_unknown"), name)
        return None

    def known(self, name: str, directory: MappingType[str, UUID], fault: Fault) -> UUID | None:
        """Return the id of somebody, or of a team, that the organisation has."""
        found = self._translated(name)
        if found is None:
            return None
        if found.casefold() not in directory:
            self._note(fault, name)
        return directory.get(found.casefold())

    def _translated(self, name: str) -> str | None:
        found = self._raw(name)
        if found is None:
            return None
        table = self._mapping.values.get(name, {})
        return table.get(found) or {theirs.casefold(): ours for theirs, ours in table.items()}.get(
            found.casefold(), found
        )

    def day(self, name: str) -> date | None:
        """Return a day, by the first format that reads it."""
        found = self._raw(name)
        if found is None:
            return None
        for form in self._mapping.date_formats:
            try:
                day = datetime.strptime(found, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
            if day > _LAST or (name.endswith("born_on") and day < _FIRST_BIRTH):
                self._note(Fault.DATE_OUT_OF_RANGE, name)
                return None
            return day
        self._note(Fault.DATE_UNREADABLE, name)
        return None

    def past(self, name: str, today: date) -> date | None:
        """Return a day that is not in the future."""
        day = self.day(name)
        if day is not None and day > today:
            self._note(Fault.DATE_IN_FUTURE, name)
        return day

    def rhythm(self) -> int | None:
        """Return the days between two updates."""
        found = self._raw("update_every_days")
        if found is None:
            return None
        if not (found.isascii() and found.isdigit() and len(found) < 5 and int(found) in RHYTHM):
            self._note(Fault.RHYTHM_OUT_OF_RANGE, "update_every_days")
            return None
        return int(found)

    def party(self, role: str, today: date) -> dict[str, Any] | None:
        """Return a person outside, if there is a name."""
        found: dict[str, Any] = {
            what: self.words(f"{role}_{what}", what) for what in ("name", "email", "phone", "address")
        }
        found["born_on"] = self.past(f"{role}_born_on", today)
        for what, shape, fault in (
            ("email", _EMAIL, Fault.EMAIL_UNREADABLE),
            ("phone", _PHONE, Fault.PHONE_UNREADABLE),
        ):
            if found[what] is not None and not shape.fullmatch(found[what]):
                self._note(fault, f"{role}_{what}")
        if found["name"] is None:
            return None
        return {"role": role, **found, "name": self._turned(found["name"])}

    def _turned(self, name: str) -> str:
        surname, comma, first = name.partition(",")
        turned = f"{first.strip()} {surname.strip()}".strip()
        return turned if self._mapping.surname_first and comma and turned else name

    def _note(self, code: Fault, name: str) -> None:
        self.reasons.append(Reason(code=code, field=name))
