"""Case systems: they log complaints, say what happens to them, and say it again when the line breaks."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2

from api.dev_issuer import mint
from policies.calendars import local_date
from runtime.settings import Settings
from tests.bodies import Body


def today() -> date:
    return local_date(datetime.now(UTC))


def long_ago() -> str:
    return (today() - timedelta(days=30)).isoformat()


PATIENCE = 120.0
PAUSE = 0.2
INFORMED = ("staff", "promise", "telling", "keeping")
WITHDRAWAL = {"method": "call", "words": "She has what she needs."}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one thing said was finally answered with, after how many attempts."""

    key: str
    said: str
    status: int
    body: dict[str, Any]
    attempts: int
    location: str | None = None


@dataclass
class Caller:
    """One case system, of one organisation, for people of one role.

    `answered` is called with each answer, as soon as it is there.
    """

    client: httpx2.AsyncClient
    settings: Settings
    body: Body
    answered: Callable[[Answer], None] = lambda answer: None
    role: str = "handler"
    answers: list[Answer] = field(default_factory=list)
    broken: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._token = mint(self.settings, self.body.id, self.role, (self.role,), timedelta(hours=2))

    def headers(self, key: str | None = None) -> dict[str, str]:
        """Return the headers of a request, with a key where it says something."""
        known = {"Authorization": f"Bearer {self._token}"}
        return known if key is None else known | {"Idempotency-Key": key}

    async def get(self, path: str) -> httpx2.Response:
        """Read something, once."""
        return await self.client.get(path, headers=self.headers())

    async def read(self, path: str) -> list[dict[str, Any]]:
        """Read a list; while the line is broken, or the API has no database, there is nothing in it."""
        try:
            response = await self.get(path)
        except httpx2.TransportError as error:
            self.broken[type(error).__name__] += 1
            return []
        return list(response.json()["items"]) if response.status_code == 200 else []

    async def first_of(self, path: str) -> str:
        """Return the id of what was made just now, the first of a list: it may not be applied yet."""
        while not (found := await self.read(path)):  # noqa: ASYNC110  it happens in other processes
            await asyncio.sleep(PAUSE)
        return str(found[0]["id"])

    async def post(self, path: str, body: dict[str, Any], key: str | None = None) -> httpx2.Response:
        """Say something, once."""
        return await self.client.post(path, json=body, headers=self.headers(key or str(uuid4())))

    async def say(self, said: str, path: str, body: dict[str, Any], key: str | None = None) -> Answer:
        """Say something under one key, again and again until it is answered with more than "not now"."""
        key = key or str(uuid4())
        deadline = asyncio.get_running_loop().time() + PATIENCE
        attempts = 0
        while True:
            attempts += 1
            response = await self._attempt(path, body, key)
            if response is not None:
                break
            assert asyncio.get_running_loop().time() < deadline, f"{said} had no answer: {self.broken}"
            await asyncio.sleep(PAUSE)
        answer = Answer(
            key=key,
            said=said,
            status=response.status_code,
            body=response.json(),
            attempts=attempts,
            location=response.headers.get("location"),
        )
        self.answers.append(answer)
        self.answered(answer)
        return answer

    async def _attempt(self, path: str, body: dict[str, Any], key: str) -> httpx2.Response | None:
        try:
            response = await self.post(path, body, key)
        except httpx2.TransportError as error:
            self.broken[type(error).__name__] += 1
            return None
        if response.status_code == 503:
            self.broken[response.json()["code"]] += 1
            return None
        return response

    async def subscribe(self, url: str) -> None:
        """Have everything that happens to this organisation's complaints sent to an address."""
        token = mint(self.settings, self.body.id, "case-system", ("case_system",), timedelta(hours=2))
        headers = self.headers(str(uuid4())) | {"Authorization": f"Bearer {token}"}
        said = {"url": url, "description": "Case system"}
        answer = await self.client.post("/v1/webhooks", json=said, headers=headers)
        assert answer.status_code == 201, answer.text

    async def log(self, **changes: Any) -> str:
        """Log a complaint; return where it is read."""
        answer = await self.say("log", "/v1/complaints", a_complaint(**changes))
        assert answer.status == 201, answer
        return str(answer.location)

    async def tell(self, said: str, path: str, body: dict[str, Any]) -> None:
        """Say something that is not refused."""
        answer = await self.say(said, path, body)
        assert answer.status in (200, 202), answer

    async def lead(self, place: str) -> None:
        """Say what happens to a complaint, up to its response period."""
        for said, body in steps():
            await self.tell(said, f"{place}/{said}", body)


async def keep_informed(caller: Caller) -> None:
    """Lead a complaint about a member of staff to whom everything is owed for long, with a promise that is kept."""
    place = await caller.log(receivedOn=long_ago())
    await caller.lead(place)
    staff = await name_staff(caller, place)
    due_on = today() + timedelta(days=4)
    promise = {"kind": "call", "what": "We will call on Friday.", "dueOn": due_on.isoformat()}
    await caller.tell("promise", f"{place}/promises", promise)
    await caller.tell("telling", *telling(place, staff))
    kept = {"keptOn": today().isoformat(), "words": "She was called."}
    await caller.tell("keeping", f"{place}/promises/{await caller.first_of(f'{place}/promises')}/keeping", kept)


async def name_staff(caller: Caller, place: str) -> str:
    """Name a member of staff on a complaint; return the id of their involvement."""
    said = {"kind": "locum", "name": "Dr Sample", "email": "locum@agency.example"}
    await caller.tell("staff", f"{place}/staff", said)
    return await caller.first_of(f"{place}/staff")


def telling(place: str, staff: str) -> tuple[str, dict[str, Any]]:
    """Return where it is said, and what: they were told so long ago that all they are owed since is overdue."""
    return f"{place}/staff/{staff}/telling", {"toldOn": long_ago(), "how": "in_person"}


def steps() -> list[tuple[str, dict[str, Any]]]:
    """Return what is said of every complaint of a load, in order."""
    now = today()
    agreed = {
        "basis": "agreed",
        "respondBy": (now + timedelta(days=60)).isoformat(),
        "updateEveryDays": 14,
        "agreedWith": "Una Sample",
        "agreedOn": now.isoformat(),
    }
    return [
        ("acknowledgement", {"method": "call", "madeOn": now.isoformat(), "discussionOffered": True}),
        ("discussion", {"result": "accepted", "recordedOn": now.isoformat()}),
        ("response-period", agreed),
        ("notes", {"words": "She would rather be called in the morning."}),
    ]


def a_complaint(**changes: Any) -> dict[str, Any]:
    """Return a body that logs a complaint."""
    body: dict[str, Any] = {
        "channel": "written",
        "receivedOn": today().isoformat(),
        "summary": "The ward lost my mother's hearing aids",
        "narrative": "They were in the drawer beside her bed, and nobody can say where they went.",
        "complainant": {"name": "Una Sample", "email": f"una.{uuid4().hex}@sample.example"},
    }
    return body | changes


async def lives(caller: Caller, count: int, withdrawn: int) -> None:
    """Lead some complaints from receipt to their response period, one after the other; the last few are withdrawn."""
    for number in range(count):
        place = await caller.log()
        await caller.lead(place)
        if number >= count - withdrawn:
            answer = await caller.say("withdrawal", f"{place}/withdrawal", WITHDRAWAL | {"withdrawnOn": str(today())})
            assert answer.status in (200, 202), answer


async def together(*tasks: Awaitable[None]) -> None:
    """Do all of it at once; the first failure ends the rest."""
    async with asyncio.TaskGroup() as group:
        for task in tasks:
            group.create_task(_run(task))


async def _run(task: Awaitable[None]) -> None:
    await task
