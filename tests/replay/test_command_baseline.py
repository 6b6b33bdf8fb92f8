"""The second line behind replay: which calls of `workflows/` produce commands, and in what order.

Replay only sees what a recorded history reached. This sees every line. To accept a change, once it is
known to be safe: `python -m tests.replay.test_command_baseline`.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

WORKFLOWS = Path(__file__).parents[2] / "workflows"
BASELINE = Path(__file__).with_name("command_baseline.json")
# Calls on the module `workflow` (or `asyncio`, `uuid`, `random`) that write to a history, or must not be moved in it.
COMMANDS = {
    "execute_activity", "execute_activity_class", "execute_activity_method",
    "execute_local_activity", "execute_local_activity_class", "execute_local_activity_method",
    "start_activity", "start_activity_class", "start_activity_method",
    "start_local_activity", "start_local_activity_class", "start_local_activity_method",
    "start_child_workflow", "execute_child_workflow", "get_external_workflow_handle",
    "sleep", "wait_condition", "continue_as_new", "upsert_search_attributes", "upsert_memo",
    "patched", "deprecate_patch", "uuid4", "random", "new_random", "create_nexus_client", "wait_for", "timeout",
}  # fmt: skip
MODULES = {"workflow", "asyncio", "uuid", "random"}
HELP = (
    "{what}\n\nThe commands of a workflow are written in the histories of complaints that are open now. A command that "
    "is added, removed or moved where a history has been fails their next task.\n"
    "1. Read docs/changing-a-workflow.md.\n"
    "2. Put the change behind `if workflow.patched(...)`, and its id into workflows/patches.py; or be sure that no "
    "open run can have reached the place.\n"
    "3. Record a history that passes the place: python -m tests.replay.record.\n"
    "4. Then accept: python -m tests.replay.test_command_baseline, and say in the commit why it is safe."
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def classes_of_activities() -> set[str]:
    """Return the names under which the workflows import from `activities`."""
    imports = [
        node
        for file in WORKFLOWS.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("activities")
    ]
    return {alias.asname or alias.name for node in imports for alias in node.names}


STEPS = classes_of_activities()


def functions(file: Path) -> Iterator[tuple[str, Function]]:
    """Return the functions and methods of a module, each under the name of what holds it."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, Function):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, Function):
                    yield f"{node.name}.{inner.name}", inner


def calls(function: Function) -> list[ast.Call]:
    """Return the calls of a function, as they stand in the file."""
    found = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    return sorted(found, key=lambda call: (call.end_lineno or 0, call.end_col_offset or 0))


def command_of(call: ast.Call) -> str | None:
    """Name the command that a call produces, with what tells it from another of its kind."""
    function = call.func
    if not (isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)):
        return None
    if function.value.id not in MODULES or function.attr not in COMMANDS:
        return None
    name = f"{function.value.id}.{function.attr}"
    if function.attr == "wait_condition":
        # Without a timeout it writes nothing.
        return name if any(word.arg == "timeout" for word in call.keywords) else None
    if "activity" in function.attr or "child" in function.attr or "patch" in function.attr:
        return f"{name}({ast.unparse(call.args[0])})"
    return name


def callee(call: ast.Call) -> str | None:
    """Return the bare name of a function or method that may be one of ours."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else None


def sequences() -> dict[str, list[str]]:
    """Return, for each function that leads to a command, its commands and calls of such functions, in order."""
    every = {f"{file.stem}.{name}": node for file in sorted(WORKFLOWS.glob("*.py")) for name, node in functions(file)}
    producing: set[str] = set()
    while True:
        found = {
            name: [step for call in calls(node) if (step := step_of(call, producing))] for name, node in every.items()
        }
        reached = {name.rsplit(".", 1)[-1] for name, steps in found.items() if steps}
        if reached == producing:
            return {name: steps for name, steps in found.items() if steps}
        producing = reached


def step_of(call: ast.Call, producing: set[str]) -> str | None:
    if command := command_of(call):
        return command
    name = callee(call)
    if name not in producing:
        return None
    what = ", ".join(handed_over(call))
    return f"-> {name}({what})" if what else f"-> {name}"


def handed_over(call: ast.Call) -> list[str]:
    """Return the steps that a call is handed, as `JointParts.push`: what it will ask for is told by nothing else."""
    every = [*call.args, *(word.value for word in call.keywords)]
    return [
        ast.unparse(each)
        for each in every
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id in STEPS
    ]


def differences(old: dict[str, list[str]], new: dict[str, list[str]]) -> list[str]:
    return [
        f"{name}:\n  was {old.get(name, 'nothing')}\n  is  {new.get(name, 'nothing')}"
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]


@pytest.mark.replay
def test_no_command_was_added_removed_or_moved() -> None:
    found = differences(json.loads(BASELINE.read_text(encoding="utf-8")), sequences())
    assert not found, HELP.format(what="\n".join(found))


@pytest.mark.replay
def test_the_pass_sees_what_the_workflows_do() -> None:
    found = sequences()
    assert "workflow.execute_activity_method(CaseFile.apply)" in found["complaint.ComplaintWorkflow._apply"]
    assert found["alarm.Alarm._set"] == ["workflow.sleep"]
    assert "workflow.upsert_search_attributes" in found["window.Window.show"]
    assert "-> _take_one_act" in found["complaint.ComplaintWorkflow.run"]
    assert "-> do_patiently(Proceedings.look)" in found["proceedings._Beside._look"]
    # Two steps that were exchanged are another sequence.
    part = found["joint_part.JointPartWorkflow.run"]
    assert [step for step in part if "JointParts" in step] == ["-> _step(JointParts.push)", "-> _step(JointParts.pull)"]


if __name__ == "__main__":
    BASELINE.write_text(json.dumps(sequences(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
