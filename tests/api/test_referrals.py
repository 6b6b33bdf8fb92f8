"""What an Ombudsman or a regulator asks, over HTTP, with the case file's own verdicts behind it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.fakes import FixedClock
from tests.api.people import ACORN, BIRCH, Tokens
from tests.api.test_corrections import Desk, a_desk, code_of, share

pytestmark = pytest.mark.at_once

DAY = "2026-11-18"
ENQUIRY = {"what": "The file.", "askedOn": DAY, "dueOn": "2026-12-02"}
RECEIVED = {
    "kind": "ombudsman",
    "body": "phso",
    "theirReference": "P-00012",
    "receivedOn": DAY,
    "scope": "The lost hearing aids.",
    "enquiry": ENQUIRY,
}
FINAL = {
    "kind": "final",
    "decidedOn": DAY,
    "outcome": "partly_upheld",
    "words": "They should have looked in the laundry.",
    "recommendations": [
        {
            "kind": "apology",
            "what": "Apologise to her.",
            "targetOn": "2026-12-18",
            "ownerId": str(ACORN.person("senior_leader")),
        }
    ],
}
REG_16 = {"body": "cqc", "theirReference": "CQC-7", "receivedOn": DAY, "words": "All complaints of this ward."}


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


async def the_only(desk: Desk, role: str = "handler") -> dict[str, Any]:
    (found,) = (await desk.get("referrals", role))["items"]
    return dict(found)


async def of_all(desk: Desk, place: str, role: str = "handler", **more: Any) -> Any:
    answer = await desk.client.get(place, headers=desk.tokens.headers(role, **more))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_referral_is_said_answered_decided_complied_with_told_learned_from_and_closed(desk: Desk) -> None:
    assert (await desk.post("referrals", RECEIVED)).status_code == 200
    shown = await the_only(desk)
    assert (shown["state"], shown["dueOn"], shown["dueClock"]) == ("received", "2026-12-02", "referral_enquiry")
    assert (shown["bodyName"], shown["overdue"]) == ("Parliamentary and Health Service Ombudsman", False)
    place, enquiry = f"referrals/{shown['id']}", shown["enquiries"][0]
    answered = {"answeredOn": DAY, "words": "They saw the file here."}
    preliminary = {"kind": "preliminary", "decidedOn": DAY, "words": "At first sight.", "commentsBy": "2026-12-09"}
    for path, body in (
        (f"enquiries/{enquiry['id']}/answer", answered),
        ("decisions", preliminary),
        ("comments", {"commentedOn": DAY, "words": "Nothing to say."}),
        ("decisions", FINAL),
    ):
        said = await desk.post(f"{place}/{path}", body)
        assert said.status_code == 200, said.text
    refused = await desk.post(f"{place}/closure", {"cause": "done"}, "complaints_manager")
    assert code_of(refused) == (409, "still_owed")
    assert [each["title"] for each in refused.json()["missing"]] == [
        "Every recommendation is complied with",
        "The Ombudsman was told of the compliance",
        "What was learned is published",
    ]
    (made,) = (await the_only(desk))["recommendations"]
    assert (made["state"], made["late"], made["what"]) == ("open", False, "Apologise to her.")
    one = f"{place}/recommendations/{made['id']}"
    for path, body in (
        (f"{one}/compliance", {"compliedOn": DAY, "evidence": "The letter of today."}),
        (f"{one}/telling", {"toldOn": DAY, "how": "By e-mail"}),
        (f"{place}/learning", {"publishedOn": DAY, "place": "Website", "words": "Laundry is searched first."}),
    ):
        assert (await desk.post(path, body)).status_code == 200
    (made,) = (await the_only(desk))["recommendations"]
    assert (made["state"], made["letterState"], made["toldBodyOn"]) == ("told", "draft", DAY)
    assert (await desk.post(f"notices/{made['letterId']}/release", {})).status_code == 200
    closed = await desk.post(f"{place}/closure", {"cause": "done"}, "complaints_manager")
    assert closed.status_code == 200, closed.text
    whole = await the_only(desk)
    assert (whole["state"], whole["closedOn"], whole["closedCause"]) == ("closed", DAY, "done")
    assert [(each["kind"], each["outcome"], len(each["comments"])) for each in whole["decisions"]] == [
        ("preliminary", None, 1),
        ("final", "partly_upheld", 0),
    ]
    (made,) = whole["recommendations"]
    assert made["toldPersonAt"] is not None
    assert whole["learning"] == [{"publishedOn": DAY, "place": "Website", "words": "Laundry is searched first."}]


async def test_the_action_that_carries_out_a_recommendation_is_shown_with_what_a_compliance_can_rest_on(
    desk: Desk,
) -> None:
    assert (await desk.post("referrals", RECEIVED)).status_code == 200
    place = f"referrals/{(await the_only(desk))['id']}"
    assert (await desk.post(f"{place}/decisions", FINAL)).status_code == 200
    (made,) = (await the_only(desk))["recommendations"]
    assert made["action"] is None
    action = {
        "what": "Write to her.",
        "ownerId": str(ACORN.person("handler")),
        "dueOn": "2026-12-11",
        "evidenceWanted": "The letter.",
        "recommendationId": made["id"],
    }
    assert (await desk.post("actions", action)).status_code == 200
    (made,) = (await the_only(desk))["recommendations"]
    action_id = made["action"]["actionId"]
    open_ = {"actionId": action_id, "state": "open", "dueOn": "2026-12-11", "doneOn": None, "evidence": None}
    assert made["action"] == open_ | {"fileIds": []}
    done = {"doneOn": DAY, "evidence": "Posted today."}
    assert (await desk.post(f"actions/{action_id}/completion", done)).status_code == 200
    (made,) = (await the_only(desk))["recommendations"]
    assert made["action"] == open_ | {"state": "done", "doneOn": DAY, "evidence": "Posted today.", "fileIds": []}
    assert made["state"] == "open"  # a person records the compliance
    (read,) = (await the_only(desk, "operator"))["recommendations"]
    assert read["action"]["evidence"] is None


async def test_an_operator_reads_codes_and_dates_and_no_words(desk: Desk) -> None:
    assert (await desk.post("referrals", RECEIVED)).status_code == 200
    shown = await the_only(desk)
    assert (await desk.post(f"referrals/{shown['id']}/decisions", FINAL)).status_code == 200
    seen = str(await desk.get("referrals", "operator"))
    for words in ("P-00012", "lost hearing aids", "The file.", "laundry", "Apologise"):
        assert words in str(await desk.get("referrals")) and words not in seen
    lines = await of_all(desk, "/v1/referrals?limit=100", "operator")
    assert "P-00012" not in str(lines) and desk.reference in {each["reference"] for each in lines["items"]}


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("referrals", RECEIVED | {"kind": "friend"}, "/kind"),
    ("referrals", RECEIVED | {"body": "The Ombudsman"}, "/body"),
    ("referrals", RECEIVED | {"receivedOn": "2026-11-19"}, "/receivedOn"),
    ("referrals", RECEIVED | {"scope": " "}, "/scope"),
    ("referrals", RECEIVED | {"enquiry": ENQUIRY | {"basis": "reg_16"}}, "/enquiry"),
    ("referrals/{id}/enquiries", {"what": "More.", "askedOn": DAY}, ""),
    ("referrals/{id}/enquiries/{id}/answer", {"answeredOn": DAY}, ""),
    ("referrals/{id}/decisions", FINAL | {"outcome": None}, ""),
    ("referrals/{id}/decisions", FINAL | {"kind": "not_investigated"}, ""),
    ("referrals/{id}/closure", {"cause": "withdrawn"}, ""),
]


async def test_what_is_malformed_is_pointed_at(desk: Desk) -> None:
    for path, body, pointer in WRONG:
        refused = await desk.post(path.replace("{id}", str(uuid4())), body, "complaints_manager")
        assert refused.status_code == 422, refused.text
        assert [each["pointer"] for each in refused.json()["errors"]] == [pointer], (path, body)


async def test_a_repeat_makes_one_referral_and_another_body_under_the_key_is_refused(desk: Desk) -> None:
    key = {"key": f"referral-{desk.reference}"}
    assert [(await desk.post("referrals", RECEIVED, **key)).status_code for _ in range(2)] == [200, 200]
    assert len((await desk.get("referrals"))["items"]) == 1
    other = await desk.post("referrals", RECEIVED | {"scope": "Something else."}, **key)
    assert code_of(other) == (422, "idempotency_key_reused")


async def test_only_a_manager_closes_and_strangers_and_those_who_share_the_case_see_nothing(
    desk: Desk, migrator: psycopg.Connection[Any]
) -> None:
    assert (await desk.post("referrals", RECEIVED)).status_code == 200
    shown = await the_only(desk)
    closing = await desk.post(f"referrals/{shown['id']}/closure", {"cause": "withdrawn", "reason": "Theirs."})
    assert code_of(closing) == (403, "forbidden")
    theirs: dict[str, Any] = {"organisation": BIRCH.id, "subject": "handler"}
    answer = await desk.client.get(
        f"/v1/complaints/{desk.reference}/referrals", headers=desk.tokens.headers("handler", **theirs)
    )
    assert answer.status_code == 404
    share(migrator, desk.reference, BIRCH)
    assert await desk.get("referrals", **theirs) == {"items": [], "signposted": [], "asked": []}
    assert desk.reference not in str(await of_all(desk, "/v1/referrals?limit=100", **theirs))
    assert code_of(await desk.post("referrals", RECEIVED, **theirs)) == (403, "not_your_complaint")


async def test_signposting_shows_the_letters_as_sent_that_name_whom_the_person_can_turn_to(
    desk: Desk, migrator: psycopg.Connection[Any]
) -> None:
    for state, words in (
        ("handed_over", "Ask the Example Ombudsman."),
        ("draft", "The Ombudsman"),
        ("released", "No."),
    ):
        migrator.execute(
            "insert into notice (id, organisation_id, complaint_id, template, template_version, audience, channel,"
            " legal_ground, state, subject, body, act_id, drafted_at, released_at, journalled)"
            " select gen_random_uuid(), organisation_id, id, 'response', 1, 'complainant', 'letter', 'reg 14', %s,"
            " 's', %s, gen_random_uuid(), '2026-11-18T09:00Z', '2026-11-18T10:00Z', true"
            " from complaint where reference = %s",
            (state, words, desk.reference),
        )
    (sign,) = (await desk.get("referrals"))["signposted"]
    assert (sign["template"], sign["state"], sign["releasedAt"]) == ("response", "handed_over", "2026-11-18T10:00:00Z")


async def test_one_request_of_the_regulator_reaches_several_complaints_once(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    one, two = await a_desk(client, tokens, app), await a_desk(client, tokens, app)
    body = REG_16 | {"references": [one.reference, two.reference, one.reference]}
    headers = tokens.headers("handler", key=f"cqc-{one.reference}")
    answers = [await client.post("/v1/regulator-requests", json=body, headers=headers) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    await app.state.parts.starts.idle()
    shown = await of_all(one, answers[0].headers["Location"])
    assert [(each["reference"], each["submission"], each["dueOn"]) for each in shown["items"]] == [
        (one.reference, "applied", "2026-12-16"),
        (two.reference, "applied", "2026-12-16"),
    ]
    assert (await the_only(two))["requestId"] == shown["id"] and shown["answered"] == 0
    other = await client.post("/v1/regulator-requests", json=body | {"words": "Other."}, headers=headers)
    assert code_of(other) == (422, "idempotency_key_reused")
    theirs = tokens.headers("handler", organisation=BIRCH.id)
    assert (await client.get(answers[0].headers["Location"], headers=theirs)).status_code == 404
    strange = await client.post("/v1/regulator-requests", json=body, headers=theirs)
    assert [each["pointer"] for each in strange.json()["errors"]] == [f"/references/{n}" for n in range(3)]


async def test_figures_count_what_was_received_decided_and_complied_with(desk: Desk, clock: FixedClock) -> None:
    place = "/v1/figures/referrals?from=2026-11-18&to=2026-12-31"
    before = await of_all(desk, place)
    assert (await desk.post("referrals", RECEIVED)).status_code == 200
    shown = await the_only(desk)
    assert (await desk.post(f"referrals/{shown['id']}/decisions", FINAL)).status_code == 200
    after = await of_all(desk, place)
    assert after["received"]["ombudsman"] == before["received"].get("ombudsman", 0) + 1
    assert after["decided"]["partly_upheld"] == before["decided"].get("partly_upheld", 0) + 1
    assert (after["recommendations"], after["open"]) == (before["recommendations"] + 1, before["open"] + 1)
    headers = desk.tokens.headers("handler")
    backwards = await desk.client.get("/v1/figures/referrals?from=2026-12-01&to=2026-11-01", headers=headers)
    assert backwards.status_code == 422
