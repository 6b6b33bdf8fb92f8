"""By which rules a return KO41a or KO41b counts: those of its definition, with the lists of codes of its year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from db.queries.report_ko41_counted import UNCODED, Counting, Has, Listed
from db.queries.report_scope import Scope
from policies.code_lists import CodeFile, load_codes
from policies.outcomes import NOT_UPHELD, PARTIALLY, UPHELD
from policies.procedure_files import load_procedures
from policies.reporting.definition_files import Definition, definition
from policies.reporting.ko41 import PARTS, Part

KINDS: Final = ("ko41a", "ko41b")
# What the sections of the return are called in the lists of codes.
FIELDS: Final[Mapping[Part, str]] = {
    "age_band": "age_band",
    "complainant_status": "complainant_status",
    "service_area": "service_area",
    "clinical": "sub_subject",
    "subject": "subject",
    "profession": "profession",
}
_VOCABULARY: Final = "ko41"
_THEIR_OWN: Final = {word: word for word in (UPHELD, PARTIALLY, NOT_UPHELD)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of one return: of each section its codes in order, and its code for what is not known, if any."""

    definition: Definition
    counting: Counting
    lists: CodeFile
    listed: Mapping[Part, tuple[str, ...]]
    other: Mapping[Part, str | None]

    def rows(self, part: Part) -> Listed:
        """Return the rows of a section, and the one for what is not among them."""
        return Listed(codes=self.listed[part], other=self.other[part])

    def not_listed(self, part: Part) -> Has:
        """Return what has, in a section, a code that the list has not."""
        return Has(name=part, codes=(*self.listed[part], UNCODED), among=False)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return the sections that this return has."""
        sections = {section.code for section in self.definition.sections}
        return tuple(part for part in PARTS if part in sections)

    def opened_by(self, state: str) -> str:
        """Return the figure by which a column of the return is opened."""
        return f"{self.definition.kind}_{state}"


def rules_of(kind: str, version: int, scope: Scope, organisation_code: str) -> Rules:
    """Return by which rules a return was counted in one version of them."""
    found = definition(kind, version)
    codes = found.codes
    lists = load_codes().on_day(codes["lists"][0], scope.last_on)
    primary = bool(found.numbers["primary_care"])
    listed = {part: _codes(lists, FIELDS[part]) for part in PARTS}
    other = {part: next((code for code in codes["unknown"] if code in listed[part]), None) for part in PARTS}
    listed["service_area"] = tuple(
        code
        for code in listed["service_area"]
        if (code in codes["primary"]) == primary or code == other["service_area"]
    )
    counting = Counting(
        outcomes=_outcomes(),
        never=codes["never"],
        primary=codes["primary"],
        practice=found.texts["practice"],
        ours=primary,
        matters=codes["matters"],
        parts=codes["parts"],
        organisation_code=organisation_code,
        unfinished=codes.get("unfinished", ()),
    )
    return Rules(definition=found, counting=counting, lists=lists, listed=listed, other=other)


def _codes(lists: CodeFile, field: str) -> tuple[str, ...]:
    found = lists.list_of(field)
    return () if found is None else tuple(entry.code for entry in found.codes)


def _outcomes() -> tuple[tuple[str, int, str, str], ...]:
    """Return what every version of every procedure calls an outcome in the words of the return.

    Under one that names no outcomes a response can say only those of the return itself.
    """
    found = []
    for procedure in load_procedures().versions:
        named = {rule.code: rule.reports.get(_VOCABULARY) for rule in procedure.outcomes} or _THEIR_OWN
        found += [(procedure.code, procedure.version, code, word) for code, word in named.items() if word is not None]
    return tuple(found)
