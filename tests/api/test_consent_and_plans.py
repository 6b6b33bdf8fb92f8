"""Consent and contact plans over HTTP: who may say them, how they are shown, and to whom with words."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.people import ACORN, BIRCH, Tokens, log
from tests.api.test_corrections import Desk, code_of, share

pytestmark = pytest.mark.at_once

WHY = "She rang and said so."
SENIOR = "responsible_person"


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    """Somebody complains for her mother."""
    logged = await log(
        client, tokens, app, ownerId=str(ACORN.person("handler")), affected={"name": "Mum Sample"},
    )  # fmt: skip
    return Desk(client, tokens, logged["reference"])


def party(migrator: psycopg.Connection[Any], desk: Desk, role: str) -> str:
    sql = "select p.id from party p join complaint c on c.id = p.complaint_id where c.reference = %s and p.role = %s"
    ((found,),) = migrator.execute(sql, (desk.reference, role)).fetchall()
    return str(found)


async def agreed(desk: Desk, migrator: psycopg.Connection[Any], **changes: Any) -> httpx2.Response:
    contact = {"direction": "in", "channel": "call", "happenedAt": "2026-11-18T09:00:00Z", "withWhom": "Mum",
               "summary": "She agrees."}  # fmt: skip
    assert (await desk.post("contacts", contact)).status_code == 200
    (row,) = migrator.execute(
        "select o.id from contact o join complaint c on c.id = o.complaint_id where c.reference = %s limit 1",
        (desk.reference,),
    ).fetchall()
    body = {"scope": "represent", "giverId": party(migrator, desk, "affected"), "basis": "oral",
            "recipientId": party(migrator, desk, "complainant"), "contactId": str(row[0]), "givenOn": "2026-11-18",
            "expiresOn": "2027-01-31"}  # fmt: skip
    return await desk.post("consents", body | changes)


def told(found: Any, party_id: str) -> dict[str, tuple[bool, str]]:
    return {each["what"]: (each["may"], each["why"]) for each in found["items"] if each["partyId"] == party_id}


async def test_a_consent_is_recorded_shown_withdrawn_and_explains_what_may_be_told(
    desk: Desk, migrator: psycopg.Connection[Any]
) -> None:
    complainant = party(migrator, desk, "complainant")
    before = told(await desk.get("disclosures"), complainant)
    assert (before["own"], before["progress"]) == ((True, "own_complaint"), (False, "no_consent"))
    assert (await agreed(desk, migrator)).status_code == 200
    (consent,) = (await desk.get("consents"))["items"]
    assert (consent["number"], consent["state"], consent["expiresOn"]) == (1, "in_force", "2027-01-31")
    assert told(await desk.get("disclosures"), complainant)["findings"] == (True, "consent")
    (clock,) = [each for each in (await desk.get("clocks"))["items"] if each["kind"] == "consent_expiry"]
    assert (clock["subjectId"], clock["dueOn"]) == (consent["id"], "2027-01-31")
    taken_back = {"withdrawnOn": "2026-11-18", "withdrawnBy": consent["giverId"], "how": "call", "words": WHY}
    path = f"consents/{consent['id']}/withdrawal"
    first = await desk.post(path, taken_back, key="back-" + desk.reference)
    assert first.status_code == 200
    again = await desk.post(path, taken_back, key="back-" + desk.reference)
    assert (again.status_code, again.json()["version"]) == (200, first.json()["version"])
    other = await desk.post(path, taken_back | {"how": "letter"}, key="back-" + desk.reference)
    assert other.status_code == 422
    assert code_of(await desk.post(path, taken_back)) == (409, "consent_settled")
    (consent,) = (await desk.get("consents"))["items"]
    assert (consent["state"], consent["withdrawnWords"]) == ("withdrawn", WHY)
    (bare,) = (await desk.get("consents", "operator"))["items"]
    assert (bare["withdrawnWords"], bare["saidBy"]["name"]) == (None, None)
    answer = await desk.client.get(
        f"/v1/complaints/{desk.reference}/disclosures", params={"partyId": complainant},
        headers=desk.tokens.headers("operator"),
    )  # fmt: skip
    assert {each["partyId"] for each in answer.json()["items"]} == {complainant}
    assert told(answer.json(), complainant)["progress"] == (False, "consent_ended")


async def test_an_update_without_consent_is_refused_with_words_that_say_why(
    desk: Desk, migrator: psycopg.Connection[Any]
) -> None:
    made = {"method": "call", "madeOn": "2026-11-18", "discussionOffered": True}
    assert (await desk.post("acknowledgement", made)).status_code == 200
    letter = {"subject": "How it stands", "body": "We wait."}
    refused = await desk.post("updates/letter", letter)
    assert code_of(refused) == (409, "consent_missing")
    assert "consent" in refused.text and "Mum" not in refused.text
    assert (await agreed(desk, migrator)).status_code == 200
    assert (await desk.post("updates/letter", letter)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"scope": "everything"}, "/scope"),
        ({"contactId": None}, ""),
        ({"recipientId": None}, ""),
        ({"body": "RXH"}, ""),
        ({"recipientId": None, "body": "a name with blanks"}, "/body"),
        ({"givenOn": "2099-01-01", "expiresOn": None}, "/givenOn"),
        ({"expiresOn": "2026-11-01"}, ""),
        ({"because": "x"}, "/because"),
    ],
)
async def test_a_consent_that_makes_no_sense_is_malformed(
    desk: Desk, migrator: psycopg.Connection[Any], changes: dict[str, Any], pointer: str
) -> None:
    answer = await agreed(desk, migrator, **changes)
    assert answer.status_code == 422, answer.text
    assert pointer in [each["pointer"] for each in answer.json()["errors"]]


async def test_strangers_see_and_say_nothing(desk: Desk, migrator: psycopg.Connection[Any]) -> None:
    assert (await agreed(desk, migrator)).status_code == 200
    for path in ("consents", "disclosures", "contact-plan"):
        answer = await desk.client.get(
            f"/v1/complaints/{desk.reference}/{path}", headers=desk.tokens.headers("handler", organisation=BIRCH.id)
        )
        assert code_of(answer) == (404, "not_found")
    assert (await desk.post("consents", {}, "auditor")).status_code == 403
    assert (await desk.post("contact-plan", {}, "handler")).status_code == 403
    share(migrator, desk.reference, BIRCH)
    (consent,) = (await desk.get("consents", organisation=BIRCH.id))["items"]
    assert consent["saidBy"]["name"] is None


async def test_a_contact_plan_from_the_warning_to_the_appeal(desk: Desk, migrator: psycopg.Connection[Any]) -> None:
    who = party(migrator, desk, "complainant")
    plan = {"partyId": who, "measures": {"channels": ["letter"]}, "reasons": "Abuse on the phone.",
            "adjustmentsConsidered": "None were named.", "reviewOn": "2027-02-01"}  # fmt: skip
    assert code_of(await desk.post("contact-plan", plan, SENIOR)) == (409, "not_warned")
    warning = {"partyId": who, "happenedOn": "2026-11-18", "words": "You shouted."}
    assert (await desk.post("contact-plan/warnings", warning)).status_code == 200
    (notice,) = [each for each in (await desk.get("notices"))["items"] if each["template"] == "conduct_warning"]
    released = await desk.post(f"notices/{notice['id']}/release", {})
    assert released.status_code == 200, released.text
    assert (await desk.post("contact-plan", plan, SENIOR)).status_code == 200
    shown = await desk.get("contact-plan")
    (decided,) = shown["plans"]
    assert (decided["state"], decided["channels"], decided["reviewOn"]) == ("in_force", ["letter"], "2027-02-01")
    assert shown["warnings"][0]["sent"] is True and decided["reasons"] == "Abuse on the phone."
    bare = await desk.get("contact-plan", "operator")
    assert (bare["plans"][0]["reasons"], bare["warnings"][0]["words"]) == (None, None)
    appeal = {"planId": decided["id"], "appealedOn": "2026-11-18", "words": "I did not."}
    assert (await desk.post("contact-plan/appeal", appeal)).status_code == 200
    verdict = {"planId": decided["id"], "upheld": False, "reasons": "The calls were recorded."}
    assert code_of(await desk.post("contact-plan/appeal/decision", verdict, SENIOR)) == (409, "same_person")
    assert (await desk.post("contact-plan/appeal/decision", verdict, "complaints_manager")).status_code == 200
    eased = {"planId": decided["id"], "outcome": "eased", "reasons": "Better.", "reviewOn": "2027-03-01",
             "measures": {"channels": ["letter", "call"]}}  # fmt: skip
    assert (await desk.post("contact-plan/review", eased, SENIOR)).status_code == 200
    (decided,) = (await desk.get("contact-plan"))["plans"]
    assert (decided["channels"], decided["appeals"][0]["state"]) == (["call", "letter"], "dismissed")
    assert [each["outcome"] for each in decided["reviews"]] == ["eased"]


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("contact-plan", {"measures": {}}, "/measures"),
        ("contact-plan", {"measures": {"channels": []}}, "/measures/channels"),
        ("contact-plan", {"noWarning": "threats"}, ""),
        ("contact-plan/review", {"outcome": "ended", "reviewOn": "2027-02-01"}, ""),
        ("contact-plan/review", {"outcome": "eased", "reviewOn": "2027-02-01"}, ""),
    ],
)
async def test_a_plan_that_makes_no_sense_is_malformed(
    desk: Desk, path: str, body: dict[str, Any], pointer: str
) -> None:
    whole: dict[str, Any] = {"planId": str(uuid4()), "reasons": "x"}
    if path == "contact-plan":
        whole = {"partyId": str(uuid4()), "measures": {"everyDays": 7}, "reasons": "x", "adjustmentsConsidered": "x",
                 "reviewOn": "2027-02-01"}  # fmt: skip
    answer = await desk.post(path, whole | body, SENIOR)
    assert answer.status_code == 422, answer.text
    assert pointer in [each["pointer"] for each in answer.json()["errors"]]


async def test_everybody_who_reads_the_complaint_sees_that_staff_take_care_and_why_only_with_words(desk: Desk) -> None:
    flag = {"flagged": True, "words": "Carries a knife.", "reviewOn": "2026-12-18"}
    assert (await desk.post("contact-plan/staff-safety", flag)).status_code == 200
    for role in ("handler", "operator"):
        assert (await desk.get("", role))["staffSafety"] is True
    assert (await desk.get("contact-plan"))["safety"][0]["words"] == "Carries a knife."
    bare = await desk.get("contact-plan", "operator")
    assert bare["staffSafety"] is True and bare["safety"][0]["words"] is None
    assert "knife" not in str(await desk.get("timeline", "operator"))


async def test_a_person_with_a_plan_complains_anew_and_goes_to_the_next_tier_as_ever(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, desk: Desk, migrator: psycopg.Connection[Any]
) -> None:
    plan = {"partyId": party(migrator, desk, "complainant"), "measures": {"everyDays": 30}, "reasons": "Threats.",
            "adjustmentsConsidered": "None.", "reviewOn": "2027-02-01", "noWarning": "threats",
            "noWarningBecause": "He threatened a nurse."}  # fmt: skip
    assert (await desk.post("contact-plan", plan, SENIOR)).status_code == 200
    again = await log(client, tokens, app)
    assert again["stage"] == "received" and again["reference"] != desk.reference
    form = await client.post(
        "/v1/complaints", json={**_written(), "channel": "electronic"}, headers=tokens.headers("case_system")
    )
    assert form.status_code == 201


def _written() -> dict[str, Any]:
    return {"receivedOn": "2026-11-18", "summary": "Again", "narrative": "It happened again.",
            "complainant": {"name": "Una Sample", "email": "una@sample.example"}}  # fmt: skip
