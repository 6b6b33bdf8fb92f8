"""A case system subscribes, is sent what happens, verifies it, and reads the rest with its own rights."""

from __future__ import annotations

from standardwebhooks import Webhook

from tests.e2e.conftest import Caller
from tests.e2e.test_life_over_http import COMPLAINT
from tests.receiver import a_receiver
from tests.world import until


async def test_a_case_system_is_told_of_a_complaint_and_reads_it(caller: Caller) -> None:
    system = "case_system"
    async with a_receiver() as receiver:
        said = {"url": receiver.url, "description": "Case system"}
        answer = await caller.client.post("/v1/webhooks", json=said, headers=caller.headers(system))
        assert answer.status_code == 201, answer.text
        made = answer.json()
        reference = await caller.log(COMPLAINT)

        async def delivered() -> bool:
            log = await caller.get(f"/webhooks/{made['id']}/deliveries", by=system)
            return bool(log["items"]) and {each["state"] for each in log["items"]} == {"delivered"}

        await until(delivered)
        (arrived,) = receiver.taken
        event = Webhook(made["secret"]).verify(arrived.body, arrived.headers)
        assert (event["type"], event["subject"]) == ("uk.redress.complaint.received.v1", reference)
        assert "Isobel" not in arrived.body.decode() and "dressing" not in arrived.body.decode()
        shown = await caller.get(event["data"]["links"]["complaint"].removeprefix("/v1"), by=system)
        assert shown["reference"] == reference
        (item,) = (await caller.get(f"/webhooks/{made['id']}/deliveries", by=system))["items"]
        assert [attempt["status"] for attempt in item["attempts"]] == [204]
        assert item["reference"] == reference and item["eventId"] == event["id"]
        assert (await caller.get(f"/webhooks/{made['id']}", by=system))["queued"] == 0
