"""How a complaint is coded for the returns: which codes count, what is still missing, what can be worked out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from policies.code_lists import DATED, CodeFile, as_plain, load_codes
from policies.eligibility import age_on
from policies.procedure import Procedure
from policies.procedure_files import load_procedures

_SUBJECTS: Final = "subjects"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedSubject:
    """The codes of one thing complained about."""

    subject: str
    sub_subject: str | None = None
    profession: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingLook:
    """What a procedure asks of a coding. `asked` is not required, but somebody should say it if they can."""

    lists: str
    lists_version: int
    required: tuple[str, ...]
    missing: tuple[str, ...]
    asked: tuple[str, ...]
    age_band: str | None


def lists_for(procedure: Procedure, received_on: date) -> CodeFile | None:
    """Return the lists that a complaint of this day is coded with; None where its procedure asks for no codes."""
    if procedure.coding is None:
        return None
    return load_codes().on_day(procedure.coding.lists, received_on)


def unknown(lists: CodeFile | None, codes: Mapping[str, str], subjects: Collection[CodedSubject]) -> list[str]:
    """Return the fields whose code is not one of the lists; without lists, none is."""
    if lists is None:
        return sorted({*codes, *((_SUBJECTS,) if subjects else ())})
    odd = {field for field, code in codes.items() if not lists.knows(field, code)}
    if not all(_known(lists, each) for each in subjects):
        odd.add(_SUBJECTS)
    return sorted(odd)


def _known(lists: CodeFile, said: CodedSubject) -> bool:
    return (
        lists.knows("subject", said.subject)
        and (said.sub_subject is None or lists.belongs(said.sub_subject, said.subject))
        and (said.profession is None or lists.knows("profession", said.profession))
    )


def look(
    procedure: Procedure,
    *,
    filled: Collection[str],
    subjects: int,
    uncoded_issues: int,
    received_on: date,
    born_on: date | None,
) -> CodingLook | None:
    """Return what is missing of a coding. `filled` are the fields that have a value; subjects are counted.

    Each issue has a subject of its own; a complaint without issues has at least one. Where a time limit counts, the
    days of the matter are asked for: nothing is presumed while they are unknown.
    """
    lists = lists_for(procedure, received_on)
    if procedure.coding is None or lists is None:
        return None
    there = set(filled) | ({_SUBJECTS} if subjects and not uncoded_issues else set())
    required = procedure.coding.required
    asked = DATED if procedure.time_limit is not None else ()
    return CodingLook(
        lists=lists.name,
        lists_version=lists.version,
        required=required,
        missing=tuple(field for field in required if field not in there),
        asked=tuple(field for field in asked if field not in there and field not in required),
        age_band=None if born_on is None else age_band(lists, born_on, received_on),
    )


def age_band(lists: CodeFile, born_on: date, on: date) -> str | None:
    """Return the band of somebody's age on a day; None where no band holds it."""
    listed, age = lists.list_of("age_band"), age_on(born_on, on)
    for entry in listed.codes if listed is not None else ():
        if entry.least is not None and entry.least <= age <= (entry.most if entry.most is not None else age):
            return entry.code
    return None


def look_at(
    code: str,
    version: int,
    *,
    filled: Collection[str],
    subjects: int,
    uncoded_issues: int,
    received_on: date,
    born_on: date | None,
) -> CodingLook | None:
    """Look at a coding by the rules of a version of a procedure."""
    return look(
        load_procedures().get(code, version),
        filled=filled,
        subjects=subjects,
        uncoded_issues=uncoded_issues,
        received_on=received_on,
        born_on=born_on,
    )


def in_force(on: date) -> list[dict[str, Any]]:
    """Return the lists in force on a day, as plain JSON."""
    return [as_plain(found) for found in load_codes().in_force(on)]
