"""Read and check the lists of codes in `policies/codes/` that procedures name, one TOML file per version.

Validation is complete at the first read: a malformed list refuses the process at its start, as a procedure does.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass as plain_dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import Field, StrictBool, StrictInt, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from policies.clock_rules import Certainty
from policies.procedure import Procedure
from policies.procedure_files import load_procedures
from policies.rule_fields import STRICT, Name, PlainDate, Words, refuse_repeats
from policies.toml_lines import Lines

Coded = Literal["age_band", "complainant_status", "service_area", "subject", "sub_subject", "profession"]
Monitored = Literal["ethnicity", "religion", "disability", "sex", "gender_identity", "sexual_orientation"]
Listed = Coded | Monitored
Formed = Literal["site", "ward"]
# What a procedure may require of a coding: a code, or a day of the matter.
CODED: Final = ("age_band", "complainant_status", "site", "ward", "service_area", "subjects", "profession")
DATED: Final = ("happened_on", "noticed_on")
EQUALITY: Final = frozenset(get_args(Monitored))


class CodeListError(ValueError):
    """A file of codes is malformed, or a procedure names one that is not there; the message names file and key."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Entry:
    """One code. `of` is the subject it belongs to; `least` and `most` bound an age in years, both included."""

    code: Name
    title: Annotated[str, Field(min_length=1, max_length=200)]
    certainty: Certainty | None = None
    of: Name | None = None
    least: Annotated[StrictInt, Field(ge=0, le=150)] | None = None
    most: Annotated[StrictInt, Field(ge=0, le=150)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class CodeList:
    """The codes of one field, where they are from, and how certain that is. `equality`: for monitoring only."""

    field: Listed
    title: Words
    certainty: Certainty
    source: Words
    codes: Annotated[tuple[Entry, ...], Field(min_length=2)]
    equality: StrictBool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("codes", (entry.code for entry in self.codes))
        if self.equality != (self.field in EQUALITY):
            raise ValueError("equality: true for what is monitored, and for nothing else")
        bounded = [entry for entry in self.codes if entry.least is not None]
        if any(entry.most is not None for entry in self.codes if entry.least is None):
            raise ValueError("codes: most without least")
        for younger, older in pairwise(bounded):
            if younger.most is None or older.least != younger.most + 1:
                raise ValueError(f"codes: {older.code} does not begin where {younger.code} ends")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class CodeFormat:
    """What the code of a field looks like, where somebody else keeps the list."""

    field: Formed
    title: Words
    pattern: Annotated[str, Field(min_length=1, max_length=200)]
    certainty: Certainty
    source: Words

    @model_validator(mode="after")
    def _check(self) -> Self:
        try:
            re.compile(self.pattern)
        except re.error:
            raise ValueError("pattern: not a regular expression") from None
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class CodeFile:
    """One version of the lists that a return needs."""

    name: Name
    version: Annotated[StrictInt, Field(ge=1)]
    title: Words
    effective_from: PlainDate
    effective_until: PlainDate | None = None
    source: Words
    lists: Annotated[tuple[CodeList, ...], Field(min_length=1)]
    formats: tuple[CodeFormat, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("field", self.fields)
        if self.effective_until is not None and self.effective_until < self.effective_from:
            raise ValueError("effective_until: before effective_from")
        subjects = {entry.code for each in self.lists if each.field == "subject" for entry in each.codes}
        for each in self.lists:
            for entry in each.codes:
                if (each.field == "sub_subject") != (entry.of is not None):
                    raise ValueError(f"{each.field}: {entry.code}: of: needed within a subject, and nowhere else")
                if entry.of is not None and entry.of not in subjects:
                    raise ValueError(f"{each.field}: {entry.code}: no subject {entry.of}")
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that have codes here."""
        return (*(each.field for each in self.lists), *(each.field for each in self.formats))

    def list_of(self, field: str) -> CodeList | None:
        """Return the codes of a field, if they are listed here."""
        return next((each for each in self.lists if each.field == field), None)

    def knows(self, field: str, code: str) -> bool:
        """Say whether a code is one of a field's."""
        if (listed := self.list_of(field)) is not None:
            return any(entry.code == code for entry in listed.codes)
        formed = next((each for each in self.formats if each.field == field), None)
        return formed is not None and re.fullmatch(formed.pattern, code) is not None

    def belongs(self, sub_subject: str, subject: str) -> bool:
        """Say whether a code within a subject is one of that subject's."""
        listed = self.list_of("sub_subject")
        return listed is not None and any(each.code == sub_subject and each.of == subject for each in listed.codes)


@plain_dataclass(frozen=True, slots=True, kw_only=True)
class CodeFiles:
    """Every version of every file of codes that a procedure names, the earliest first."""

    versions: Mapping[str, tuple[CodeFile, ...]]

    def on_day(self, name: str, on: date) -> CodeFile:
        """Return the version in force on a day; for a day before there was one, the first."""
        versions = self.versions[name]
        begun = [each for each in versions if each.effective_from <= on]
        return begun[-1] if begun else versions[0]

    def in_force(self, on: date) -> list[CodeFile]:
        """Return what is in force on a day, of every file."""
        found = (self.on_day(name, on) for name in self.versions)
        return [each for each in found if each.effective_from <= on <= (each.effective_until or date.max)]


_FILE = TypeAdapter(CodeFile)


@cache
def load_codes() -> CodeFiles:
    """Return the lists that the shipped procedures name, read and validated once per process."""
    folder = files("policies.codes")
    sources = {entry.name: entry for entry in folder.iterdir() if entry.name.endswith(".toml")}
    procedures = load_procedures().versions
    named = sorted({each.coding.lists for each in procedures if each.coding is not None})
    parsed = [
        parse_codes(file, source.read_text(encoding="utf-8"))
        for file, source in sorted(sources.items())
        if file.split(".")[0] in named
    ]
    return gather(parsed, procedures)


def gather(parsed: Iterable[CodeFile], procedures: Iterable[Procedure]) -> CodeFiles:
    """Put versions together, and see that every procedure finds the codes that it requires."""
    versions: dict[str, tuple[CodeFile, ...]] = {}
    for each in sorted(parsed, key=lambda each: (each.name, each.version)):
        versions[each.name] = (*versions.get(each.name, ()), each)
    for name, known in versions.items():
        for older, newer in pairwise(known):
            if newer.version == older.version or newer.effective_from <= older.effective_from:
                raise CodeListError(f"{name}: version {newer.version}: not after version {older.version}")
    for procedure in procedures:
        _check_procedure(procedure, versions)
    return CodeFiles(versions=MappingProxyType(versions))


def _check_procedure(procedure: Procedure, versions: Mapping[str, tuple[CodeFile, ...]]) -> None:
    if procedure.coding is None:
        return
    where = f"{procedure.code} version {procedure.version}: coding"
    if procedure.coding.lists not in versions:
        raise CodeListError(f"{where}: lists: no file {procedure.coding.lists}.toml")
    for field in procedure.coding.required:
        if field not in (*CODED, *DATED):
            raise CodeListError(f"{where}: required: no such field: {field}")
        sought = "subject" if field == "subjects" else field
        for each in versions[procedure.coding.lists]:
            if field in CODED and sought not in each.fields:
                raise CodeListError(f"{where}: required: {field} is not in {each.name} version {each.version}")


def parse_codes(file: str, text: str) -> CodeFile:
    """Turn the text of one file into lists, or raise CodeListError with every fault in it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CodeListError(f"{file}: {error}") from None
    try:
        found = _FILE.validate_python(data)
    except ValidationError as error:
        raise CodeListError("\n".join(_faults(file, Lines(text), error))) from None
    if file not in (f"{found.name}.toml", f"{found.name}.v{found.version}.toml"):
        raise CodeListError(f"{file}: name: the file is not named after {found.name} version {found.version}")
    return found


def _faults(file: str, lines: Lines, error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False, include_input=False):
        line = lines.of(fault["loc"])
        place = file if line is None else f"{file}:{line}"
        where = ".".join(str(part) for part in fault["loc"])
        yield ": ".join(part for part in (place, where, fault["msg"].removeprefix("Value error, ")) if part)


def as_plain(found: CodeFile) -> dict[str, Any]:
    """Return a file of codes as plain JSON, for those who may not know its type."""
    plain: dict[str, Any] = _FILE.dump_python(found, mode="json")
    return plain
