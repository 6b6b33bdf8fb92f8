"""A whole life through HTTP alone, months in seconds: what a case system and a complaints team would see."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.e2e.conftest import Caller

COMPLAINT: dict[str, Any] = {
    "channel": "written",
    "receivedOn": "2028-03-02",
    "summary": "Nobody came to change the dressing",
    "narrative": "We were told three times that a nurse was coming, and nobody came.",
    "complainant": {"name": "Isobel Sample", "email": "isobel@sample.example"},
}


async def test_a_case_system_drives_a_complaint_to_closure_and_reads_its_whole_record(caller: Caller) -> None:
    reference = await caller.log(COMPLAINT)
    here = f"/{reference}"
    me = str(caller.body.person("handler"))
    assert (await caller.say(f"{here}/owner", {"ownerId": me}))["owner"]["id"] == me
    await caller.advance_to(datetime(2028, 3, 6, 9, 30, tzinfo=UTC))
    shown = await caller.say(
        f"{here}/acknowledgement", {"method": "call", "madeOn": "2028-03-06", "discussionOffered": True}
    )
    assert shown["stage"] == "acknowledged"
    await caller.say(f"{here}/discussion", {"result": "accepted", "recordedOn": "2028-03-06"})
    agreed = {
        "basis": "agreed",
        "respondBy": "2028-05-26",
        "updateEveryDays": 28,
        "agreedWith": "Isobel Sample",
        "agreedOn": "2028-03-06",
    }
    assert (await caller.say(f"{here}/response-period", agreed))["stage"] == "closer_look"
    await release(caller, reference, "period_set", {})

    # Twice the rhythm of updates comes round; the second is given by telephone before it is prompted.
    await caller.advance_to(datetime(2028, 3, 31, 9, 30, tzinfo=UTC))
    await release(caller, reference, "update", {"body": "We have spoken with the nurses who were on duty."})
    await caller.advance_to(datetime(2028, 4, 20, 12, 0, tzinfo=UTC))
    await caller.say(
        f"{here}/updates", {"method": "call", "givenOn": "2028-04-20", "words": "The rota has been asked for."}
    )
    overdue = await caller.get("/complaints", overdue=True)
    assert overdue["items"] == []

    # The date that was promised passes.
    await caller.advance_to(datetime(2028, 5, 27, 9, 0, tzinfo=UTC))
    overdue = await caller.get("/complaints", overdue=True)
    assert [line["reference"] for line in overdue["items"]] == [reference]
    await release(caller, reference, "explain_delay", {"body": "A witness was away. You will hear by 2 June."})
    await release(caller, reference, "update", {"body": "The response is being written."})

    me = (await caller.get("/organisation", by="responsible_person"))["me"]["personId"]
    response = {"outcome": "upheld", "signedBy": me, "letter": "Nobody came, and I am sorry."}
    assert (await caller.say(f"{here}/response", response, by="responsible_person"))["stage"] == "responded"
    assert (await caller.say(f"{here}/closure", {}))["open"] is False

    clocks = {clock["kind"]: clock for clock in (await caller.get(f"/complaints{here}/clocks"))["items"]}
    assert clocks["acknowledgement"]["inTime"] is True
    assert clocks["response_period"]["inTime"] is False
    assert clocks["response_period"]["breachedAt"] is not None
    assert clocks["relevant_period"]["inTime"] is True
    counted = [day for day in clocks["acknowledgement"]["proof"]["days"] if day["counted"]]
    assert [day["on"] for day in counted] == ["2028-03-03", "2028-03-06", "2028-03-07"]
    kinds = [event["kind"] for event in (await caller.get(f"/complaints{here}/timeline", limit=100))["items"]]
    assert kinds[0] == "complaint.logged"
    assert kinds[-1] == "complaint.closed"
    assert kinds.count("update.given") == 3
    note = await caller.say(f"{here}/notes", {"words": "She rang to say thank you."})
    assert (note["open"], note["stage"]) == (False, "closed")
    tasks = (await caller.get(f"/complaints{here}/tasks"))["items"]
    assert [task["kind"] for task in tasks if task["state"] == "open"] == ["late_item"]
    later = await caller.client.post(
        f"/v1/complaints{here}/updates",
        json={"method": "call", "givenOn": "2028-04-20", "words": "One more thing."},
        headers=caller.headers("handler"),
    )
    assert (later.status_code, later.json()["code"]) == (409, "complaint_closed")


async def release(caller: Caller, reference: str, template: str, changes: dict[str, Any]) -> None:
    """Release the draft of a template, with changed words."""
    notices = (await caller.get(f"/complaints/{reference}/notices"))["items"]
    drafts = [each["id"] for each in notices if each["template"] == template and each["state"] == "draft"]
    assert len(drafts) == 1, notices
    await caller.say(f"/{reference}/notices/{drafts[0]}/release", changes)
