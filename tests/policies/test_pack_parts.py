"""The parts of an evidence pack, made of rows: also of those that an earlier program, or nobody, had filled."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from policies.pack_parts import case_page, deadlines, findings, who_saw_what

AT = datetime(2028, 6, 1, 9, 5, tzinfo=UTC)


def a_clock(**changes: Any) -> dict[str, Any]:
    day = date(2028, 6, 9)
    return {
        "id": uuid4(), "kind": "old_kind", "effect": "internal", "state": "met", "generation": 1, "started_on": day,
        "due_on": day, "cause": "received", "reason": None, "agreed_by": None, "agreed_on": None, "breached_at": AT,
        "met_on": day, "in_time": False, "proof": {}, "made_at": AT, "present": True, "rungs_fired": 0,
    } | changes  # fmt: skip


def test_a_proof_of_an_earlier_shape_holds_nothing_up() -> None:
    made = deadlines([a_clock(), a_clock(generation=2, proof={"title": "An <old> title", "starts": "unheard_of"})])
    (first, second) = csv.DictReader(io.StringIO(made["deadlines.csv"]))
    assert (first["deadline"], first["missed at"], first["in time"]) == ("Old kind", "2028-06-01 10:05", "no")
    assert second["deadline"] == "An <old> title"
    assert "An &lt;old&gt; title" in made["deadlines.html"] and "<old>" not in made["deadlines.html"]
    assert json.loads(made["deadlines.json"])[0]["proof"] == {}
    assert json.loads(made["deadlines.json"])[0]["breached_at"] == AT.isoformat()


def test_a_case_of_which_nothing_is_known_has_its_pages() -> None:
    names = ("reference", "organisation", "matter", "procedure", "procedure_version", "received_on", "channel", "stage")
    more = ("owner", "outcome", "logged_at", "closed_at", "summary", "narrative", "desired_outcome")
    page = case_page(dict.fromkeys((*names, *more)), [], [])
    assert page.count("<h2>") == 5 and 'lang="en-GB"' in page
    assert "No issue is on record." in findings([])["05-findings.html"]
    assert who_saw_what([], [], [], []).splitlines() == ["when,what,who,how,as"]


def test_who_was_told_and_who_read_stand_in_order_of_time() -> None:
    told = [{"at": None, "on_day": date(2028, 6, 2), "what": None, "whom": "Una", "how": None, "role": "complainant"}]
    seen = [
        {
            "at": AT,
            "what": "file",
            "subject_id": uuid4(),
            "person": None,
            "body": "ACORN",
            "role": "case_system",
            "ours": ours,
        }
        for ours in (True, False)
    ]
    lines = list(csv.DictReader(io.StringIO(who_saw_what([], told, seen, []))))
    assert sorted(line["who"] for line in lines[:2]) == ["a system", "somebody of another body"]
    assert (lines[2]["when"], lines[2]["who"]) == ("2028-06-02", "Una")
