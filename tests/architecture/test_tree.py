"""The tree itself: what files may be called, how long they may grow, and where SQL may stand."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from workflows.patches import PATCHES

ROOT = Path(__file__).parents[2]
PACKAGES = ("contracts", "workflows", "activities", "policies", "reports", "gateways", "db", "api", "runtime")
OURS = sorted([*(file for package in PACKAGES for file in (ROOT / package).rglob("*.py")), ROOT / "worker.py"])
MIGRATIONS = sorted((ROOT / "migrations").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
CEILING = 300
REFUSED = {"utils", "helpers", "common", "core", "manager", "service", "shared", "types"}
# A statement, not the word: prose may say "select" and "update".
SQL = re.compile(
    r"\b(select\s+[\w.*(),\s]+\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s"
    r"|create\s+(table|role|view|index|function|policy|trigger|database|extension|schema)\s|alter\s+(table|role)\s|grant\s+\w+\s+on\s)",
    re.IGNORECASE,
)
# What SQLAlchemy builds a statement with.
STATEMENTS = {"select", "insert", "update", "delete", "text", "func", "exists", "union", "union_all", "case", "tuple_"}
# The database itself is made, filled for a demonstration and looked at here, before there is a session.
MAKES_DATABASES = {
    "runtime/database_roles.py", "runtime/demo.py", "runtime/postgres.py", "runtime/postgres_data.py",
}  # fmt: skip


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def strings(file: Path) -> list[str]:
    """Return every string of a module that is not a docstring."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    prose = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    ]


@pytest.mark.parametrize("file", OURS, ids=name_of)
def test_a_file_is_no_longer_than_its_ceiling(file: Path) -> None:
    lines = len(file.read_text(encoding="utf-8").splitlines())
    assert lines <= CEILING, f"{name_of(file)} has {lines} lines: split it by responsibility"


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = {file: {file.stem, *file.relative_to(ROOT).parent.parts} for file in [*OURS, *MIGRATIONS, *TESTS]}
    assert [name_of(file) for file, parts in named.items() if parts & REFUSED] == []


@pytest.mark.parametrize("file", [file for file in [*OURS, *MIGRATIONS] if file.name == "__init__.py"], ids=name_of)
def test_a_package_file_holds_a_docstring_and_nothing_else(file: Path) -> None:
    body = ast.parse(file.read_text(encoding="utf-8")).body
    assert len(body) == 1 and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)


@pytest.mark.parametrize("file", [file for file in OURS if file.name != "__init__.py"], ids=name_of)
def test_a_module_says_what_it_is_responsible_for(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))


def test_sql_stands_in_db_alone() -> None:
    elsewhere = [
        name_of(file)
        for file in OURS
        if not name_of(file).startswith("db/") and name_of(file) not in MAKES_DATABASES
        if any(SQL.search(text) for text in strings(file))
    ]
    assert elsewhere == []


def test_statements_are_built_in_db_alone() -> None:
    elsewhere = [
        f"{name_of(file)}: {each.name}"
        for file in OURS
        if not name_of(file).startswith("db/") and name_of(file) not in MAKES_DATABASES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy"
        for each in node.names
        if each.name in STATEMENTS
    ]
    assert elsewhere == []


def test_the_search_for_sql_finds_sql() -> None:
    assert SQL.search("select id, at from act where id = 1") and SQL.search("UPDATE act SET state = 'x'")
    assert not SQL.search("select one of the list, then update it")


def test_no_clock_of_the_database_decides_anything() -> None:
    """`:now` is passed in. Only a column called `recorded_at` may take the server's own time."""
    clock = re.compile(r"(?<![\w:.])(now\(\)|current_timestamp|clock_timestamp\(\)|statement_timestamp\(\))", re.I)
    found = [
        f"{name_of(file)}: {line.strip()}"
        for file in [*OURS, *MIGRATIONS, *(ROOT / "migrations").rglob("*.sql")]
        if name_of(file).startswith(("db/", "migrations/"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if clock.search(line.split("#")[0].split("--")[0]) and "recorded_at" not in line
    ]
    assert found == []


def patched_ids() -> set[str]:
    """Return every id that a workflow asks `workflow.patched` or `deprecate_patch` about."""
    found = set()
    for file in (ROOT / "workflows").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr in ("patched", "deprecate_patch"):
                assert node.args and isinstance(node.args[0], ast.Constant), f"{file.name}: name the patch literally"
                found.add(str(node.args[0].value))
    return found


def test_every_patch_is_in_the_registry_and_every_entry_is_asked_for() -> None:
    assert patched_ids() == {patch.id for patch in PATCHES}
    assert len(PATCHES) == len({patch.id for patch in PATCHES})
