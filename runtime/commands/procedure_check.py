"""Procedure files as an operator names them: checked with all their faults, or read one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from activities.acts.dispatch import HANDLED
from policies.code_lists import CodeListError, gather, load_codes
from policies.procedure import Procedure
from policies.procedure_checks import Fault, unhandled
from policies.procedure_files import (
    NoProcedureError,
    ProcedureError,
    Source,
    conflicts,
    load_procedures,
    parse_source,
    shipped_files,
    warned,
)
from runtime.commands.api_calls import CommandError


@dataclass(slots=True, kw_only=True)
class Checked:
    """What was found: lines of file, line, key and reason."""

    files: int = 0
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def checked(files: Sequence[Path]) -> Checked:
    """Check some files beside those that are shipped, or all that are shipped."""
    found = Checked()
    texts = [(file.name, _text(file)) for file in files] or shipped_files()
    sources = [source for name, text in texts if (source := _parsed(found, name, text)) is not None]
    for source in sources:
        found.faults += [source.written(fault) for fault in unhandled(source.procedure, HANDLED)]
        found.faults += _uncoded(source)
        found.warnings += warned(source)
    mine = {id(source) for source in sources}
    beside = [*_others(sources), *sources] if files else sources
    found.faults += [source.written(fault) for source, fault in conflicts(beside) if id(source) in mine or not files]
    return found


def read(file: Path) -> Procedure:
    """Return the procedure of a file. Raises CommandError with every fault in it."""
    try:
        return parse_source(file.name, _text(file)).procedure
    except ProcedureError as error:
        raise CommandError(f"the file is not sound:\n{error}") from None


def named(name: str) -> Procedure:
    """Return the procedure that CODE@VERSION, CODE or a file names. Raises CommandError."""
    if name.endswith(".toml"):
        return read(Path(name))
    code, sign, version = name.partition("@")
    known = load_procedures()
    of_code = [each for each in known.versions if each.code == code]
    if not of_code:
        raise CommandError(
            f"no such procedure: {code}. There are: {', '.join({each.code: 0 for each in known.versions})}"
        )
    if not sign:
        return of_code[-1]
    try:
        return known.get(code, int(version))
    except (ValueError, NoProcedureError):
        there = ", ".join(str(each.version) for each in of_code)
        raise CommandError(f"no version {version} of {code}. There are: {there}") from None


def _parsed(found: Checked, name: str, text: str) -> Source | None:
    found.files += 1
    try:
        return parse_source(name, text)
    except ProcedureError as error:
        found.faults += str(error).splitlines()
        return None


def _uncoded(source: Source) -> list[str]:
    """Say which codes the procedure requires that are in no list."""
    known = [each for versions in load_codes().versions.values() for each in versions]
    try:
        gather(known, [source.procedure])
    except CodeListError as error:
        why = str(error).rpartition("coding: ")[2]
        return [source.written(Fault(place=("coding", why.partition(":")[0]), why=why.partition(": ")[2]))]
    return []


def _others(sources: Sequence[Source]) -> list[Source]:
    """Return the shipped files that none of these is an edit of."""
    edited = {(source.procedure.code, source.procedure.version) for source in sources}
    shipped = [parse_source(name, text) for name, text in shipped_files()]
    return [each for each in shipped if (each.procedure.code, each.procedure.version) not in edited]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CommandError(f"{file} is not written in UTF-8") from None
