"""A body that takes part by the page: its contribution as rows, its link, and a browser that opens it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
from psycopg.types.json import Jsonb

from db import joint_messages as joint
from gateways.part_links import PartLinks
from gateways.sealing import Sealing, about, new_key
from tests.api.people import ACORN
from tests.api.test_corrections import Desk

KEY = new_key()
SEALING = Sealing.of(KEY)
DAY = date(2026, 12, 9)
# What must reach nobody without a code, and nobody once consent has ended.
SECRETS = ("Kim Patient", "NHS number", "Nobody rang back", "ACORN-", "ACORN Trust")
INVITATION = joint.Invitation(
    lead=joint.BodyTold(code="ACORN", name="ACORN Trust", contact="Hana Lead", email="hana@acorn.example"),
    reference="ACORN-1",
    bound="regulation_9",
    received_on=date(2026, 11, 18),
    accept_by=date(2026, 11, 25),
    contribute_by=DAY,
    respond_by=date(2027, 1, 20),
    proposed_lead="ACORN",
    issues=(
        joint.IssueTold(number=2, summary="Nobody rang back", effect="Pain"),
        joint.IssueTold(number=3, summary="The referral was lost"),
    ),
    person=joint.PersonTold(name="Kim Patient", born_on=date(1961, 2, 3), nhs_number="9434765919"),
    complainant_name="Una Sample",
    others=(joint.BodyTold(code="E09000001", name="The Council"),),
)
Rows = psycopg.Connection[Any]


@dataclass(slots=True, kw_only=True)
class Part:
    """One contribution of the GP practice, invited by its page."""

    id: UUID
    complaint_id: UUID
    desk: Desk
    rows: Rows
    seq: int = 0
    at: datetime = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)

    def tell(self, message: joint.ToBody) -> None:
        """Say something to the body, as an act of the case would."""
        self.seq += 1
        kind = joint.kind_of(message)
        self._message(kind, joint.to_json(message), "out", self.seq, discloses=kind not in joint.DISCLOSES_NOTHING)

    def heard(self, message: joint.ToLead) -> None:
        """Have the body have said something."""
        self._message(joint.kind_of(message), joint.to_json(message), "in", None, discloses=False)

    def _message(self, kind: str, body: Any, direction: str, seq: int | None, *, discloses: bool) -> None:
        self.rows.execute(
            "insert into joint_message (id, organisation_id, complaint_id, contribution_id, direction, seq, kind,"
            " protocol, body, discloses, act_id, said_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, 1, %s, %s, gen_random_uuid(), %s)",
            (uuid4(), ACORN.id, self.complaint_id, self.id, direction, seq, kind, Jsonb(body), discloses, self.at),
        )

    def put(self, **columns: Any) -> None:
        """Change the row of the contribution."""
        names = ", ".join(f"{name} = %s" for name in columns)
        self.rows.execute(f"update contribution set {names} where id = %s", (*columns.values(), self.id))

    async def issue(self, name: str = "Gita Practice", email: str = "gita@practice.example", **more: Any) -> UUID:
        """Give somebody a link, and return its id."""
        answer = await self.desk.post(f"bodies/{self.id}/access", {"name": name, "email": email, **more})
        assert answer.status_code == 200, answer.text
        items = (await self.desk.get(f"bodies/{self.id}/access"))["items"]
        return UUID(items[-1]["id"])

    async def knocks(self) -> list[str]:
        """Return why people were turned away, the first first, as an operator reads it."""
        found = await self.desk.get(f"bodies/{self.id}/knocks", "operator")
        return [each["why"] for each in reversed(found["items"])]

    def link(self, access_id: UUID) -> str:
        row = self.rows.execute("select number from body_access where id = %s", (access_id,)).fetchone()
        assert row is not None
        return PartLinks(SEALING, "").link_of("ACORN", access_id, int(row[0]))


async def a_part(desk: Desk, rows: Rows, *, code: str = "A81001", state: str = "invited") -> Part:
    """Have a body be invited by its page."""
    found = rows.execute("select id from complaint where reference = %s", (desk.reference,)).fetchone()
    assert found is not None
    await _agreed(desk, rows, code)
    part = Part(id=uuid4(), complaint_id=found[0], desk=desk, rows=rows)
    number = rows.execute("select count(*) + 1 from contribution where complaint_id = %s", (found[0],)).fetchone()
    rows.execute(
        "insert into contribution (id, organisation_id, complaint_id, number, kind, code, name, body_kind, bound, way,"
        " state, open_to_body, named_on, invited_on, changed_at, act_id)"
        " values (%s, %s, %s, %s, 'joint', %s, 'The Practice', 'nhs', 'regulation_9', 'page', %s, true,"
        " '2026-11-18', '2026-11-18', '2026-11-18T10:00Z', gen_random_uuid())",
        (part.id, ACORN.id, found[0], number[0] if number else 1, code, state),
    )
    rows.execute(
        "insert into body_contact (id, organisation_id, complaint_id, contribution_id, role, name, email, act_id,"
        " said_at) values (gen_random_uuid(), %s, %s, %s, 'contact', 'Gita Practice', 'gita@practice.example',"
        " gen_random_uuid(), '2026-11-18T10:00Z')",
        (ACORN.id, found[0], part.id),
    )
    for issue in INVITATION.issues:
        _give(rows, part, issue)
    part.tell(INVITATION)
    part.put(sent=1)
    return part


def _give(rows: Rows, part: Part, issue: joint.IssueTold) -> None:
    """Put an issue on the complaint, and give it to the body."""
    number = rows.execute(
        "insert into issue (id, organisation_id, complaint_id, number, summary, state, act_id, raised_at)"
        " values (gen_random_uuid(), %s, %s, %s, %s, 'open', gen_random_uuid(), '2026-11-18T10:00Z')"
        " on conflict (complaint_id, number) do update set version = issue.version returning id",
        (ACORN.id, part.complaint_id, issue.number, issue.summary),
    ).fetchone()
    assert number is not None
    rows.execute(
        "insert into contribution_issue (id, organisation_id, complaint_id, contribution_id, issue_id)"
        " values (gen_random_uuid(), %s, %s, %s, %s)",
        (ACORN.id, part.complaint_id, part.id, number[0]),
    )


async def _agreed(desk: Desk, rows: Rows, code: str) -> None:
    """Have the person agree that the body is told."""
    giver = rows.execute(
        "select p.id from party p join complaint c on c.id = p.complaint_id where c.reference = %s", (desk.reference,)
    ).fetchone()
    assert giver is not None
    said = {"scope": "share_with_body", "giverId": str(giver[0]), "body": code, "basis": "statutory",
            "givenOn": "2026-11-18"}  # fmt: skip
    answer = await desk.post("consents", said)
    assert answer.status_code == 200, answer.text


class Browser:
    """Whoever opens a link: with cookies of their own."""

    def __init__(self, client: httpx2.AsyncClient, part: Part, link: str) -> None:
        self.client, self.part, self.link = client, part, link

    async def get(self, path: str = "") -> httpx2.Response:
        return await self.client.get(self.link + path)

    async def post(self, path: str, **typed: str) -> httpx2.Response:
        return await self.client.post(self.link + path, data=typed)

    def code(self) -> str:
        """Return the code that was asked for last, as its mail would say it."""
        row = self.part.rows.execute(
            "select c.id, c.sealed from body_code c join body_access a on a.id = c.access_id"
            " where a.contribution_id = %s order by c.asked_at desc, c.id desc limit 1",
            (self.part.id,),
        ).fetchone()
        assert row is not None and row[1] is not None
        return SEALING.unseal(bytes(row[1]), about("body_code.sealed", row[0]))

    async def ask(self) -> str:
        assert (await self.post("/code")).status_code == 200
        return self.code()

    async def enter(self) -> httpx2.Response:
        """Ask for a code and give it; return the page that opens."""
        given = await self.post("/session", code=await self.ask())
        assert given.status_code == 303, given.text
        shown = await self.get()
        assert "What you can do now" in shown.text
        return shown

    async def send(self, place: str, *, do: str = "send", key: str | None = None, **typed: str) -> httpx2.Response:
        """Open a form, fill it in and send it."""
        if key is None:
            key = key_of((await self.get(f"/say/{place}")).text)
        return await self.post(f"/say/{place}", key=key, do=do, **typed)


def key_of(html: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', html)
    assert found is not None, html
    return found[1]


def faults_in(html: str) -> dict[str, str]:
    return {name: unescape(why) for name, why in re.findall(r'<li><a href="#(\w+)">([^<]+)</a></li>', html)}
