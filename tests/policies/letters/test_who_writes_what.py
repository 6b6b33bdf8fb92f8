"""Whatever the code writes has a template for whom it is to, and no template lies there unused."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from policies.letters import TEMPLATES
from policies.template_files import Audience

ROOT = Path(__file__).parents[3]
# How an act writes: the call, and which of its arguments names the template.
TO_PEOPLE = {("letters", "draft"), ("letters", "to_person"), ("excluding", "tell"), ("excluding", "decline")}
TO_STAFF = {("letters", "to_staff")}
TO_INVOLVED = {("staff_letters", "draft")}
OUTSIDE = set(Audience) - {Audience.STAFF}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted((ROOT / "activities").rglob("*.py")):
        yield file, ast.parse(file.read_text(encoding="utf-8"))


def constants(tree: ast.Module) -> dict[str, str]:
    """Return the words that a module gives names to."""
    found = {}
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        value = getattr(node, "value", None)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found |= {each.id: value.value for each in targets if isinstance(each, ast.Name)}
    return found


def named(node: ast.expr, known: dict[str, str]) -> list[str]:
    """Return the templates that an argument can name; none where only its caller knows."""
    match node:
        case ast.Constant(value=str(name)):
            return [name]
        case ast.Name(id=name):
            return [known[name]] if name in known else []
        case ast.IfExp(body=one, orelse=other):
            return named(one, known) + named(other, known)
    return []


def written(kinds: set[tuple[str, str]]) -> set[str]:
    """Return the templates that are written by these calls, wherever the code names them."""
    found: set[str] = set()
    for file, tree in trees():
        known = constants(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _call(node, file.stem) in kinds:
                of_call = node.args[2 if _call(node, file.stem)[1] == "decline" else 1 :][:1]
                of_call += [each.value for each in node.keywords if each.arg == "template"]
                found |= {name for each in of_call for name in named(each, known)}
    return found


def _call(node: ast.Call, here: str) -> tuple[str, str]:
    """Return which function of which module is called; a bare name is one of this module."""
    match node.func:
        case ast.Attribute(value=ast.Name(id=module), attr=name):
            return module, name
        case ast.Name(id=name):
            return here, name
    return "", ""


def drafted_by_rungs() -> set[str]:
    """Return the templates that the ladders of procedures and duties draft."""
    texts = [
        file.read_text(encoding="utf-8")
        for folder in ("policies.procedures", "policies.duties")
        for file in files(folder).iterdir()
        if file.name.endswith(".toml")
    ]
    return {name for name in TEMPLATES for text in texts if f'"draft:{name}"' in text}


def versions_of(purpose: str) -> list[str]:
    return [name for name in TEMPLATES if name.partition(".")[0] == purpose]


def test_the_calls_are_found() -> None:
    """Else the tests below would hold of nothing."""
    assert {"receipt", "period_set", "extension", "withdrawal", "not_handled"} <= written(TO_PEOPLE)
    assert {"request_over"} <= written(TO_STAFF)
    assert {"update", "explain_delay"} <= drafted_by_rungs()


@pytest.mark.parametrize(
    ("kinds", "audiences"), [(TO_PEOPLE, OUTSIDE), (TO_STAFF, {Audience.STAFF}), (TO_INVOLVED, {Audience.STAFF})]
)
def test_whatever_is_written_has_a_template_for_whom_it_is_to(
    kinds: set[tuple[str, str]], audiences: set[Audience]
) -> None:
    for purpose in sorted(written(kinds)):
        found = versions_of(purpose)
        assert purpose in found, purpose
        assert {TEMPLATES[name].audience for name in found} <= audiences, purpose


def test_what_a_ladder_drafts_has_a_template_for_people_outside() -> None:
    for purpose in drafted_by_rungs():
        assert TEMPLATES[purpose].audience in OUTSIDE and TEMPLATES[purpose].substantive, purpose


def test_every_template_is_written_by_something() -> None:
    said = {
        node.value
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    unused = {name for name in TEMPLATES if name.partition(".")[0] not in said | drafted_by_rungs()}
    assert unused == set()


def test_the_page_about_letters_names_every_template_once() -> None:
    page = (ROOT / "docs" / "letters.md").read_text(encoding="utf-8").partition("## The templates")[2]
    assert sorted(re.findall(r"`([^`]+)`", page)) == sorted(TEMPLATES)
