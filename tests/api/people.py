"""The organisations and people of these tests, their tokens, and the requests they send."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import httpx2
import psycopg
from fastapi import FastAPI

from api.dev_issuer import mint
from gateways.clock import Clock
from runtime.settings import Settings

_NAMESPACE = UUID("6f8e5a30-0b5e-4c0a-9d62-0f4f6c2d7a11")
ROLES = (
    "case_system",
    "handler",
    "investigator",
    "complaints_manager",
    "responsible_person",
    "senior_leader",
    "operator",
    "auditor",
)


@dataclass(frozen=True)
class Organisation:
    """A tenant with one person for every role, whose subject is the role's name."""

    code: str
    people: dict[str, UUID] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        return uuid5(_NAMESPACE, self.code)

    def person(self, subject: str) -> UUID:
        return uuid5(self.id, subject)

    def insert(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute(
            "insert into organisation (id, code, name, regime, nation, reference_prefix)"
            " values (%s, %s, %s, 'nhs', 'england', %s)",
            (self.id, self.code, f"{self.code} Trust", self.code),
        )
        for subject in (*ROLES, "leaver"):
            connection.execute(
                "insert into person (id, organisation_id, subject, name, active) values (%s, %s, %s, %s, %s)",
                (self.person(subject), self.id, subject, f"{subject} of {self.code}", subject != "leaver"),
            )
        for role in ("complaints_manager", "responsible_person"):
            connection.execute(
                "insert into appointment (id, organisation_id, person_id, role, starts_on)"
                " values (%s, %s, %s, %s, '2020-01-01')",
                (uuid5(self.id, f"appointment {role}"), self.id, self.person(role), role),
            )


ACORN = Organisation("ACORN")
BIRCH = Organisation("BIRCH")

_keys = itertools.count(1)


class Tokens:
    """Mint tokens with the development issuer."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def of(
        self,
        *roles: str,
        organisation: UUID = ACORN.id,
        subject: str | None = None,
        lifetime: timedelta = timedelta(hours=1),
    ) -> str:
        return mint(self._settings, organisation, subject or roles[0], roles, lifetime, self._clock.now())

    def headers(self, *roles: str, key: str | None = None, **more: Any) -> dict[str, str]:
        """Return the headers of a request that says something, under a key of its own."""
        return {
            "Authorization": f"Bearer {self.of(*roles, **more)}",
            "Idempotency-Key": key or f"test-{next(_keys)}",
        }


def a_complaint(**changes: Any) -> dict[str, Any]:
    """Return a body that logs a complaint."""
    body: dict[str, Any] = {
        "channel": "written",
        "receivedOn": "2026-11-17",
        "summary": "The ward lost my mother's hearing aids",
        "narrative": "They were in the drawer beside her bed, and nobody can say where they went.",
        "complainant": {"name": "Una Sample", "email": "una@sample.example", "bornOn": "1961-02-03"},
    }
    return body | changes


async def log(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, **changes: Any) -> dict[str, Any]:
    answer = await client.post("/v1/complaints", json=a_complaint(**changes), headers=tokens.headers("handler"))
    assert answer.status_code == 201, answer.text
    await app.state.parts.starts.idle()
    logged: dict[str, Any] = answer.json()
    return logged


async def listed(client: httpx2.AsyncClient, path: str, headers: dict[str, str], **params: Any) -> list[dict[str, Any]]:
    """Return every item of a list, page after page: the tests of a session share their organisations."""
    items: list[dict[str, Any]] = []
    while True:
        answer = await client.get(path, params={"limit": 100} | params, headers=headers)
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        if (cursor := answer.json().get("next")) is None:
            return items
        params = params | {"cursor": cursor}
