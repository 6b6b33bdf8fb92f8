"""Findings, initial views and remedies over HTTP, with the case file's own verdicts behind it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from runtime.database_roles import DatabaseDsns
from tests.api.people import BIRCH, Organisation, Tokens, a_complaint
from tests.bodies import plain

pytestmark = pytest.mark.at_once

FINDS = Organisation("FINDS")
TODAY = "2026-11-18"
Migrator = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def finds(api_dsns: DatabaseDsns) -> Organisation:
    """An organisation of these tests alone: its remedies are compared with each other."""
    with psycopg.connect(plain(api_dsns.migrator)) as connection:
        FINDS.insert(connection)
    return FINDS


class Desk:
    """One complaint, and requests about it."""

    def __init__(self, client: httpx2.AsyncClient, tokens: Tokens, reference: str) -> None:
        self.client, self.tokens, self.reference = client, tokens, reference

    async def post(self, path: str, body: Any, role: str = "handler", **more: Any) -> httpx2.Response:
        headers = self.tokens.headers(role, **({"organisation": FINDS.id} | more))
        return await self.client.post(f"/v1/complaints/{self.reference}/{path}", json=body, headers=headers)

    async def must(self, path: str, body: Any, role: str = "handler") -> Any:
        answer = await self.post(path, body, role)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def get(self, path: str, role: str = "handler", **more: Any) -> Any:
        headers = self.tokens.headers(role, **({"organisation": FINDS.id} | more))
        answer = await self.client.get(f"/v1/complaints/{self.reference}/{path}", headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def a_desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    headers = tokens.headers("handler", organisation=FINDS.id)
    answer = await client.post("/v1/complaints", json=a_complaint(), headers=headers)
    assert answer.status_code == 201, answer.text
    await app.state.parts.starts.idle()
    return Desk(client, tokens, answer.json()["reference"])


@pytest.fixture
async def desk(finds: Organisation, client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


async def investigate(desk: Desk) -> list[str]:
    """Take a complaint to where findings can be recorded; return the ids of its two issues."""
    await desk.must("acknowledgement", {"method": "call", "madeOn": TODAY, "discussionOffered": True})
    await desk.must("next-stage", {"reason": "It cannot be put right at once."})
    issues = [{"summary": f"Issue {n}", "effect": "Pain", "outcomeSought": "Sorry"} for n in (1, 2)]
    await desk.must("issues", {"issues": issues})
    await desk.must("issues/confirmation", {"confirmedOn": TODAY, "method": "call"})
    part = {"role": "investigator", "personId": str(FINDS.person("investigator")), "priorInvolvement": False}
    part |= {"conflict": False, "training": "Two days", "trainedOn": "2026-01-05"}
    await desk.must("people-of-case", part, "complaints_manager")
    await desk.must("routes", {"found": []})
    await desk.must("plan", {"evidence": ["Notes"], "delivery": "letter", "sharedWithPersonOn": TODAY, "noStaff": True})
    return [each["issueId"] for each in (await desk.get("findings"))["items"]]


def finding(issue: str, **changes: Any) -> dict[str, Any]:
    told = {
        "issueId": issue,
        "happened": "Nobody called.",
        "shouldHave": "Somebody should have.",
        "standard": "Policy 12",
        "evidence": "The log",
        "outcome": "upheld",
        "reason": "The log has no call.",
    }
    return told | changes


def money(level: int = 2, amount: str = "250.00", **changes: Any) -> dict[str, Any]:
    told = {"kind": "money", "words": "For the distress.", "basis": "The scale"}
    return told | {"severityLevel": level, "injusticeAmount": amount} | changes


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def test_findings_are_recorded_by_the_investigator_and_shown_with_every_version_and_the_outcome(
    desk: Desk,
) -> None:
    first, second = await investigate(desk)
    await desk.must("findings", finding(first), "investigator")
    await desk.must("findings", finding(first, reason="And no letter."), "investigator")
    shown = await desk.get("findings")
    one = shown["items"][0]
    assert (one["finding"]["version"], one["finding"]["reason"]) == (2, "And no letter.")
    assert [each["reason"] for each in one["earlier"]] == ["The log has no call."]
    assert one["finding"]["foundBy"]["id"] == str(FINDS.person("investigator"))
    assert (shown["complete"], shown["outcome"]["code"]) == (False, "upheld")
    await desk.must("findings", finding(second, outcome="not_upheld"))
    shown = await desk.get("findings")
    assert shown["complete"] is True
    assert shown["outcome"] == {
        "code": "partially_upheld",
        "title": "Partially upheld",
        "reports": {"annual_report": "well_founded", "ko41": "partially_upheld"},
    }


async def test_words_of_findings_views_and_remedies_are_not_for_everybody(desk: Desk) -> None:
    first, second = await investigate(desk)
    for issue in (first, second):
        await desk.must("findings", finding(issue))
    await desk.must("views", views(await party_of(desk)))
    await desk.must("views/comments", comment(partyId=await party_of(desk)))
    await desk.must("remedies", money())
    for path in ("findings", "views", "remedies"):
        told = str((await desk.get(path, "operator"))["items"])
        for words in ("Nobody called", "Policy 12", "for the ward", "twice", "distress", "Una Sample", "of FINDS"):
            assert words not in told, (path, words)
        assert "upheld" in told or path != "findings"


async def party_of(desk: Desk) -> str:
    headers = desk.tokens.headers("handler", organisation=FINDS.id)
    shown = (await desk.client.get(f"/v1/complaints/{desk.reference}", headers=headers)).json()
    return str(shown["words"]["parties"][0]["id"])


def views(party: str, **changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"shared": [{"partyId": party, "method": "call", "on": TODAY}], "words": "Not for the ward."}
    return told | changes


def comment(**changes: Any) -> dict[str, Any]:
    told = {"words": "It was twice.", "receivedOn": TODAY, "effect": "accepted", "effectWords": "We say twice."}
    return told | changes


async def test_views_show_who_saw_them_what_they_said_and_whether_findings_have_changed_since(desk: Desk) -> None:
    first, second = await investigate(desk)
    for issue in (first, second):
        await desk.must("findings", finding(issue))
    party = await party_of(desk)
    staff = {"personId": str(FINDS.person("senior_leader")), "method": "meeting", "on": TODAY}
    body = views(party)
    body["shared"].append(staff)
    await desk.must("views", body, "investigator")
    (round_,) = (await desk.get("views"))["items"]
    assert (round_["round"], round_["commentUntil"], round_["outOfDate"]) == (1, "2026-12-02", False)
    assert {each["name"]: each["commented"] for each in round_["sharedWith"]} == {
        "Una Sample": False,
        "senior_leader of FINDS": False,
    }
    change = comment(partyId=party, findingChanges=[finding(first, happened="Nobody called twice.")])
    await desk.must("views/comments", change, "investigator")
    (round_,) = (await desk.get("views"))["items"]
    (heard,) = round_["comments"]
    assert (heard["name"], heard["effect"], heard["late"]) == ("Una Sample", "accepted", False)
    assert heard["changed"] == [(await desk.get("findings"))["items"][0]["finding"]["id"]]
    assert [each["commented"] for each in round_["sharedWith"] if each["partyId"]] == [True]
    assert round_["outOfDate"] is True
    await desk.must("views", views(party))
    assert [each["outOfDate"] for each in (await desk.get("views"))["items"]] == [True, False]


async def test_only_a_manager_leaves_out_the_views_and_says_why(desk: Desk) -> None:
    await investigate(desk)
    reason = {"reason": "One short call."}
    for role in ("handler", "investigator", "case_system", "auditor"):
        assert code_of(await desk.post("views/skip", reason, role)) == (403, "forbidden")
    assert code_of(await desk.post("views/skip", {}, "complaints_manager")) == (422, "invalid_request")
    assert code_of(await desk.post("views/skip", {"reason": "  "}, "complaints_manager")) == (422, "invalid_request")
    await desk.must("views/skip", reason, "complaints_manager")
    (round_,) = (await desk.get("views"))["items"]
    assert (round_["kind"], round_["words"], round_["sharedWith"]) == ("skipped", "One short call.", [])


@pytest.mark.parametrize("role", ["auditor", "operator", "case_system", "senior_leader"])
async def test_findings_and_remedies_are_for_those_who_investigate(desk: Desk, role: str) -> None:
    for path, body in (
        ("findings", finding(str(uuid4()))),
        ("views", views(str(uuid4()))),
        ("views/comments", comment(partyId=str(uuid4()))),
        ("remedies", money()),
    ):
        assert code_of(await desk.post(path, body, role)) == (403, "forbidden")


async def test_another_organisation_finds_no_such_complaint(desk: Desk) -> None:
    stranger = {"organisation": BIRCH.id}
    for path, body, role in (
        ("findings", finding(str(uuid4())), "handler"),
        ("views", views(str(uuid4())), "handler"),
        ("views/comments", comment(partyId=str(uuid4())), "handler"),
        ("views/skip", {"reason": "x"}, "complaints_manager"),
        ("remedies", money(), "handler"),
        (f"remedies/{uuid4()}/decision", {"decision": "approved", "on": TODAY}, "handler"),
    ):
        assert code_of(await desk.post(path, body, role, **stranger)) == (404, "not_found"), path


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("findings", finding("x"), "/issueId"),
        ("findings", finding(str(uuid4()), reason=" "), "/reason"),
        ("findings", finding(str(uuid4()), outcome="Upheld!"), "/outcome"),
        ("findings", finding(str(uuid4()), extra=1), "/extra"),
        ("views", {"shared": [], "words": "x"}, "/shared"),
        ("views", {"shared": [{"method": "call", "on": TODAY}], "words": "x"}, "/shared/0"),
        ("views", views("x"), "/shared/0/partyId"),
        (
            "views",
            {"shared": [{"personId": str(uuid4()), "method": "call", "on": TODAY}], "words": "x"},
            "",
        ),
        (
            "views",
            {"shared": [{"partyId": str(uuid4()), "method": "call", "on": "2026-11-19"}], "words": "x"},
            "/shared/0/on",
        ),
        ("views/comments", comment(), ""),
        ("views/comments", comment(whom="A", partyId=str(uuid4())), ""),
        ("views/comments", comment(whom="A", effect="perhaps"), "/effect"),
        ("views/comments", comment(whom="A", receivedOn="2026-11-19"), "/receivedOn"),
        (
            "views/comments",
            comment(whom="A", effect="not_accepted", findingChanges=[finding(str(uuid4()))]),
            "",
        ),
        ("remedies", money(amount="250"), "/injusticeAmount"),
        ("remedies", money(amount="0.00"), "/injusticeAmount"),
        ("remedies", money(amount="-1.00"), "/injusticeAmount"),
        ("remedies", money(amount="10000000.00"), "/injusticeAmount"),
        ("remedies", money(injusticeAmount=250.0), "/injusticeAmount"),
        ("remedies", money(level=7), "/severityLevel"),
        ("remedies", money(kind="gift"), "/kind"),
        ("remedies", money(kind="apology"), ""),
        ("remedies", {"kind": "money", "words": "x", "basis": "y"}, ""),
        (f"remedies/{uuid4()}/decision", {"decision": "rejected", "on": TODAY}, ""),
        (f"remedies/{uuid4()}/decision", {"decision": "amended", "on": TODAY, "reason": "x"}, ""),
        (f"remedies/{uuid4()}/decision", {"decision": "approved", "on": TODAY, "financialLoss": "1.00"}, ""),
        (f"remedies/{uuid4()}/decision", {"decision": "offered", "on": "2026-11-19"}, "/on"),
        ("remedies/x/decision", {"decision": "approved", "on": TODAY}, "/remedy_id"),
    ],
)
async def test_bad_input_is_refused_with_the_place_where_it_stands(
    desk: Desk, path: str, body: dict[str, Any], pointer: str
) -> None:
    answer = await desk.post(path, body)
    assert code_of(answer) == (422, "invalid_request")
    assert pointer in [each["pointer"] for each in answer.json()["errors"]]


async def test_the_same_key_gets_the_first_answer_and_another_body_is_refused(desk: Desk) -> None:
    for _ in range(2):
        assert (await desk.post("remedies", money(), key="remedy-1")).status_code == 200
    assert len((await desk.get("remedies"))["items"]) == 1
    assert code_of(await desk.post("remedies", money(amount="300.00"), key="remedy-1")) == (
        422,
        "idempotency_key_reused",
    )


async def test_a_remedy_is_decided_within_authority_and_every_step_is_shown(desk: Desk) -> None:
    await desk.must("remedies", money(3, "600.00", financialLoss="12.30"), "investigator")
    (remedy,) = (await desk.get("remedies"))["items"]
    assert (remedy["financialLoss"], remedy["injusticeAmount"], remedy["state"]) == ("12.30", "600.00", "proposed")
    place = f"remedies/{remedy['id']}/decision"
    refused = await desk.post(place, {"decision": "approved", "on": TODAY}, "complaints_manager")
    assert code_of(refused) == (409, "beyond_authority")
    assert refused.json()["missing"] == [
        {"code": "responsible_person", "title": "Responsible person"},
        {"code": "delegate", "title": "Delegate"},
    ]
    await desk.must(place, {"decision": "approved", "on": TODAY}, "responsible_person")
    shown = await desk.must(place, {"decision": "offered", "on": TODAY})
    assert "remedies" in shown["allowed"]
    (remedy,) = (await desk.get("remedies"))["items"]
    assert [each["step"] for each in remedy["steps"]] == ["proposed", "approved", "offered"]
    assert remedy["steps"][1]["by"]["name"] == "responsible_person of FINDS"


async def test_what_remedies_are_weighed_by_is_shown_with_its_certainty(desk: Desk) -> None:
    rules = (await desk.get("remedies"))["rules"]
    assert (rules["scale"]["certainty"], rules["authority"]["certainty"]) == ("unverified", "unverified")
    assert rules["scale"]["levels"][1] == {
        "level": 2,
        "title": "Annoyance, inconvenience or distress of short duration",
        "least": "100.00",
        "most": "450.00",
    }


def stand_by(migrator: Migrator, reference: str, level: int, *sums: str) -> list[UUID]:
    """Put approved remedies of other complaints of the organisation beside one; return those complaints."""
    made = []
    for amount in sums:
        complaint = uuid4()
        made.append(complaint)
        migrator.execute(
            "insert into complaint (id, organisation_id, reference, regime, nation, procedure, procedure_version,"
            " stage, open, version, channel, received_on, logged_at, stop_contact, hold, event_seq, event_head)"
            " select %s, organisation_id, %s, regime, nation, procedure, procedure_version, 'closed', false, 1,"
            " channel, received_on, logged_at, false, false, 0, '' from complaint where reference = %s",
            (complaint, f"FINDS-{complaint.hex[:8]}", reference),
        )
        migrator.execute(
            "insert into remedy (id, organisation_id, complaint_id, kind, state, words, basis, severity_level,"
            " injustice_amount, act_id, proposed_at)"
            " values (gen_random_uuid(), %s, %s, 'money', 'paid', 'x', 'y', %s, %s, gen_random_uuid(), now())",
            (FINDS.id, complaint, level, amount),
        )
    return made


async def test_a_sum_is_shown_beside_comparable_ones_and_called_out_of_line_when_it_is(
    desk: Desk, migrator: Migrator
) -> None:
    stand_by(migrator, desk.reference, 4, "1000.00", "1050.00", "1100.00", "1150.00")
    await desk.must("remedies", money(4, "2500.00"))
    (remedy,) = (await desk.get("remedies"))["items"]
    (few,) = remedy["comparisons"]
    assert (few["like"], few["count"], few["enough"], few["outlier"]) == ("severity_level", 4, False, None)
    assert remedy["outlier"] is None
    stand_by(migrator, desk.reference, 4, "1200.00")
    (remedy,) = (await desk.get("remedies"))["items"]
    (enough,) = remedy["comparisons"]
    assert (enough["count"], enough["median"], enough["low"], enough["high"]) == (5, "1100.00", "1000.00", "1200.00")
    assert (enough["outlier"], remedy["outlier"]) == (True, True)
    assert "FINDS" not in str(enough)


async def test_complaints_with_a_common_cause_are_compared_with_each_other(desk: Desk, migrator: Migrator) -> None:
    group = stand_by(migrator, desk.reference, 6, "10000.00", "10000.00", "10200.00", "10200.00", "10400.00")
    stand_by(migrator, desk.reference, 6, *["18000.00"] * 6)
    (mine,) = migrator.execute("select id from complaint where reference = %s", (desk.reference,)).fetchone() or ()
    for other in group:
        migrator.execute(
            "insert into complaint_link (id, organisation_id, complaint_id, other_id, kind, group_code, act_id,"
            " linked_at) values (gen_random_uuid(), %s, %s, %s, 'common_cause', 'pharmacy-2026', gen_random_uuid(),"
            " now())",
            (FINDS.id, group[0] if other != group[0] else mine, other),
        )
    await desk.must("remedies", money(6, "18000.00"))
    (remedy,) = (await desk.get("remedies"))["items"]
    told = {each["like"]: each for each in remedy["comparisons"]}
    assert (told["severity_level"]["count"], told["severity_level"]["outlier"]) == (11, False)
    assert (told["common_cause"]["count"], told["common_cause"]["outlier"]) == (5, True)
    assert remedy["outlier"] is True


async def test_a_share_shows_the_remedies_of_one_case_and_nothing_of_how_others_are_treated(
    desk: Desk, migrator: Migrator
) -> None:
    stand_by(migrator, desk.reference, 5, *["3000.00"] * 5)
    await desk.must("remedies", money(5, "9000.00"))
    migrator.execute(
        "insert into case_share (id, organisation_id, complaint_id, shared_with, scope, until)"
        " select gen_random_uuid(), organisation_id, id, %s, 'read', '2027-01-01' from complaint where reference = %s",
        (BIRCH.id, desk.reference),
    )
    (remedy,) = (await desk.get("remedies", organisation=BIRCH.id))["items"]
    assert (remedy["injusticeAmount"], remedy["comparisons"], remedy["outlier"]) == ("9000.00", [], None)
    answer = await desk.post("remedies", money(), organisation=BIRCH.id)
    assert code_of(answer) == (403, "not_your_complaint")
