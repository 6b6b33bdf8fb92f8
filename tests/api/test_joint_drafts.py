"""The one draft of several bodies over HTTP: shared, commented on, weighed and shown, each as it is allowed."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI
from psycopg.types.json import Jsonb

from tests.api.people import ACORN, BIRCH, Tokens
from tests.api.test_casework import ACKNOWLEDGED, CONFIRMED, ISSUE, PLAN, part
from tests.api.test_corrections import Desk, a_desk, code_of, share
from tests.api.test_response import DAY, FINDING, SIGNED, drafted

pytestmark = pytest.mark.at_once

AT = f"{DAY}T09:00:00Z"
BODIES = {"audience": "bodies", "commentBy": "2026-12-02"}
WEIGHED = {"used": "partly", "reason": "The date was; marker."}


class Rows:
    """Rows about one complaint, as other acts would have left them."""

    def __init__(self, migrator: psycopg.Connection[Any], reference: str) -> None:
        found = migrator.execute("select id, organisation_id from complaint where reference = %s", (reference,))
        row = found.fetchone()
        assert row is not None
        self._migrator, self.complaint, self.organisation = migrator, row[0], row[1]

    def add(self, table: str, **values: Any) -> UUID:
        one = uuid4()
        columns = {"id": one, "organisation_id": self.organisation, "complaint_id": self.complaint, **values}
        names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
        self._migrator.execute(f"insert into {table} ({names}) values ({marks})", list(columns.values()))
        return one

    def council(self, issue: str) -> UUID:
        """A council takes part, its part is approved, and we lead."""
        one = self.add("contribution", number=1, kind="joint", code="council-1", name="Marker Council",
                       body_kind="local_authority", bound="regulation_9", way="none", state="approved",
                       open_to_body=True, named_on=DAY, invited_on=DAY, accepted_on=DAY, approved_on=DAY, round=1,
                       changed_at=AT, act_id=uuid4())  # fmt: skip
        self.add("contribution_issue", contribution_id=one, issue_id=issue)
        submission = self.add("body_submission", contribution_id=one, round=1, signed_by="Marker Director",
                              signed_role="Director", submitted_on=DAY, late=False, act_id=uuid4(),
                              said_at=AT)  # fmt: skip
        self.add("body_answer", submission_id=submission, issue_id=issue, number=2, did="We asked; marker.",
                 found="Nobody came; marker.", conclusion="upheld", remedy="Sorry; marker.")  # fmt: skip
        self.add("body_review", submission_id=submission, result="approved", decided_at=AT, act_id=uuid4())
        lead = uuid4()
        self.add("joint_lead", number=1, state="decided", lead_code=ACORN.code, ours=True, rule="decided",
                 outcomes=Jsonb([]), deciders=Jsonb({}), proposal_id=lead, said_at=AT, act_id=uuid4(),
                 **{"id": lead})  # fmt: skip
        return one


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    """A complaint of two issues, planned: ours is found on."""
    desk = await a_desk(client, tokens, app)
    assert (await desk.post("acknowledgement", ACKNOWLEDGED)).status_code == 200
    assert (await desk.post("next-stage", {"reason": "It is grave."})).status_code == 200
    two = [ISSUE, ISSUE | {"summary": "The care at home"}]
    assert (await desk.post("issues", {"issues": two}, "investigator")).status_code == 200
    assert (await desk.post("issues/confirmation", CONFIRMED)).status_code == 200
    assert (await desk.post("people-of-case", part(), "complaints_manager")).status_code == 200
    assert (await desk.post("routes", {"found": []})).status_code == 200
    assert (await desk.post("plan", PLAN)).status_code == 200
    ours = (await desk.get("findings"))["items"][0]["issueId"]
    assert (await desk.post("findings", {"issueId": ours, **FINDING}, "investigator")).status_code == 200
    assert (await desk.post("views/skip", {"reason": "Nobody disputes it."}, "complaints_manager")).status_code == 200
    return desk


@pytest.fixture
async def council(desk: Desk, migrator: psycopg.Connection[Any]) -> UUID:
    """The council, whose part is in the draft. The person agreed that it is told."""
    rows = Rows(migrator, desk.reference)
    theirs = (await desk.get("findings"))["items"][1]["issueId"]
    found = migrator.execute("select id from party where complaint_id = %s order by role", (rows.complaint,)).fetchall()
    giver = next(each[0] for each in found)
    affected = migrator.execute(
        "select id from party where complaint_id = %s and role = 'affected'", (rows.complaint,)
    ).fetchone()
    consent = {"scope": "share_with_body", "giverId": str(affected[0] if affected else giver), "basis": "statutory",
               "givenOn": DAY, "body": "council-1"}  # fmt: skip
    agreed = await desk.post("consents", consent)
    assert agreed.status_code == 200, agreed.text
    one = rows.council(theirs)
    made = await desk.post("response/drafts", drafted(), "investigator")
    assert made.status_code == 200, made.text
    assert (await desk.post("response/clearance", {"cleared": True}, "complaints_manager")).status_code == 200
    return one


async def lacking(desk: Desk) -> list[str]:
    """Return what the signature lacks, as it is told beforehand."""
    found = (await desk.get("requirements"))["items"]
    return [each["code"] for gate in found if gate["command"] == "respond" for each in gate["missing"]]


async def test_a_draft_is_shared_commented_on_weighed_and_shown_until_it_is_signed(desk: Desk, council: UUID) -> None:
    assert await lacking(desk) == ["joint_draft_shared", "joint_draft_with_person"]
    first = await desk.post("joint-drafts", BODIES, key="share-" + desk.reference)
    assert first.status_code == 200, first.text
    again = await desk.post("joint-drafts", BODIES, key="share-" + desk.reference)
    assert (again.status_code, again.json()["version"]) == (200, first.json()["version"])
    other = await desk.post("joint-drafts", {"audience": "person"}, key="share-" + desk.reference)
    assert other.status_code == 422
    (shown,) = (await desk.get("joint-drafts"))["items"]
    assert (shown["audience"], shown["commentBy"], shown["leftOut"]) == ("bodies", "2026-12-02", False)
    assert shown["bodies"] == [{"contributionId": str(council), "body": "council-1", "told": True, "commented": False}]
    assert code_of(await desk.post("joint-drafts", {"audience": "person"})) == (409, "joint_draft_needed")
    comments = f"joint-drafts/{shown['id']}/comments"
    said = {"receivedOn": DAY, "words": "The date is wrong; marker.", "contributionId": str(council)}
    assert (await desk.post(comments, said)).status_code == 200
    skip = {"audience": "person", "skipReason": "They asked for no draft; marker."}
    assert code_of(await desk.post("joint-drafts", skip)) == (409, "not_authorised")
    assert (await desk.post("joint-drafts", skip, "complaints_manager")).status_code == 200
    assert await lacking(desk) == ["joint_comments_weighed"]
    (comment,) = (await desk.get("joint-drafts"))["items"][0]["comments"]
    assert (comment["name"], comment["words"], comment["late"]) == ("Marker Council", said["words"], False)
    weighed = await desk.post(f"{comments}/{comment['id']}/use", WEIGHED)
    assert weighed.status_code == 200, weighed.text
    assert await lacking(desk) == []
    signed = await desk.post("response", SIGNED, "responsible_person")
    assert (signed.status_code, signed.json()["stage"]) == (200, "responded"), signed.text
    (draft, left_out) = (await desk.get("joint-drafts"))["items"]
    assert (draft["comments"][0]["used"], draft["comments"][0]["usedBy"]["name"]) == ("partly", "handler of ACORN")
    assert (left_out["leftOut"], left_out["note"]) == (True, skip["skipReason"])


async def test_words_are_for_who_may_read_them_and_nothing_for_strangers(
    desk: Desk, council: UUID, migrator: psycopg.Connection[Any]
) -> None:
    assert (await desk.post("joint-drafts", BODIES | {"note": "Soon; marker."})).status_code == 200
    (shown,) = (await desk.get("joint-drafts"))["items"]
    comments = f"joint-drafts/{shown['id']}/comments"
    said = {"receivedOn": DAY, "words": "The date is wrong; marker.", "contributionId": str(council)}
    assert (await desk.post(comments, said)).status_code == 200
    assert "arker" not in str(await desk.get("joint-drafts", "operator"))
    stranger = await desk.client.get(
        f"/v1/complaints/{desk.reference}/joint-drafts", headers=desk.tokens.headers("handler", organisation=BIRCH.id)
    )
    assert code_of(stranger) == (404, "not_found")
    share(migrator, desk.reference, BIRCH)
    assert "arker" not in str(await desk.get("joint-drafts", organisation=BIRCH.id))
    assert code_of(await desk.post("joint-drafts", BODIES, "auditor")) == (403, "forbidden")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("joint-drafts", {"audience": "everybody"}),
        ("joint-drafts", {"audience": "bodies", "skipReason": "No time."}),
        ("joint-drafts", {"audience": "supplement"}),
        ("joint-drafts", {"audience": "person", "skipReason": "No time.", "commentBy": "2026-12-02"}),
        (f"joint-drafts/{uuid4()}/comments", {"receivedOn": DAY, "contributionId": str(uuid4())}),
        (f"joint-drafts/{uuid4()}/comments", {"receivedOn": DAY, "agrees": True}),
        (f"joint-drafts/{uuid4()}/comments/{uuid4()}/use", {"used": "partly"}),
    ],
)
async def test_bad_input_is_refused(desk: Desk, path: str, body: dict[str, Any]) -> None:
    assert (await desk.post(path, body)).status_code == 422
