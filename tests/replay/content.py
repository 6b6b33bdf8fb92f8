"""What a command holds, and what the history says it held: all of it, where the engine compares kinds only."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from temporalio.client import WorkflowHistory


def produced(commands: list[Any]) -> list[tuple[str, Any]]:
    """Return what the replay produced: the kind of each command and its content."""
    return [said for command in commands if (said := _content(command)) is not None]


def _content(command: Any) -> tuple[str, Any] | None:
    match command.WhichOneof("variant"):
        case "schedule_activity":
            return ("activity", [command.schedule_activity.activity_type, _values(command.schedule_activity.arguments)])
        case "start_timer":
            return ("timer", _rounded(command.start_timer.start_to_fire_timeout.ToTimedelta()))
        case "upsert_workflow_search_attributes":
            return ("shown", _shown(command.upsert_workflow_search_attributes.search_attributes))
        case "set_patch_marker":
            return ("patch", command.set_patch_marker.patch_id)
        case "continue_as_new_workflow_execution":
            return ("new run", _values(command.continue_as_new_workflow_execution.arguments))
        case "complete_workflow_execution":
            return ("ended", _values([command.complete_workflow_execution.result]))
    return None


def recorded(history: WorkflowHistory) -> list[tuple[str, Any]]:
    """Return the same of what was recorded."""
    return [said for event in history.events if (said := _event(event)) is not None]


def _event(event: Any) -> tuple[str, Any] | None:
    kind = event.WhichOneof("attributes")
    held = getattr(event, kind)
    match kind:
        case "activity_task_scheduled_event_attributes":
            return ("activity", [held.activity_type.name, _values(held.input.payloads)])
        case "timer_started_event_attributes":
            return ("timer", _rounded(held.start_to_fire_timeout.ToTimedelta()))
        case "upsert_workflow_search_attributes_event_attributes":
            shown = _shown(held.search_attributes)
            # That a patch was passed the engine writes beside its marker, by itself.
            return None if shown.keys() == {"TemporalChangeVersion"} else ("shown", shown)
        case "marker_recorded_event_attributes":
            return ("patch", _values(held.details["patch-data"].payloads)[0]["id"])
        case "workflow_execution_continued_as_new_event_attributes":
            return ("new run", _values(held.input.payloads))
        case "workflow_execution_completed_event_attributes":
            return ("ended", _values(held.result.payloads or [held.result.payloads.add()]))
    return None


def _values(payloads: Any) -> list[Any]:
    return [json.loads(payload.data) if payload.data else None for payload in payloads]


def _shown(attributes: Any) -> dict[str, Any]:
    fields = getattr(attributes, "indexed_fields", attributes)
    return {name: json.loads(payload.data) if payload.data else None for name, payload in fields.items()}


def _rounded(length: timedelta) -> int:
    return round(length / timedelta(milliseconds=1))


def holds(new: Any, old: Any) -> bool:
    """Say whether all that was recorded is produced again; new fields may stand beside it."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(key in new and holds(new[key], value) for key, value in old.items())
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        return len(old) == len(new) and all(holds(each, was) for each, was in zip(new, old, strict=True))
    return bool(new == old)
