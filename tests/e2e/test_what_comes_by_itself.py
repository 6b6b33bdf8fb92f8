"""The form and mail through the whole system: each becomes a complaint with clocks, and what answers it finds it."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import httpx2

from tests.e2e.conftest import Caller
from tests.world import until

TYPED = {
    "matter": "complaint",
    "name": "Una Sample",
    "email": "una@sample.example",
    "about": "myself",
    "narrative": "The ward lost my hearing aids.",
}


async def bring(caller: Caller, **headers: str) -> Any:
    message = EmailMessage()
    known = {"From": "Una Sample <una@sample.example>", "Message-ID": f"<{uuid4()}@sample.example>"}
    for name, value in (known | headers).items():
        message[name] = value
    message.set_content("Is there any news?")
    sent = caller.headers("case_system") | {"Content-Type": "message/rfc822"}
    answer = await caller.client.post("/v1/intake/emails", content=message.as_bytes(), headers=sent)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def sent_form(caller: Caller) -> httpx2.Response:
    address = f"/complain/{caller.body.code}"
    page = (await caller.client.get(address)).text
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    return await caller.client.post(address, data=TYPED | {"key": key[1]})


async def opened(caller: Caller, reference: str) -> dict[str, Any]:
    async def is_open() -> bool:
        return bool((await caller.get(f"/complaints/{reference}"))["opened"])

    await until(is_open)
    shown: dict[str, Any] = await caller.get(f"/complaints/{reference}")
    return shown


async def test_a_form_a_mail_and_an_answer_to_our_receipt_each_find_their_place(caller: Caller) -> None:
    switched = await caller.client.put(
        "/v1/organisation/intake", json={"form": True, "email": True}, headers=caller.headers("complaints_manager")
    )
    assert switched.status_code == 200, switched.text
    found = re.search(r"Your reference<strong>([^<]+)</strong>", (await sent_form(caller)).text)
    assert found is not None
    reference = found[1]
    assert (await opened(caller, reference))["matter"] == "complaint"
    clocks = (await caller.get(f"/complaints/{reference}/clocks"))["items"]
    assert "acknowledgement" in {each["kind"] for each in clocks}

    notices = (await caller.get(f"/complaints/{reference}/notices"))["items"]
    (receipt,) = [each for each in notices if each["template"] == "receipt"]
    answer = await bring(caller, **{"In-Reply-To": f"<notice.{receipt['id']}@trust.example>"})
    assert (answer["state"], answer["reference"]) == ("answer", reference)
    (contact,) = (await caller.get(f"/complaints/{reference}/contacts"))["items"]
    assert "Is there any news?" in contact["summary"] and contact["direction"] == "in"

    enquiry = await bring(caller, Subject="A question")
    assert (await opened(caller, enquiry["reference"]))["matter"] == "enquiry"
    tasks = (await caller.get("/tasks", by="complaints_manager"))["items"]
    kinds = {(each["kind"], each["reference"]) for each in tasks}
    assert {("read_answer", reference), ("read_incoming", enquiry["reference"])} <= kinds
