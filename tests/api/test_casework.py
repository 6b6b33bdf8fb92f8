"""Early resolution, issues, parts in a case and the plan over HTTP, with the case file's own verdicts behind it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.people import ACORN, BIRCH, Tokens
from tests.api.test_corrections import Desk, a_desk, code_of, share

pytestmark = pytest.mark.at_once

DAY = "2026-11-18"
ACKNOWLEDGED = {"method": "call", "madeOn": DAY, "discussionOffered": True}
ISSUE = {"summary": "The hearing aids", "effect": "She heard nothing for a week", "outcomeSought": "New ones"}
CONFIRMED = {"confirmedOn": DAY, "method": "call"}
RESOLVED = {"satisfied": True, "summary": "They were found in the laundry.", "method": "call", "resolvedOn": DAY}
PLAN = {
    "evidence": ["The ward's property book"],
    "interviewees": ["The healthcare assistant of that night"],
    "delivery": "meeting",
    "sharedWithPersonOn": DAY,
    "sharedWithStaffOn": DAY,
}


def part(role: str = "investigator", who: str = "investigator", **changes: Any) -> dict[str, Any]:
    trained = {"training": "Investigating complaints", "trainedOn": "2025-03-01"} if role == "investigator" else {}
    declared = {"role": role, "personId": str(ACORN.person(who)), "priorInvolvement": False, "conflict": False}
    return declared | trained | changes


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    """A complaint that is acknowledged, under the Regulations and the Standards."""
    made = await a_desk(client, tokens, app)
    assert (await made.get())["procedureVersion"] == 2
    assert (await made.post("acknowledgement", ACKNOWLEDGED)).status_code == 200
    return made


async def in_closer_look(desk: Desk) -> None:
    assert (await desk.post("next-stage", {"reason": "It is grave."})).status_code == 200
    assert (await desk.post("issues", {"issues": [ISSUE]}, "investigator")).status_code == 200
    assert (await desk.post("issues/confirmation", CONFIRMED)).status_code == 200
    assert (await desk.post("people-of-case", part(), "complaints_manager")).status_code == 200
    assert (await desk.post("routes", {"found": []})).status_code == 200


async def test_an_attempt_is_begun_resolved_and_shown(desk: Desk) -> None:
    begun = await desk.post("resolution/attempts", {"plan": "Ring the laundry."})
    assert (begun.status_code, begun.json()["stage"]) == (200, "early_resolution")
    assert begun.json()["stageTitle"] == "Early resolution"
    assert (await desk.get("resolution"))["resolvedOn"] is None
    done = await desk.post("resolution", RESOLVED)
    assert (done.status_code, done.json()["stage"]) == (200, "resolved"), done.text
    shown = await desk.get("resolution")
    assert shown["resolvedOn"] == DAY
    (item,) = shown["items"]
    assert (item["number"], item["result"], item["plan"]) == (1, "satisfied", "Ring the laundry.")
    (bare,) = (await desk.get("resolution", "operator"))["items"]
    assert (bare["result"], bare["summary"], bare["plan"]) == ("satisfied", None, None)


async def test_the_same_key_gets_the_first_answer_and_another_body_under_it_is_refused(desk: Desk) -> None:
    first = await desk.post("issues", {"issues": [ISSUE]}, key="issues-once")
    again = await desk.post("issues", {"issues": [ISSUE]}, key="issues-once")
    assert (first.status_code, again.status_code) == (200, 200)
    assert len((await desk.get("issues"))["items"]) == 1
    other = await desk.post("issues", {"issues": [ISSUE | {"effect": "None"}]}, key="issues-once")
    assert code_of(other) == (422, "idempotency_key_reused")


async def test_issues_are_shown_with_what_they_said_before(desk: Desk) -> None:
    await desk.post("issues", {"issues": [ISSUE]})
    await desk.post("issues/confirmation", CONFIRMED)
    (issue,) = (await desk.get("issues"))["items"]
    assert (issue["confirmedOn"], issue["version"], issue["before"]) == (DAY, 1, [])
    changed = {"issues": [ISSUE | {"issueId": issue["id"], "outcomeSought": "The money for new ones"}]}
    assert (await desk.post("issues", changed)).status_code == 200
    shown = await desk.get("issues")
    (issue,) = shown["items"]
    assert (shown["confirmed"], issue["version"], issue["confirmedOn"]) == (False, 2, None)
    assert [(each["outcomeSought"], each["confirmedOn"]) for each in issue["before"]] == [("New ones", DAY)]
    bare = (await desk.get("issues", "operator"))["items"][0]
    assert (bare["summary"], bare["before"][0]["effect"]) == (None, None)


async def test_who_has_a_part_is_shown_with_every_exception(desk: Desk) -> None:
    await in_closer_look(desk)
    conflicted = part(who="senior_leader", conflict=True)
    assert code_of(await desk.post("people-of-case", conflicted, "complaints_manager")) == (409, "conflict_of_interest")
    lifted = conflicted | {"mitigation": "A second reader."}
    assert (await desk.post("people-of-case", lifted, "complaints_manager")).status_code == 200
    before, present = (await desk.get("people-of-case"))["items"]
    assert (before["present"], before["endsOn"], present["present"]) == (False, DAY, True)
    assert (present["title"], present["mitigation"]) == ("Investigator", "A second reader.")
    assert [ground["title"] for ground in present["grounds"]] == ["Declared a conflict of interest"]
    bare = (await desk.get("people-of-case", "operator"))["items"][1]
    assert (bare["person"]["name"], bare["mitigation"], bare["mitigated"]) == (None, None, True)


async def test_the_plan_is_shown_with_its_versions(desk: Desk) -> None:
    await in_closer_look(desk)
    assert (await desk.post("plan", PLAN, "investigator")).status_code == 200
    assert (await desk.post("plan", PLAN | {"evidence": ["The book", "The laundry's log"]})).status_code == 200
    latest, first = (await desk.get("plan"))["items"]
    assert (latest["version"], latest["evidence"]) == (2, ["The book", "The laundry's log"])
    assert first["sharedBy"]["id"] == str(ACORN.person("investigator"))
    assert (await desk.get("plan", "operator"))["items"][0]["evidence"] is None


async def test_what_a_command_needs_is_told_beforehand_and_with_the_refusal(desk: Desk) -> None:
    assert (await desk.post("next-stage", {"reason": "It is grave."})).status_code == 200
    shown = await desk.get("requirements")
    gates = {gate["command"]: gate for gate in shown["items"]}
    plan = gates["share_plan"]
    assert (shown["stage"], plan["at"], plan["open"]) == ("closer_look", "plan", False)
    assert [each["code"] for each in plan["missing"]] == ["routes_screened", "issues_confirmed", "investigator_clear"]
    assert plan["missing"][1]["title"].startswith("The issues") and "S4 T5" in plan["legalBasis"]
    assert "close" not in gates  # not lawful in this stage
    refused = await desk.post("plan", PLAN)
    assert code_of(refused) == (409, "requirements_missing")
    assert refused.json()["missing"] == plan["missing"]
    await desk.post("issues", {"issues": [ISSUE]})
    await desk.post("issues/confirmation", CONFIRMED)
    await desk.post("people-of-case", part(), "complaints_manager")
    await desk.post("routes", {"found": []})
    plan = {gate["command"]: gate for gate in (await desk.get("requirements"))["items"]}["share_plan"]
    assert (plan["open"], plan["missing"]) == (True, [])
    assert [each["code"] for each in plan["requires"]] == ["routes_screened", "issues_confirmed", "investigator_clear"]


async def test_asking_what_is_required_changes_nothing(desk: Desk, migrator: psycopg.Connection[Any]) -> None:
    before = (await desk.get())["version"]
    counted = "select count(*) from case_event e join complaint c on c.id = e.complaint_id where c.reference = %s"
    events = migrator.execute(counted, (desk.reference,)).fetchone()
    await desk.get("requirements", "operator")
    assert (await desk.get())["version"] == before
    assert migrator.execute(counted, (desk.reference,)).fetchone() == events


async def test_after_the_end_nothing_is_required(desk: Desk) -> None:
    await desk.withdraw()
    assert await desk.get("requirements") == {"stage": "withdrawn", "items": []}


POSTS: list[tuple[str, dict[str, Any], str, str]] = [
    ("resolution/attempts", {}, "handler", "investigator"),
    ("resolution", RESOLVED, "handler", "auditor"),
    ("next-stage", {"reason": "It is grave."}, "handler", "senior_leader"),
    ("issues", {"issues": [ISSUE]}, "investigator", "case_system"),
    ("issues/confirmation", CONFIRMED, "investigator", "operator"),
    ("people-of-case", part(), "complaints_manager", "handler"),
    ("plan", PLAN, "investigator", "auditor"),
]
READS = ("resolution", "issues", "people-of-case", "plan", "requirements")


@pytest.mark.parametrize(("path", "body", "may", "may_not"), POSTS, ids=[each[0] for each in POSTS])
async def test_a_stranger_finds_nothing_and_another_role_may_not(
    desk: Desk, path: str, body: dict[str, Any], may: str, may_not: str
) -> None:
    stranger = await desk.post(path, body, may, organisation=BIRCH.id)
    assert code_of(stranger) == (404, "not_found")
    assert code_of(await desk.post(path, body, may_not)) == (403, "forbidden")


async def test_another_organisation_reads_nothing_until_the_case_is_shared_and_never_what_is_only_ours(
    desk: Desk, migrator: psycopg.Connection[Any]
) -> None:
    await in_closer_look(desk)
    lifted = part(who="senior_leader", conflict=True, mitigation="A second reader.")
    assert (await desk.post("people-of-case", lifted, "complaints_manager")).status_code == 200
    theirs = desk.tokens.headers("handler", organisation=BIRCH.id)
    here = f"/v1/complaints/{desk.reference}"
    for path in READS:
        assert (await desk.client.get(f"{here}/{path}", headers=theirs)).status_code == 404
    share(migrator, desk.reference, BIRCH)
    people = (await desk.get("people-of-case", organisation=BIRCH.id))["items"]
    assert [each["mitigation"] for each in people] == [None, None]
    assert (await desk.get("issues", organisation=BIRCH.id))["items"][0]["summary"] == ISSUE["summary"]
    assert code_of(await desk.client.get(f"{here}/requirements", headers=theirs)) == (403, "not_your_complaint")


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("resolution", RESOLVED | {"summary": " "}, "/summary"),
    ("resolution", {key: value for key, value in RESOLVED.items() if key != "summary"}, "/summary"),
    ("resolution", RESOLVED | {"resolvedOn": "2026-11-19"}, "/resolvedOn"),
    ("resolution", RESOLVED | {"satisfied": "yes"}, "/satisfied"),
    ("next-stage", {}, "/reason"),
    ("issues", {}, ""),
    ("issues", {"issues": [{"summary": "Only this"}]}, "/issues/0/effect"),
    ("issues", {"issues": [ISSUE | {"subject": "Not a code"}]}, "/issues/0/subject"),
    ("issues", {"takenBack": ["7"]}, "/takenBack/0"),
    ("issues/confirmation", CONFIRMED | {"confirmedOn": "2026-11-19"}, "/confirmedOn"),
    ("people-of-case", part() | {"role": "judge"}, "/role"),
    ("people-of-case", part() | {"trainedOn": None}, ""),
    ("people-of-case", {"role": "investigator", "personId": str(uuid4())}, "/priorInvolvement"),
    ("plan", PLAN | {"evidence": []}, "/evidence"),
    ("plan", PLAN | {"noStaff": True}, ""),
    ("plan", PLAN | {"delivery": "pigeon"}, "/delivery"),
]


@pytest.mark.parametrize(("path", "body", "pointer"), BAD, ids=[f"{path}{where}" for path, _, where in BAD])
async def test_a_body_that_is_not_valid_is_refused_by_its_place(
    desk: Desk, path: str, body: dict[str, Any], pointer: str
) -> None:
    answer = await desk.post(path, body, "complaints_manager")
    assert code_of(answer) == (422, "invalid_request")
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_stale_version_changes_nothing(desk: Desk) -> None:
    headers = desk.tokens.headers("handler") | {"If-Match": '"1"'}
    answer = await desk.client.post(
        f"/v1/complaints/{desk.reference}/issues", json={"issues": [ISSUE]}, headers=headers
    )
    assert code_of(answer) == (412, "stale_version")
    assert (await desk.get("issues"))["items"] == []


async def test_a_person_of_another_organisation_gets_no_part(desk: Desk) -> None:
    await in_closer_look(desk)
    theirs = part() | {"personId": str(UUID(str(BIRCH.person("investigator"))))}
    assert code_of(await desk.post("people-of-case", theirs, "complaints_manager")) == (409, "unknown_person")
