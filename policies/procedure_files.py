"""Read, validate and choose the procedures shipped in `policies/procedures/`, one TOML file per version.

Validation is complete at the first read: a worker with a malformed procedure must refuse to start rather
than stop at a complaint.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import combinations, pairwise
from typing import Any

from pydantic import TypeAdapter, ValidationError

from policies.calendars import Nation
from policies.clock_rules import refuse_repeats
from policies.procedure import Procedure
from policies.procedure_rules import Matter

_PROCEDURE = TypeAdapter(Procedure)
_NAMING_KEYS = ("kind", "code")
# The regime of what is not a complaint: whatever body is asked, nobody prescribes how an enquiry is answered.
INFORMAL = "informal"
# Filling in is validated anew, which takes as long as an act. The procedure is kept, so that its id stays its own.
_FILLED: dict[tuple[int, tuple[tuple[str, int], ...]], tuple[Procedure, Procedure]] = {}


class ProcedureError(ValueError):
    """A procedure file is malformed; the message names the file and the key."""


class NoProcedureError(LookupError):
    """No procedure governs a complaint of this regime and nation on this day, or none has this version."""


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

    def pinned(self, code: str, version: int, figures: Mapping[str, int]) -> Procedure:
        """Return the version that a complaint is pinned to, with the figures that it was opened with."""
        return _with_figures(self.get(code, version), tuple(sorted(figures.items())))


def _with_figures(procedure: Procedure, figures: tuple[tuple[str, int], ...]) -> Procedure:
    key = (id(procedure), figures)
    if key not in _FILLED:
        _FILLED[key] = (procedure, procedure.with_figures(dict(figures)))
    return _FILLED[key][1]


@cache
def load_procedures() -> Procedures:
    """Return the shipped procedures, read and validated once per process."""
    folder = files("policies") / "procedures"
    sources = sorted((entry.name, entry) for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return gather(parse_procedure(name, entry.read_text(encoding="utf-8")) for name, entry in sources)


def gather(procedures: Iterable[Procedure]) -> Procedures:
    """Put versions together; a version is unique, and a later one takes effect on a later day."""
    versions = tuple(sorted(procedures, key=lambda procedure: (procedure.code, procedure.version)))
    try:
        refuse_repeats("procedures", (f"{one.code} version {one.version}" for one in versions))
    except ValueError as error:
        raise ProcedureError(str(error)) from None
    for older, newer in pairwise(versions):
        if older.code == newer.code and newer.effective_from <= older.effective_from:
            raise ProcedureError(
                f"{newer.code} version {newer.version}: effective_from: not after version {older.version}"
            )
    for one, other in combinations(versions, 2):
        if one.code != other.code and _overlap(one, other):
            raise ProcedureError(
                f"{other.code} version {other.version}: effective_from: {one.code} is in force at the same time"
            )
    return Procedures(versions=versions)


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
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProcedureError(f"{file}: {error}") from None
    try:
        procedure = _PROCEDURE.validate_python(data)
    except ValidationError as error:
        raise ProcedureError("\n".join(_faults(file, data, error))) from None
    if file not in (f"{procedure.code}.toml", f"{procedure.code}.v{procedure.version}.toml"):
        raise ProcedureError(f"{file}: code: the file is not named after {procedure.code} version {procedure.version}")
    return procedure


def _faults(file: str, data: dict[str, Any], error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False, include_input=False):
        where = _key(data, fault["loc"])
        yield ": ".join(part for part in (file, where, fault["msg"].removeprefix("Value error, ")) if part)


def _key(data: Any, loc: tuple[int | str, ...]) -> str:
    """Write a key as clocks[acknowledgement].rungs[overdue].unit: by the entry's own name where it has one."""
    key = ""
    for part in loc:
        if isinstance(part, str):
            key += f".{part}" if key else part
            data = data.get(part) if isinstance(data, dict) else None
            continue
        data = data[part] if isinstance(data, list) and part < len(data) else None
        names = [data[name] for name in _NAMING_KEYS if name in data] if isinstance(data, dict) else []
        key += f"[{names[0] if names else part}]"
    return key
