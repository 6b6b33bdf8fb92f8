"""How serious a complaint is, over HTTP: who says it, how it is read, and how it is found in the worklist."""

from __future__ import annotations

from typing import Any

import httpx2
import psycopg
import pytest

from tests.api.people import BIRCH, Tokens
from tests.api.test_corrections import Desk, code_of, desk, share

__all__ = ["desk"]

pytestmark = pytest.mark.at_once

WHY = "The ward manager rang."


async def test_facts_are_asserted_once_and_read_with_the_reasons_that_they_gave(desk: Desk) -> None:
    body = {"harm": "death", "media": True, "remark": WHY}
    first = await desk.post("triage", body, key="facts-" + desk.reference)
    assert (first.status_code, first.json()["severity"]) == (200, "serious")
    again = await desk.post("triage", body, key="facts-" + desk.reference)
    assert (again.status_code, again.json()["version"]) == (200, first.json()["version"])
    other = await desk.post("triage", body | {"media": False}, key="facts-" + desk.reference)
    assert other.status_code == 422
    assert code_of(await desk.post("triage", {"harm": "death"})) == (409, "nothing_changes")
    shown = await desk.get("severity")
    opened, asked = shown["verdicts"]
    assert (shown["severity"], opened["cause"], opened["severity"], asked["cause"]) == (
        "serious", "opened", "routine", "asked"
    )  # fmt: skip
    assert asked["reasons"][0] == {
        "code": "harm_death", "title": "It is said that care led to a death", "severity": "serious"
    }  # fmt: skip
    assert (asked["facts"], asked["remark"], asked["saidBy"]["name"]) == (
        {"harm": "death", "media": True}, WHY, "handler of ACORN"
    )  # fmt: skip


async def test_it_is_lowered_by_two_people_and_each_step_is_shown(desk: Desk) -> None:
    assert (await desk.post("triage", {"safeguarding": True})).status_code == 200
    assert (await desk.post("severity", {"severity": "routine", "reason": WHY})).json()["severity"] == "serious"
    shown = await desk.get("severity")
    assert (shown["pending"]["severity"], shown["pending"]["before"], shown["pending"]["reason"]) == (
        "routine", "serious", WHY
    )  # fmt: skip
    lower = {"severity": "elevated", "reason": WHY}
    assert code_of(await desk.post("severity", lower)) == (409, "severity_pending")
    decision = {"approve": True}
    assert code_of(await desk.post("severity/decision", decision)) == (409, "same_person")
    assert code_of(await desk.post("severity/decision", decision, role="operator")) == (403, "forbidden")
    assert code_of(await desk.post("severity/decision", decision, role="senior_leader")) == (409, "not_senior")
    answer = await desk.post("severity/decision", decision, role="responsible_person")
    assert (answer.status_code, answer.json()["severity"]) == (200, "routine")
    shown = await desk.get("severity")
    assert ("pending" not in shown or shown["pending"] is None) and shown["severity"] == "routine"
    (setting,) = shown["settings"]
    assert (setting["state"], setting["decidedBy"]["name"]) == ("in_force", "responsible_person of ACORN")
    assert shown["verdicts"][-1]["severity"] == "serious"
    assert code_of(await desk.post("severity/decision", decision, role="responsible_person")) == (
        409, "not_awaiting_approval"
    )  # fmt: skip


async def test_words_and_names_are_shown_only_to_those_who_may_see_words(desk: Desk) -> None:
    assert (await desk.post("triage", {"police": True, "remark": WHY})).status_code == 200
    assert (await desk.post("severity", {"severity": "immediate", "reason": WHY})).status_code == 200
    bare = await desk.get("severity", "operator")
    assert WHY not in str(bare) and "of ACORN" not in str(bare)
    assert [each["code"] for each in bare["verdicts"][-1]["reasons"]] == ["police"]
    assert WHY in str(await desk.get("severity", "auditor"))


async def test_strangers_and_bodies_with_a_share_learn_nothing(desk: Desk, migrator: psycopg.Connection[Any]) -> None:
    assert (await desk.post("triage", {"police": True})).status_code == 200
    place = f"/v1/complaints/{desk.reference}"
    stranger = desk.tokens.headers("complaints_manager", organisation=BIRCH.id)
    assert (await desk.client.get(f"{place}/severity", headers=stranger)).status_code == 404
    for path, body in (("triage", {"media": True}), ("severity", {"severity": "routine", "reason": WHY}),
                       ("severity/decision", {"approve": True})):  # fmt: skip
        headers = desk.tokens.headers("complaints_manager", organisation=BIRCH.id)
        assert (await desk.client.post(f"{place}/{path}", json=body, headers=headers)).status_code == 404
    share(migrator, desk.reference, BIRCH)
    shown = (await desk.client.get(f"{place}/severity", headers=stranger)).json()
    assert (shown.get("severity"), shown["verdicts"], shown["settings"]) == (None, [], [])
    assert (await desk.client.get(place, headers=stranger)).json().get("severity") is None
    assert (await desk.get())["severity"] == "serious"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("triage", {}),
        ("triage", {"harm": "much"}),
        ("triage", {"police": "yes"}),
        ("triage", {"death": True}),
        ("triage", {"remark": " "}),
        ("severity", {"severity": "serious"}),
        ("severity", {"severity": "grave", "reason": WHY}),
        ("severity/decision", {"approve": False}),
        ("severity/decision", {"approve": None}),
    ],
)
async def test_what_says_nothing_or_nonsense_is_refused(desk: Desk, path: str, body: dict[str, Any]) -> None:
    role = "responsible_person" if path.endswith("decision") else "handler"
    assert (await desk.post(path, body, role=role)).status_code == 422


async def test_the_worklist_finds_complaints_by_how_serious_they_are(
    desk: Desk, client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    assert (await desk.post("triage", {"immediateRisk": True})).status_code == 200
    headers = tokens.headers("handler")
    query = {"severity": "immediate", "reference": desk.reference}
    (line,) = (await client.get("/v1/complaints", params=query, headers=headers)).json()["items"]
    assert (line["reference"], line["severity"]) == (desk.reference, "immediate")
    none = await client.get("/v1/complaints", params=query | {"severity": "routine"}, headers=headers)
    assert none.json()["items"] == []
    assert (await client.get("/v1/complaints", params={"severity": "grave"}, headers=headers)).status_code == 422
