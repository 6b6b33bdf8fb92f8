"""Read, validate and choose the procedures shipped in `policies/procedures/`, one TOML file per version.

Validation is complete at the first read: a worker with a malformed procedure must refuse to start rather
than stop at a complaint.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import combinations, pairwise
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError

from contracts.commands import CommandKind
from policies import duty_files
from policies.calendars import Nation
from policies.procedure import Procedure
from policies.procedure_checks import Fault, faults, unhandled, warnings
from policies.procedure_faults import faults_of, key_of, written
from policies.procedure_gaps import gaps
from policies.procedure_rules import Matter
from policies.template_files import read_templates
from policies.toml_lines import Lines

_PROCEDURE = TypeAdapter(Procedure)
# The regime of what is not a complaint: whatever body is asked, nobody prescribes how an enquiry is answered.
INFORMAL = "informal"
_AT_LINE = re.compile(r"at line (\d+)")
# Filling in is validated anew, which takes as long as an act. The procedure is kept, so that its id stays its own.
_FILLED: dict[tuple[int, tuple[tuple[str, int], ...], int], tuple[Procedure, Procedure]] = {}


class ProcedureError(ValueError):
    """A procedure file is malformed; the message has a line for each fault: file, line, key and reason."""


class NoProcedureError(LookupError):
    """No procedure governs a complaint of this regime and nation on this day, or none has this version."""


class Pinned(Protocol):
    """A complaint, as far as it says which rules it was opened under."""

    procedure: Any
    procedure_version: Any
    figures: Any
    duties: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedures:
    """Every known version of every procedure."""

    versions: tuple[Procedure, ...]

    def in_force(self, regime: str, nation: Nation, on: date, matter: Matter = Matter.COMPLAINT) -> Procedure:
        """Return the version that governs a complaint, or another matter, received on this day."""
        found = [
            procedure
            for procedure in self.versions
            if procedure.regime == (INFORMAL if matter is not Matter.COMPLAINT else regime)
            and nation in procedure.nations
            and matter in procedure.matters
            and procedure.effective_from <= on <= (procedure.effective_until or date.max)
        ]
        if not found:
            raise NoProcedureError(f"no procedure for {regime} in {nation} on {on.isoformat()}")
        return max(found, key=lambda procedure: (procedure.effective_from, procedure.version))

    def get(self, code: str, version: int) -> Procedure:
        """Return the version that a complaint is pinned to."""
        for procedure in self.versions:
            if (procedure.code, procedure.version) == (code, version):
                return procedure
        raise NoProcedureError(f"no procedure {code} version {version}")

    def on_day(self, code: str, on: date) -> Procedure:
        """Return the version of one procedure that is in force on a day."""
        found = [
            procedure
            for procedure in self.versions
            if procedure.code == code and procedure.effective_from <= on <= (procedure.effective_until or date.max)
        ]
        if not found:
            raise NoProcedureError(f"no version of {code} on {on.isoformat()}")
        return max(found, key=lambda procedure: procedure.effective_from)

    def first_day(self, code: str) -> date:
        """Return the first day on which any version of a procedure was in force."""
        return min(procedure.effective_from for procedure in self.versions if procedure.code == code)

    def pinned(self, code: str, version: int, figures: Mapping[str, int]) -> Procedure:
        """Return a version with some figures and today's duties."""
        return _pinned(self.get(code, version), tuple(sorted(figures.items())), duty_files.newest().version)

    def governing(self, complaint: Pinned) -> Procedure:
        """Return the version that a complaint is pinned to, with the figures and the duties that it was opened with."""
        figures = tuple(sorted(complaint.figures.items()))
        return _pinned(self.get(complaint.procedure, complaint.procedure_version), figures, complaint.duties)


def _pinned(procedure: Procedure, figures: tuple[tuple[str, int], ...], duties: int) -> Procedure:
    key = (id(procedure), figures, duties)
    if key not in _FILLED:
        owed = replace(procedure, duties=duty_files.version(duties).clocks)
        _FILLED[key] = (procedure, owed.with_figures(dict(figures)))
    return _FILLED[key][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One procedure as a file holds it: the rules, and the line of each of their keys."""

    file: str
    procedure: Procedure
    lines: Lines
    data: dict[str, Any]

    def written(self, fault: Fault) -> str:
        """Write a fault as file, line, key and reason."""
        return written(self.file, self.lines.of(fault.place), key_of(self.data, fault.place), fault.why)


@cache
def load_procedures() -> Procedures:
    """Return the shipped procedures, read and validated once per process."""
    return gather_files(parse_source(name, text) for name, text in shipped_files())


def refuse_unhandled(handled: Collection[CommandKind]) -> None:
    """Raise ProcedureError where a shipped procedure is malformed, or allows what nobody handles."""
    load_procedures()
    sources = (parse_source(name, text) for name, text in shipped_files())
    found = [source.written(fault) for source in sources for fault in unhandled(source.procedure, handled)]
    if found:
        raise ProcedureError("\n".join(found))


def shipped_files() -> list[tuple[str, str]]:
    """Return the name and the text of every shipped file."""
    folder = files("policies") / "procedures"
    found = sorted((entry.name, entry) for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return [(name, entry.read_text(encoding="utf-8")) for name, entry in found]


def gather(procedures: Iterable[Procedure]) -> Procedures:
    """Put versions together; a version is unique, and a later one takes effect on a later day."""
    versions = _sorted(procedures)
    if found := next(_conflicts(versions), None):
        procedure, fault = found
        raise ProcedureError(f"{procedure.code} version {procedure.version}: {key_of({}, fault.place)}: {fault.why}")
    return Procedures(versions=versions)


def gather_files(sources: Iterable[Source]) -> Procedures:
    """Put the versions of some files together. Raises ProcedureError that names every file and line at odds."""
    every = list(sources)
    if at_odds := [source.written(fault) for source, fault in conflicts(every)]:
        raise ProcedureError("\n".join(at_odds))
    return Procedures(versions=_sorted(source.procedure for source in every))


def conflicts(sources: Collection[Source]) -> Iterator[tuple[Source, Fault]]:
    """Yield what is wrong between files, each with the file that has to give way."""
    # By the very object: two files may hold one version, and then the later one is at fault.
    by_id = {id(source.procedure): source for source in sources}
    for procedure, fault in _conflicts(_sorted(source.procedure for source in sources)):
        yield by_id[id(procedure)], fault


def _sorted(procedures: Iterable[Procedure]) -> tuple[Procedure, ...]:
    return tuple(sorted(procedures, key=lambda procedure: (procedure.code, procedure.version)))


def _conflicts(versions: tuple[Procedure, ...]) -> Iterator[tuple[Procedure, Fault]]:
    for older, newer in pairwise(versions):
        if older.code != newer.code:
            continue
        if older.version == newer.version:
            why = f"more than once: {newer.code} version {newer.version}"
            yield newer, Fault(place=("version",), why=why)
        elif newer.effective_from <= older.effective_from:
            yield newer, Fault(place=("effective_from",), why=f"not after version {older.version}")
    for one, other in combinations(versions, 2):
        if one.code != other.code and _overlap(one, other):
            yield other, Fault(place=("effective_from",), why=f"{one.code} is in force at the same time")


def _overlap(one: Procedure, other: Procedure) -> bool:
    """Say whether two procedures would govern the same matter of the same body on some day."""
    if one.regime != other.regime or not set(one.nations) & set(other.nations):
        return False
    if not set(one.matters) & set(other.matters):
        return False
    begins = max(one.effective_from, other.effective_from)
    return begins <= min(one.effective_until or date.max, other.effective_until or date.max)


def parse_procedure(file: str, text: str) -> Procedure:
    """Turn the text of one file into a procedure, or raise ProcedureError with every fault in it."""
    return parse_source(file, text).procedure


def parse_source(file: str, text: str) -> Source:
    """Turn the text of one file into a procedure and its lines, or raise ProcedureError with every fault in it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1  # what it says of the end of a text has no line
        raise ProcedureError(written(file, line, "", str(error))) from None
    lines = Lines(text)
    try:
        procedure = _PROCEDURE.validate_python(data)
    except ValidationError as error:
        raise ProcedureError("\n".join(faults_of(file, data, lines, error))) from None
    source = Source(file=file, procedure=_owing(procedure), lines=lines, data=data)
    found = [*faults(procedure, templates=_templates()), *gaps(procedure)]
    if procedure.duties:
        found.append(Fault(place=("duties",), why="no part of a procedure's file: see policies/duties"))
    if file not in (f"{procedure.code}.toml", f"{procedure.code}.v{procedure.version}.toml"):
        why = f"the file is not named after {procedure.code} version {procedure.version}"
        found.append(Fault(place=("code",), why=why))
    if found:
        raise ProcedureError("\n".join(source.written(fault) for fault in found))
    return source


def _owing(procedure: Procedure) -> Procedure:
    return replace(procedure, duties=duty_files.newest().clocks)


def warned(source: Source) -> list[str]:
    """Return what somebody should look at in a file that is sound."""
    return [source.written(fault) for fault in warnings(source.procedure)]


@cache
def _templates() -> frozenset[str]:
    return frozenset(template for template, _ in read_templates())
