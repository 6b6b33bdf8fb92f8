"""What is written on the wire: names and fields against the golden file, and the names of what workers register.

`wire.json` only ever grows. To accept an addition: `python -m tests.architecture.test_wire`.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from temporalio import activity, workflow

from contracts import names
from runtime import workers as composition
from tests.architecture.test_contracts import CONTRACTS, modules

GOLDEN = Path(__file__).with_name("wire.json")
HELP = (
    "{what}\nEvery open complaint's history holds the old shape. Only additions are safe: a new name, a new enum "
    "value, a new field with a default.\nIf this is one: python -m tests.architecture.test_wire, and commit wire.json "
    "with it."
    "\nIf it is not: undo it, and add beside it instead (docs/changing-a-workflow.md)."
)
IDS = (
    *("complaint_workflow_id", "afterwards_workflow_id", "notice_workflow_id", "change_set_workflow_id"),
    *("bulk_workflow_id", "leaver_workflow_id", "involvement_workflow_id", "webhooks_workflow_id"),
    *("import_workflow_id", "contribution_workflow_id", "joint_part_workflow_id", "joint_code_workflow_id"),
)


def wire() -> dict[str, Any]:
    """Return everything that a history can hold, in names."""
    return {
        "names": {
            name: value for name, value in vars(names).items() if name.isupper() and isinstance(value, str | tuple)
        },
        "enums": {
            found.__name__: [member.value for member in found]
            for module in modules()
            for found in vars(module).values()
            if isinstance(found, type) and issubclass(found, StrEnum) and found.__module__ == module.__name__
        },
        "fields": {contract.__name__: fields_of(contract) for contract in CONTRACTS},
    }


def fields_of(contract: Any) -> dict[str, dict[str, Any]]:
    hints = get_type_hints(contract)
    return {
        field.name: {
            "type": str(getattr(hints[field.name], "__name__", None) if isinstance(hints[field.name], type)
                        else hints[field.name]).replace("contracts.", ""),
            "default": has_default(field),
        }
        for field in dataclasses.fields(contract)
    }  # fmt: skip


def has_default(field: Any) -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


def golden() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return found


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def lost(old: Any, new: Any, path: str = "") -> list[str]:
    """Return what the golden file promises and the code no longer holds."""
    if isinstance(old, dict):
        missing = [f"{path}/{key} is gone" for key in old if key not in new]
        return missing + [line for key in old if key in new for line in lost(old[key], new[key], f"{path}/{key}")]
    if isinstance(old, list) and path.startswith("/enums"):
        return [f"{path}: {value!r} is gone" for value in old if value not in new]
    return [] if old == new else [f"{path} was {old!r} and is {new!r}"]


def test_nothing_that_was_promised_is_gone_or_changed() -> None:
    found = lost(golden(), as_json(wire()))
    assert not found, HELP.format(what="\n".join(found))


def test_a_field_that_was_added_has_a_default() -> None:
    promised = golden()["fields"]
    without = [
        f"{contract}.{name} is new and has no default"
        for contract, fields in wire()["fields"].items()
        if contract in promised
        for name, field in fields.items()
        if name not in promised[contract] and not field["default"]
    ]
    assert not without, HELP.format(what="\n".join(without))


def test_the_golden_file_knows_everything_that_is_on_the_wire() -> None:
    found = lost(as_json(wire()), golden())
    assert not found, HELP.format(what="wire.json is behind: " + "\n".join(found))


def wire_names() -> list[str]:
    """Return the names of workflows, updates, queries and activities."""
    skipped = {"CASES", "DELIVERY", "BULK", "DELIVERY_SCHEDULE", "ANCHOR_SCHEDULE", "DIGEST_SCHEDULE"}
    return [
        value
        for name, value in vars(names).items()
        if name.isupper() and isinstance(value, str) and not name.startswith("SA_") and name not in skipped
    ]


def test_wire_names_are_unique() -> None:
    assert len(wire_names()) == len(set(wire_names())) >= 10


@pytest.mark.parametrize("name", wire_names())
def test_a_wire_name_is_dotted_by_noun(name: str) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)?", name)


def registered() -> list[Callable[..., Any]]:
    """Return every workflow class and activity method that the module of the workers imports."""
    found: list[Callable[..., Any]] = []
    for thing in vars(composition).values():
        if not isinstance(thing, type):
            continue
        if workflow._Definition.from_class(thing) is not None:
            found.append(thing)
        found += [method for method in vars(thing).values() if callable(method) and is_activity(method)]
    return found


def is_activity(method: Callable[..., Any]) -> bool:
    return activity._Definition.from_callable(method) is not None


def name_of(thing: Callable[..., Any]) -> str | None:
    if isinstance(thing, type):
        defined = workflow._Definition.from_class(thing)
        return defined.name if defined else None
    found = activity._Definition.from_callable(thing)
    return found.name if found else None


@pytest.mark.parametrize("thing", registered(), ids=lambda thing: thing.__qualname__)
def test_what_a_worker_registers_has_a_name_of_ours(thing: Callable[..., Any]) -> None:
    assert name_of(thing) in wire_names()


def test_every_name_of_a_workflow_or_an_activity_is_registered() -> None:
    spoken = {
        names.SUBMIT, names.RESUME, names.HAPPENING, names.CHANGE_SET_DECIDE, names.LEAVER_CHANGED, names.IMPORT_DECIDE,
        names.INVOLVEMENT_CHANGED, names.WEBHOOKS_CHANGED, names.CONTRIBUTION_CHANGED, names.JOINT_PART_CHANGED,
        names.PROCEEDING_CHANGED, names.GOVERNANCE_CHANGED,
    }  # fmt: skip
    assert {name_of(thing) for thing in registered()} == set(wire_names()) - spoken


@pytest.mark.parametrize("name", IDS)
def test_workflow_ids_are_of_ids_alone(name: str) -> None:
    hints = get_type_hints(getattr(names, name))
    assert {hint.__name__ for hint in hints.values()} == {"UUID", "str"} and hints["return"] is str


if __name__ == "__main__":
    gone = lost(golden(), as_json(wire())) if GOLDEN.exists() else []
    if gone:
        raise SystemExit(HELP.format(what="\n".join(gone)))
    GOLDEN.write_text(json.dumps(wire(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
