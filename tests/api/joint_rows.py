"""A partner with a system, and contributions of it to a complaint, as rows: what the door of the protocol is behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
from fastapi import FastAPI
from psycopg.types.json import Jsonb

from policies.joint_credentials import make
from tests.api.people import ACORN, Tokens, log

Connection = psycopg.Connection[Any]
AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Part:
    """One contribution, and how its body calls the door."""

    id: UUID
    complaint_id: UUID
    partner_id: UUID
    secret: str
    number: int = 1

    @property
    def at(self) -> str:
        return f"/joint/v1/{ACORN.code}/contributions/{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {make(self.secret, self.id, self.number)}"}


async def add_partner(client: httpx2.AsyncClient, tokens: Tokens, **changes: Any) -> dict[str, Any]:
    body = {
        "code": f"E{uuid4().hex[:8].upper()}",
        "name": "Sample Council",
        "bodyKind": "local_authority",
        "bound": "regulation_9",
        "way": "system",
        "hookUrl": "https://council.example/hooks/redress",
    } | changes
    headers = tokens.headers("complaints_manager", key=f"partner-{uuid4()}")
    answer = await client.post("/v1/organisation/partners", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def a_part(
    client: httpx2.AsyncClient,
    tokens: Tokens,
    app: FastAPI,
    migrator: Connection,
    *,
    partner: dict[str, Any] | None = None,
    **changes: Any,
) -> Part:
    """Log a complaint, and write a contribution of a partner to it that was invited and may read."""
    partner = partner or await add_partner(client, tokens)
    logged = await log(client, tokens, app)
    found = migrator.execute("select id from complaint where reference = %s", (logged["reference"],)).fetchone()
    assert found is not None
    row = {
        "id": uuid4(),
        "organisation_id": ACORN.id,
        "complaint_id": found[0],
        "number": 1,
        "kind": "joint",
        "code": partner["code"],
        "name": partner["name"],
        "body_kind": "local_authority",
        "bound": "regulation_9",
        "way": "system",
        "partner_id": UUID(partner["id"]),
        "state": "invited",
        "open_to_body": True,
        "named_on": date(2026, 11, 18),
        "invited_on": date(2026, 11, 18),
        "changed_at": AT,
        "act_id": uuid4(),
    } | changes
    if row["open_to_body"]:
        _consent(migrator, found[0], partner["code"])
    names = ", ".join(row)
    migrator.execute(
        f"insert into contribution ({names}) values ({', '.join(['%s'] * len(row))})",
        list(row.values()),
    )
    return Part(id=row["id"], complaint_id=found[0], partner_id=UUID(partner["id"]), secret=partner.get("secret") or "")


def _consent(migrator: Connection, complaint_id: UUID, code: str) -> None:
    """Have the person concerned have agreed that a body is told."""
    migrator.execute(
        "insert into consent (id, organisation_id, complaint_id, number, scope, body, giver_id, basis, given_on,"
        " after_death, said_at, act_id) select gen_random_uuid(), organisation_id, complaint_id, 1, 'share_with_body',"
        " %s, id, 'statutory', '2026-11-18', false, %s, gen_random_uuid() from party"
        " where complaint_id = %s and role = 'complainant'",
        (code, AT, complaint_id),
    )


def tell(migrator: Connection, part: Part, kind: str, body: dict[str, Any], *, discloses: bool = True) -> int:
    """Write that something was said to the body; return its number."""
    found = migrator.execute(
        "update contribution set sent = sent + 1 where id = %s returning sent", (part.id,)
    ).fetchone()
    assert found is not None
    migrator.execute(
        "insert into joint_message (id, organisation_id, complaint_id, contribution_id, direction, seq, kind, protocol,"
        " body, discloses, act_id, said_at) values (%s, %s, %s, %s, 'out', %s, %s, 1, %s, %s, %s, %s)",
        (uuid4(), ACORN.id, part.complaint_id, part.id, found[0], kind, Jsonb(body), discloses, uuid4(), AT),
    )
    seq: int = found[0]
    return seq
