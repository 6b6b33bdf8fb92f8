"""Two installations and the wires between them: a trust that leads and a council that contributes, each with its own
stack. What people of either say goes by HTTP to their own installation; the two speak with each other by themselves.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2

from api.dev_issuer import mint
from db.queries.joint import heard_id
from tests.bodies import Body
from tests.faults.callers import a_complaint, today
from tests.faults.stack import Row, Stack
from tests.faults.waiting import LOOK_EVERY, until
from tests.faults.wire import Wire

PATIENCE = 60.0
PARTNERS = "/v1/organisation/partners"
_NOT_NOW = (429, 500, 503)
_PART = "select * from joint_part where organisation_id = %s"


def days(number: int) -> str:
    """Return the day so many days from now."""
    return (today() + timedelta(days=number)).isoformat()


@dataclass(kw_only=True)
class Side:
    """The people of one organisation, before their own installation."""

    stack: Stack
    client: httpx2.AsyncClient
    body: Body

    def token(self, role: str) -> str:
        """Return a token of whoever has a role."""
        return mint(self.stack.settings, self.body.id, role, (role,), timedelta(hours=2))

    async def say(self, path: str, said: dict[str, Any], by: str = "handler", method: str = "POST") -> Any:
        """Say something under one key until it is on record; nothing that is said here is refused."""
        headers = {"Authorization": f"Bearer {self.token(by)}", "Idempotency-Key": str(uuid4())}
        return await self._until_known(method, path, headers, said)

    async def get(self, path: str, by: str = "handler") -> Any:
        """Read something."""
        return await self._until_known("GET", path, {"Authorization": f"Bearer {self.token(by)}"}, None)

    async def _until_known(self, method: str, path: str, headers: dict[str, str], said: Any) -> Any:
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                answer = await self.client.request(method, path, json=said, headers=headers)
            except httpx2.TransportError as error:
                last = type(error).__name__
            else:
                if answer.status_code in (200, 201):
                    return answer.json()
                last = f"{answer.status_code} {answer.text}"
                assert answer.status_code == 202 or answer.status_code in _NOT_NOW, f"{method} {path}: {last}"
            assert asyncio.get_running_loop().time() < deadline, f"{method} {path} had no answer: {last}"
            await asyncio.sleep(LOOK_EVERY)


@dataclass(kw_only=True)
class Pair:
    """The lead and the body, and the complaint that they have together. `to_lead` and `to_body` are what lies between:
    the lead's door is reached by the one, the body's hook by the other.
    """

    lead: Side
    body: Side
    to_lead: Wire
    to_body: Wire
    place: str = ""
    own: str = ""
    contribution: str = ""
    partner: str = ""
    issues: list[str] = field(default_factory=list)

    async def know_each_other(self) -> None:
        """Register each at the other, as people would: they exchange the secret and where each is reached."""
        named = {"bodyKind": "nhs", "bound": "regulation_9", "way": "system"}
        manager = "complaints_manager"
        council = named | {"name": "Exampleton Council", "bodyKind": "local_authority"}
        theirs = await self.lead.say(PARTNERS, council | {"code": self.body.body.code}, manager)
        door = f"{self.to_lead.url}{theirs['ourDoor']}"
        trust = named | {"name": "The Trust", "code": self.lead.body.code, "doorUrl": door, "secret": theirs["secret"]}
        ours = await self.body.say(PARTNERS, trust, manager)
        hook = {"hookUrl": f"{self.to_body.url}{ours['ourHook']}"}
        self.partner = theirs["id"]
        await self.lead.say(f"{PARTNERS}/{self.partner}", council | hook, manager, "PUT")

    async def begin(self) -> None:
        """Log a complaint of two issues at the lead, up to where the bodies are named. The person agrees to it all."""
        lead, now = self.lead, today().isoformat()
        self.place = f"/v1/complaints/{(await lead.say('/v1/complaints', a_complaint()))['reference']}"
        await self.lead_says("acknowledgement", {"method": "call", "madeOn": now, "discussionOffered": True})
        await self.lead_says("next-stage", {"reason": "Two bodies: too much to be put right at once."})
        issues = [
            {"summary": each, "effect": "She lost trust.", "outcomeSought": "An answer."}
            for each in ("The ward lost the letter", "No carer came")
        ]
        await self.lead_says("issues", {"issues": issues})
        await self.lead_says("issues/confirmation", {"confirmedOn": now, "method": "call"})
        self.issues = [each["id"] for each in (await lead.get(f"{self.place}/issues"))["items"]]
        (party,) = (await lead.get(f"{self.place}/parties"))["items"]
        consent = {"scope": "share_with_body", "giverId": party["id"], "basis": "statutory", "givenOn": now}
        await self.lead_says("consents", consent | {"body": self.body.body.code})

    async def name_the_body(self) -> None:
        """Have the second issue be the council's."""
        contacts = [{"role": "contact", "name": "Con Tact", "email": "contact@council.example"}]
        named = {"code": self.body.body.code, "name": "Exampleton Council", "bodyKind": "local_authority"}
        way = {"bound": "regulation_9", "way": "system", "partnerId": self.partner}
        await self.lead_says("bodies", named | way | {"issueIds": self.issues[1:], "contacts": contacts})
        (found,) = (await self.lead.get(f"{self.place}/bodies"))["items"]
        self.contribution = found["id"]

    async def opened(self) -> None:
        """Wait until the body has a case of its own for its part."""
        await until(self._is_open, "the part to be opened", 60)
        (row,) = await self.body.stack.rows(
            "select c.reference from joint_part p join complaint c on c.id = p.complaint_id"
            " where p.contribution_id = %s",
            UUID(self.contribution),
        )
        self.own = f"/v1/complaints/{row['reference']}"

    async def _is_open(self) -> bool:
        return bool(await self.body.stack.rows(_PART, self.body.body.id))

    async def lead_says(self, what: str, said: dict[str, Any], by: str = "handler") -> Any:
        """Have the lead do something with the complaint."""
        return await self.lead.say(f"{self.place}/{what}", said, by)

    async def of_body(self, what: str, said: dict[str, Any], by: str = "handler") -> Any:
        """Have the lead say something about the body's contribution."""
        return await self.lead_says(f"bodies/{self.contribution}/{what}", said, by)

    async def body_says(self, kind: str, by: str = "handler", **said: Any) -> None:
        """Have the body say something to the lead, as a message of the protocol."""
        await self.body.say(f"{self.own}/part/messages", {"kind": kind, "body": said}, by)

    # Looking at both sides.

    async def told(self) -> list[Row]:
        """Return what the lead has said, in order."""
        return await self.lead.stack.rows(
            "select * from joint_message where contribution_id = %s and direction = 'out' order by seq",
            UUID(self.contribution),
        )

    async def heard_by_lead(self) -> list[Row]:
        """Return what the lead has heard, in order."""
        return await self.lead.stack.rows(
            "select * from joint_message where contribution_id = %s and direction = 'in' order by said_at, id",
            UUID(self.contribution),
        )

    async def of_part(self, direction: str) -> list[Row]:
        """Return what stands in the body's own case of what it was told (in), or of what it says (out), in order."""
        return await self.body.stack.rows(
            "select m.* from part_message m join joint_part p on p.id = m.part_id"
            " where p.contribution_id = %s and m.direction = %s order by m.seq",
            UUID(self.contribution),
            direction,
        )

    async def through(self) -> None:
        """Wait until each has heard everything that the other has said."""
        await until(self._all_heard, "everything to be heard on both sides", PATIENCE)

    async def _all_heard(self) -> bool:
        waits = [each for each in await self.of_part("out") if each["state"] == "queued"]
        return not waits and len(await self.told()) == len(await self.of_part("in"))

    async def latest(self, kind: str) -> dict[str, Any]:
        """Return the last message of a kind that the body has, once it has it."""
        found: list[dict[str, Any]] = []

        async def there() -> bool:
            found[:] = [dict(each) for each in await self.of_part("in") if each["kind"] == kind]
            return bool(found)

        await until(there, f"{kind} to be heard", PATIENCE)
        body: dict[str, Any] = found[-1]["body"]
        return body

    async def attempts(self, at_least: int) -> None:
        """Wait until the lead's webhooks have failed so often since they last got through."""

        async def failed() -> bool:
            rows = await self.lead.stack.rows(
                "select attempts from webhook_delivery where organisation_id = %s and state = 'queued'",
                self.lead.body.id,
            )
            return any(int(str(row["attempts"])) >= at_least for row in rows)

        await until(failed, "a webhook to be tried in vain", 30)

    async def in_trouble(self) -> None:
        """Wait until the body knows that it cannot reach the lead."""

        async def trouble() -> bool:
            return any(row["trouble"] for row in await self.body.stack.rows(_PART, self.body.body.id))

        await until(trouble, "the lead to be out of reach", 30)

    async def same_on_both_sides(self) -> None:
        """Prove that nothing was lost or doubled, and that each heard the other in the order in which it spoke."""
        told, heard = await self.told(), await self.of_part("in")
        assert [row["seq"] for row in told] == list(range(1, len(told) + 1))
        assert [_said(row) for row in heard] == [_said(row) for row in told]
        said, taken = await self.of_part("out"), await self.heard_by_lead()
        assert [row["seq"] for row in said] == list(range(1, len(said) + 1))
        assert {row["state"] for row in said} == {"brought"}
        assert [row["refusal"] for row in taken] == [None] * len(taken)
        ids = [heard_id(UUID(self.contribution), str(row["id"])) for row in said]
        assert [row["id"] for row in taken] == ids
        assert [(row["kind"], row["body"]) for row in taken] == [(row["kind"], row["body"]) for row in said]


def _said(row: Row) -> tuple[object, ...]:
    return (row["seq"], row["kind"], row["protocol"], row["body"])
