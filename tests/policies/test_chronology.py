"""A chronology in plain words: every kind of event has its own, and what an event holds is said as people say it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from policies.chronology import Happened, documents, entry, what
from policies.chronology_words import FAMILIES, WORDS
from policies.pack_pages import as_csv, file_name

ROOT = Path(__file__).parents[2]
# What begins with a kind of proceeding: `beside` writes these of each.
OF_PROCEEDINGS = {f"{kind}.{step}" for kind in ("escalation", "candour", "referral")
                  for step in ("opened", "moved", "ended")}  # fmt: skip


def kinds_written() -> Iterator[str]:
    """Every kind of event that the acts write; where its end is not known before, with a `*` for that."""
    for path in sorted((ROOT / "activities").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("event", "event_of_machine")
                and node.args
            ):
                yield from _values(node.args[0])


def _values(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from _values(node.body)
        yield from _values(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(each.value) if isinstance(each, ast.Constant) else "*" for each in node.values)


def test_every_kind_of_event_that_is_written_has_words() -> None:
    written = set(kinds_written())
    assert len(written) > 150
    dynamic = {kind for kind in written if "*" in kind}
    known = {f"*.{step}" for step in ("opened", "moved", "ended")} | {f"{family}*" for family in FAMILIES}
    assert dynamic - known == set()
    assert (written - dynamic | OF_PROCEEDINGS) - set(WORDS) == set()


def happened(kind: str, **data: Any) -> Happened:
    return Happened(
        seq=7, at=datetime(2028, 6, 1, 9, 5, tzinfo=UTC), role="handler", actor="Asha", kind=kind, data=data
    )


def test_what_an_event_holds_is_said_as_people_say_it() -> None:
    person, stranger = str(uuid4()), str(uuid4())
    data = {
        "due_on": "2028-06-09",
        "person_id": person,
        "issue_id": stranger,
        "late": False,
        "sha256": "ab",
        "reason": None,
    }
    line = entry(happened("response.drafted", at=1, **data), {person: "Una"})
    assert line.facts == "at: 1 January 1970 01:00; due on: 9 June 2028; person: Una; late: no"
    assert (line.who, line.what, f"{line.at:%H:%M}") == ("Asha (handler)", "The response was drafted", "10:05")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("complaint.withdrawn", "The complaint ended: withdrawn"),
        ("meeting.held_late", "A meeting of the bodies: held late"),
        ("unheard.of_this", "Unheard: of this"),
    ],
)
def test_a_kind_without_words_of_its_own_is_still_read(kind: str, words: str) -> None:
    assert what(kind) == words


def test_a_long_chronology_is_several_documents_and_an_empty_one_says_so() -> None:
    at = datetime(2028, 1, 3, 9, 0, tzinfo=UTC)
    many = [Happened(seq=n, at=at, role="time", actor=None, kind="rung.fired", data={}) for n in range(4_000)]
    texts = documents(entry(each, {}) for each in many)
    # All of one day: each document says which, and nothing of it is lost or said twice.
    assert len(texts) == 2 and all(text.startswith("Monday 3 January 2028\n---\n- 09:00") for text in texts)
    assert [f"Event {n}." in "\n".join(texts) for n in (0, 2_000, 3_999)] == [True] * 3
    assert "\n".join(texts).count("\n- ") == 4_000
    assert documents([]) == ["Nothing is on record."]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "|cmd", "%x"])
def test_a_cell_is_never_a_formula(cell: str) -> None:
    assert as_csv(("a",), [[cell]]).splitlines()[1].lstrip('"').startswith("'")


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("a\\b:c*.pdf", "a_b_c.pdf"),
        ("Ünä.PDF", "n.PDF"),
        ("...", "file"),
        ("x" * 300 + ".docx", "x" * 80 + ".docx"),
    ],
)
def test_a_name_leads_out_of_no_folder(given: str, safe: str) -> None:
    assert file_name(given) == safe
