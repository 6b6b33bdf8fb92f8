"""What one row of another system's file says of a complaint, or every reason why it cannot be believed.

Nothing here raises for anything a row may hold: what is wrong is named by code and field, and the row is set aside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from policies.calendars import add_months_inclusive
from policies.import_cells import Cells, Fault, Reason
from policies.import_mapping import CODES, Mapping
from policies.procedure import Procedure


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What rows are held against: the day, the people and teams by their names for the machine, the procedures.

    `imported` are the references that came with an earlier import.
    """

    today: date
    people: MappingType[str, UUID]
    teams: MappingType[str, UUID]
    procedure_on: Callable[[date], Procedure | None]
    imported: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A row as a complaint, by the fields of ours; with reasons it is none. `parties` are likewise by field."""

    source_reference: str | None
    fields: dict[str, Any]
    parties: tuple[dict[str, Any], ...]
    reasons: tuple[Reason, ...]


def reference_of(mapping: Mapping, cells: MappingType[str, Any]) -> str | None:
    """Return the other system's reference of a row, if it has one."""
    return Cells(mapping, cells).words("source_reference")


def check_row(
    mapping: Mapping, cells: MappingType[str, Any], facts: Facts, repeated: Collection[str] = frozenset()
) -> Checked:
    """Read one row and hold it against the facts. `repeated` are references that stand in an earlier row."""
    reader = Cells(mapping, cells)
    fields = {name: reader.words(name) for name in ("summary", "narrative", "desired_outcome", "agreed_with")}
    found: dict[str, Any] = {
        **fields,
        **{name: reader.code(name) for name in CODES},
        **{name: reader.past(name, facts.today) for name in _PAST},
        **{name: reader.day(name) for name in _COMING},
        "owner_id": reader.known("owner", facts.people, Fault.OWNER_UNKNOWN),
        "team_id": reader.known("team", facts.teams, Fault.TEAM_UNKNOWN),
        "update_every_days": reader.rhythm(),
    }
    found["narrative"] = found["narrative"] or found["summary"]
    reference = reader.words("source_reference")
    parties = tuple(
        party for role in ("complainant", "affected") if (party := reader.party(role, facts.today)) is not None
    )
    reasons = [*reader.reasons, *_identity(reference, facts, repeated), *_missing(found, parties)]
    if not any(reason.field in _DATED for reason in reasons):
        reasons += _together(found, facts)
    return Checked(source_reference=reference, fields=found, parties=parties, reasons=tuple(dict.fromkeys(reasons)))


_PAST: Final = (
    "received_on", "acknowledged_on", "period_set_on", "relevant_agreed_on", "last_update_on", "responded_on",
    "ended_on",
)  # fmt: skip
_COMING: Final = ("respond_by", "relevant_until")
_DATED: Final = frozenset({*_PAST, *_COMING, "stage"})


def _identity(reference: str | None, facts: Facts, repeated: Collection[str]) -> list[Reason]:
    if reference is None:
        return [Reason(code=Fault.REFERENCE_MISSING, field="source_reference")]
    if reference in facts.imported:
        return [Reason(code=Fault.ALREADY_IMPORTED, field="source_reference")]
    if reference in repeated:
        return [Reason(code=Fault.DUPLICATE_IN_FILE, field="source_reference")]
    return []


def _missing(found: MappingType[str, Any], parties: tuple[dict[str, Any], ...]) -> list[Reason]:
    """Name what every complaint must have."""
    needed = {
        "stage": Fault.STAGE_UNKNOWN,
        "channel": Fault.CHANNEL_UNKNOWN,
        "received_on": Fault.RECEIVED_MISSING,
        "summary": Fault.SUMMARY_MISSING,
    }
    reasons = [Reason(code=fault, field=name) for name, fault in needed.items() if found[name] is None]
    if not any(party["role"] == "complainant" for party in parties):
        reasons.append(Reason(code=Fault.COMPLAINANT_MISSING, field="complainant_name"))
    return reasons


def _together(found: MappingType[str, Any], facts: Facts) -> list[Reason]:
    """Name what in the dates and the stage contradicts the rest. All dates could be read."""
    received_on: date = found["received_on"]
    procedure = facts.procedure_on(received_on)
    if procedure is None:
        return [Reason(code=Fault.RECEIVED_BEFORE_PROCEDURE, field="received_on")]
    return [*_order(found), *_stage(found), *_period(found), *_relevant(found, procedure)]


def _order(found: MappingType[str, Any]) -> list[Reason]:
    after_receipt = {
        "acknowledged_on": Fault.ACKNOWLEDGED_BEFORE_RECEIVED,
        "period_set_on": Fault.PERIOD_SET_BEFORE_RECEIVED,
        "last_update_on": Fault.UPDATE_BEFORE_RECEIVED,
        "responded_on": Fault.RESPONDED_BEFORE_RECEIVED,
        "ended_on": Fault.ENDED_BEFORE_RECEIVED,
    }
    received_on = found["received_on"]
    reasons = [
        Reason(code=fault, field=name)
        for name, fault in after_receipt.items()
        if found[name] is not None and found[name] < received_on
    ]
    if found["ended_on"] and found["responded_on"] and found["ended_on"] < found["responded_on"]:
        reasons.append(Reason(code=Fault.ENDED_BEFORE_RESPONDED, field="ended_on"))
    return reasons


# What a stage cannot be without, and what cannot have happened yet in it.
_HAS: Final = {
    "acknowledged": ("acknowledged_on",), "closer_look": ("acknowledged_on", "period_set_on"),
    "responded": ("responded_on",), "closed": ("ended_on",), "withdrawn": ("ended_on",),
}  # fmt: skip
_HAS_NOT: Final = {
    "received": ("acknowledged_on", "period_set_on", "responded_on", "ended_on"),
    "acknowledged": ("period_set_on", "responded_on", "ended_on"),
    "closer_look": ("responded_on", "ended_on"),
    "responded": ("ended_on",),
}


def _stage(found: MappingType[str, Any]) -> list[Reason]:
    stage = found["stage"]
    without = [name for name in _HAS.get(stage, ()) if found[name] is None]
    beyond = [name for name in _HAS_NOT.get(stage, ()) if found[name] is not None]
    reasons = [Reason(code=Fault.STAGE_WITHOUT_DATE, field=name) for name in without]
    reasons += [Reason(code=Fault.STAGE_CONTRADICTS_DATES, field=name) for name in beyond]
    if found["responded_on"] is not None and found["outcome"] is None:
        reasons.append(Reason(code=Fault.RESPONDED_WITHOUT_OUTCOME, field="outcome"))
    return reasons


def _period(found: MappingType[str, Any]) -> list[Reason]:
    set_on, respond_by = found["period_set_on"], found["respond_by"]
    if set_on is not None and respond_by is None:
        return [Reason(code=Fault.PERIOD_WITHOUT_DATE, field="respond_by")]
    if set_on is None and respond_by is not None:
        return [Reason(code=Fault.PERIOD_WITHOUT_DATE, field="period_set_on")]
    if set_on is not None and respond_by < set_on:
        return [Reason(code=Fault.RESPOND_BY_BEFORE_SET, field="respond_by")]
    return []


def _relevant(found: MappingType[str, Any], procedure: Procedure) -> list[Reason]:
    """Check that longer than the six months was agreed before they ended (SI 2009/309 reg 14(3)(b))."""
    until, agreed_on = found["relevant_until"], found["relevant_agreed_on"]
    if until is None:
        return []
    end = add_months_inclusive(found["received_on"], procedure.clock("relevant_period").amount or 0)
    if until <= end:
        return [Reason(code=Fault.RELEVANT_UNTIL_NOT_LATER, field="relevant_until")]
    if agreed_on is None or not found["received_on"] <= agreed_on <= end:
        return [Reason(code=Fault.RELEVANT_WITHOUT_AGREEMENT, field="relevant_agreed_on")]
    return []
