"""The mapping file of an import: which of their columns is which of our fields, and what their values mean to us.

It is TOML, and strict: a key that is not known, or a field that cannot be filled, refuses the whole file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field, StrictBool, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

# Fields with a closed set of values, and what those are.
CODES: Final[dict[str, tuple[str, ...]]] = {
    "stage": ("received", "acknowledged", "closer_look", "responded", "closed", "withdrawn"),
    "channel": ("oral", "written", "electronic", "assisted"),
    "discussion": ("accepted", "declined", "no_reply"),
    "basis": ("agreed", "determined"),
    "outcome": ("upheld", "partially_upheld", "not_upheld"),
}
DATES: Final = (
    "received_on", "acknowledged_on", "period_set_on", "respond_by", "relevant_until", "relevant_agreed_on",
    "last_update_on", "responded_on", "ended_on", "complainant_born_on", "affected_born_on",
)  # fmt: skip
_PARTY: Final = ("name", "email", "phone", "address")
WORDS: Final = (
    "source_reference", "summary", "narrative", "desired_outcome", "agreed_with", "owner", "team", "update_every_days",
    *(f"{role}_{what}" for role in ("complainant", "affected") for what in _PARTY),
)  # fmt: skip
FIELDS: Final = frozenset({*CODES, *DATES, *WORDS})
# Values of these can be translated: theirs to ours.
TRANSLATED: Final = frozenset({*CODES, "owner", "team"})
NEEDED: Final = ("source_reference", "stage", "channel", "received_on", "summary", "complainant_name")
LARGEST: Final = 100_000  # bytes
# What a key of many parts costs its reader grows with their square: one of 100,000 bytes took minutes.
_MOST_DOTS: Final = 200  # of one line

# A database keeps no NUL.
Column = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
Value = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]


class MappingError(ValueError):
    """A mapping file is not one. `reason` is words of ours and never a value of the file; `line` counts from 1."""

    def __init__(self, where: str, reason: str, line: int | None = None) -> None:
        super().__init__(f"{where}: {reason}" if where else reason)
        self.where = where
        self.reason = reason
        self.line = line


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Mapping:
    """How the rows of another system become complaints.

    `columns` name one column, or several that are joined with a blank. `constants` stand in every row,
    `defaults` where a cell is empty. With `surname_first` a name written "Sample, Una" is turned round.
    """

    source_system: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    format: Literal["csv", "jsonl"]
    columns: dict[str, Column | Annotated[tuple[Column, ...], Field(min_length=1, max_length=5)]]
    delimiter: Literal[",", ";", "\t", "|"] = ","
    date_formats: Annotated[tuple[str, ...], Field(min_length=1, max_length=10)] = ("%Y-%m-%d",)
    surname_first: StrictBool = False
    values: dict[str, dict[Value, Value]] = Field(default_factory=dict)
    constants: dict[str, Value] = Field(default_factory=dict)
    defaults: dict[str, Value] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        for table in ("columns", "constants", "defaults"):
            for name in getattr(self, table):
                if name not in FIELDS:
                    raise MappingError(f"{table}.{name}", "is not a field of ours")
        for name in self.constants:
            if name in self.columns:
                raise MappingError(f"constants.{name}", "stands in columns too")
        self._check_values()
        for name in NEEDED:
            if name not in self.columns and name not in self.constants:
                raise MappingError("columns", f"{name} is needed, as a column or a constant")
        for form in self.date_formats:
            if not _tells_days(form):
                raise MappingError("date_formats", "a format tells year, month and day, such as %d/%m/%Y")
        return self

    def _check_values(self) -> None:
        for name, table in self.values.items():
            if name not in TRANSLATED:
                raise MappingError(f"values.{name}", "has no values to be translated")
            if name in CODES and any(ours not in CODES[name] for ours in table.values()):
                raise MappingError(f"values.{name}", f"ours are: {', '.join(CODES[name])}")

    def column_names(self) -> frozenset[str]:
        """Return every column of theirs that is read."""
        return frozenset(name for names in self.columns.values() for name in _several(names))

    def columns_of(self, name: str) -> tuple[str, ...]:
        """Return the columns that a field of ours is made of."""
        return _several(self.columns[name]) if name in self.columns else ()

    def to_dict(self) -> dict[str, Any]:
        """Return the mapping as plain JSON values."""
        plain: dict[str, Any] = _MAPPING.dump_python(self, mode="json")
        return plain

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Mapping:
        """Read a stored mapping."""
        return _MAPPING.validate_python(data)


_MAPPING: TypeAdapter[Mapping] = TypeAdapter(Mapping)


def parse_mapping(content: bytes) -> Mapping:
    """Turn a mapping file into a mapping, or raise MappingError with the first fault in it."""
    if len(content) > LARGEST:
        raise MappingError("", "the mapping file is too large")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MappingError("", "the mapping file is not UTF-8") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _MOST_DOTS:
            raise MappingError("", f"a line has more than {_MOST_DOTS} dots", number)
    try:
        data = tomllib.loads(text)
    except ValueError as error:  # no TOML, or a number beyond all measure
        raise MappingError("", "this is not TOML", _line_told(str(error))) from None
    except RecursionError:
        raise MappingError("", "this is nested too deeply") from None
    try:
        return _MAPPING.validate_python(data)
    except ValidationError as error:
        where, reason = next(_faults(error))
        raise MappingError(where, reason, _line_of(text, where)) from None


def _several(names: str | tuple[str, ...]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names


def _tells_days(form: str) -> bool:
    day = date(2013, 11, 28)
    try:
        return datetime.strptime(day.strftime(form), form).date() == day  # noqa: DTZ007 - a day has no zone
    except (ValueError, re.error):  # the latter where a part of the day stands in it twice
        return False


def _faults(error: ValidationError) -> Iterator[tuple[str, str]]:
    for fault in error.errors(include_url=False, include_input=False):
        cause = fault.get("ctx", {}).get("error")
        if isinstance(cause, MappingError):
            yield cause.where, cause.reason
        elif fault["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
            yield _path(fault["loc"]), "is not a key of a mapping file"
        else:
            yield _path(fault["loc"]), fault["msg"].removeprefix("Value error, ")


def _path(loc: tuple[int | str, ...]) -> str:
    """Return the keys of ours on the way to a fault: at most the table and the field."""
    return ".".join(str(part) for part in loc[:2] if isinstance(part, str) and "[" not in part)


def _line_told(message: str) -> int | None:
    _, told, rest = message.rpartition("(at line ")
    number = rest.partition(",")[0]
    return int(number) if told and number.isdigit() else None


def _line_of(text: str, where: str) -> int | None:
    """Return the line on which a table or a key of one is written, where it can be found."""
    lines = [line.strip() for line in text.splitlines()]
    if f"[{where}]" in lines:
        return lines.index(f"[{where}]") + 1
    table, _, key = where.rpartition(".")
    first = lines.index(f"[{table}]") if f"[{table}]" in lines else 0
    for number, line in enumerate(lines[first:], start=first + 1):
        if key and line.partition("=")[0].strip().strip("'\"") == key:
            return number
    return None
