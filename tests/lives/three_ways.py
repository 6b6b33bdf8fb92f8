"""Bodies that take part in one complaint: here, by the page, and by telephone; what all of them have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx2

from api.dev_issuer import mint
from contracts import names
from contracts.commands import CommandKind
from contracts.complaint import Start
from contracts.joint import JointPartStart
from db.joint_said import RecordFromBody
from runtime.settings import Settings
from tests.bodies import Body
from tests.lives.company import Company
from tests.lives.joint_life import JointLife
from tests.world import World, until

Json = dict[str, Any]
K = CommandKind


@dataclass(kw_only=True)
class Taker:
    """A body that takes part; `number` is of its one issue."""

    life: JointLife
    company: Company
    code: str
    number: int
    action: UUID = field(default_factory=uuid4)

    @property
    def id(self) -> UUID:
        return self.life.bodies[self.code]

    async def say(self, kind: str, **body: Any) -> str | None:
        """Say something to the lead the body's own way; return why it was refused, if it was."""
        raise NotImplementedError

    def part(self, found: str) -> Json:
        """Return a whole part: the one issue, and one action."""
        due = date(2028, 5, 2).isoformat()
        answer = {
            "number": self.number,
            "did": "We asked everybody.",
            "found": found,
            "conclusion": "upheld",
            "remedy": "We are sorry.",
        }
        action = {"action_id": str(self.action), "what": f"Train those of {self.code}.", "due_on": due}
        return {"issues": [answer], "actions": [action], "signed_by": "Sig Natory", "signed_role": "Director"}


@dataclass(kw_only=True)
class Here(Taker):
    """A council that is another organisation of the same installation, in its own tenant."""

    body: Body
    client: httpx2.AsyncClient
    settings: Settings

    @property
    def case(self) -> UUID:
        return uuid5(self.body.id, f"contribution/{self.id}")

    async def await_the_invitation(self) -> None:
        """Have the case that the first invitation will open live at the world's time from its first moment."""
        world, id = self.life.world, names.complaint_workflow_id(self.case)
        start = Start(organisation_id=self.body.id, complaint_id=self.case)
        await world.client.start_workflow(names.COMPLAINT, start, id=id, task_queue=names.CASES)
        self.company.ids.add(id)
        await self.company.keep_up()

    async def begin(self) -> None:
        """Begin the workflow of the part at the world's time."""
        world, id = self.life.world, names.joint_part_workflow_id(self.body.id, self.id)
        start = JointPartStart(
            organisation_id=self.body.id, contribution_id=self.id, lead_organisation_id=self.life.body.id
        )
        ahead = world.clock.now() - datetime.now(UTC)
        handle = await world.client.start_workflow(
            names.JOINT_PART, start, id=id, task_queue=names.DELIVERY, start_delay=ahead
        )
        await world.skipper.fast_forward(handle, ahead)
        self.company.ids.add(id)
        self.company.known(await handle.describe())

    async def part_as_shown(self) -> Json:
        (row,) = await self.life.world.rows(self.body, "select reference from complaint where id = :id", id=self.case)
        answer = await self.client.get(f"/v1/complaints/{row['reference']}/part", headers=self._headers("handler"))
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def told(self) -> list[tuple[int, str, Json]]:
        """Return what was heard, once all that was said is."""
        sent: int = (await self.life.of(self.code))["sent"]
        found: list[tuple[int, str, Json]] = []

        async def heard() -> bool:
            nonlocal found
            messages = (await self.part_as_shown())["messages"]
            found = sorted(
                ((each["seq"], each["kind"], each["body"]) for each in messages if each["direction"] == "in"),
                key=lambda each: each[0],
            )
            return len(found) >= sent

        await until(heard)
        return found

    async def say(self, kind: str, **body: Any) -> str | None:
        await self.told()
        (row,) = await self.life.world.rows(self.body, "select reference from complaint where id = :id", id=self.case)
        if kind == "submission":
            body = {name: each for name, each in body.items() if not name.startswith("signed")}
        answer = await self.client.post(
            f"/v1/complaints/{row['reference']}/part/messages",
            json={"kind": kind, "body": body},
            headers=self._headers("responsible_person" if kind == "submission" else "handler"),
        )
        if answer.status_code == 409:  # at home already
            return str(answer.json()["code"])
        assert answer.status_code == 200, answer.text
        last: Json = {}

        async def brought() -> bool:
            nonlocal last
            messages = (await self.part_as_shown())["messages"]
            last = max((each for each in messages if each["direction"] == "out"), key=lambda each: each["seq"])
            return bool(last["state"] != "queued")

        await until(brought)
        refusal: str | None = last["refusal"]
        return refusal

    def _headers(self, role: str) -> dict[str, str]:
        return headers(self.settings, self.body, self.life.world, role)


@dataclass(kw_only=True)
class Page(Taker):
    """A hospice with no system: a link in one mail, a code in another, and a browser."""

    client: httpx2.AsyncClient
    mails: Path
    address: str
    kept: str = ""
    forms: dict[str, str] = field(default_factory=dict)

    def _mails(self) -> list[str]:
        """Return the text of the mails to it, in the order in which they came."""
        found = [
            (path.stat().st_mtime_ns, message_from_bytes(path.read_bytes(), policy=policy.default))
            for path in self.mails.rglob("*.eml")
        ]
        ours = sorted(((at, each) for at, each in found if self.address in str(each["To"])), key=lambda each: each[0])
        return [_text(each) for _, each in ours]

    async def _mail(self, pattern: str, after: int = 0) -> str:
        found: list[str] = []

        async def came() -> bool:
            nonlocal found
            found = [match[1] for each in self._mails()[after:] if (match := re.search(pattern, each))]
            return bool(found)

        await until(came)
        return found[-1]

    async def link(self) -> str:
        self.kept = self.kept or await self._mail(r"(http://redress\.test/part/\S+)")
        return self.kept

    async def html(self, path: str = "") -> str:
        """Return a page; whoever is asked for a code gets one by mail, and types it."""
        link = await self.link()
        shown = await self.client.get(link + path)
        if "Ask for a code" in shown.text:
            before = len(self._mails())
            assert (await self.client.post(f"{link}/code")).status_code == 200
            code = await self._mail(r"Your code is (\d{6})", before)
            given = await self.client.post(f"{link}/session", data={"code": code})
            assert given.status_code == 303, given.text
            shown = await self.client.get(link + path)
        assert shown.status_code == 200, shown.text
        return unescape(shown.text)

    async def told(self) -> list[str]:
        """Return what the page says that it was told, the first first."""
        listed = re.search(r"<h2>What you were told</h2><ul>(.*?)</ul>", await self.html(), re.DOTALL)
        assert listed is not None
        return re.findall(r"<li>(.*?)</li>", listed[1], re.DOTALL)[::-1]

    async def say(self, kind: str, **body: Any) -> str | None:
        place, typed = _typed(kind, body)
        if kind == "action_done":  # the page gives actions their ids
            found = re.search(r"/say/(action_done/[0-9a-f-]+)", await self.html())
            assert found is not None
            place = found[1]
        form = await self.html(f"/say/{place}")
        self.forms[kind] = form
        key = re.search(r'name="key" value="([^"]+)"', form)
        assert key is not None, form
        sent = {**typed, "key": key[1], "do": "send"}
        link = await self.link()
        times = 2 if kind == "accept" else 1  # a button is pressed twice
        first, *_ = [await self.client.post(f"{link}/say/{place}", data=sent) for _ in range(times)]
        if first.status_code == 409:
            return unescape(first.text)
        assert first.status_code == 303, first.text
        return None


@dataclass(kw_only=True)
class Telephone(Taker):
    """A department that is spoken to by telephone: what it says is written down for it."""

    async def told(self) -> list[tuple[int, str, Json]]:
        rows = await self.life.rows(
            "select seq, kind, body from joint_message where contribution_id = :one and direction = 'out' order by seq",
            one=self.id,
        )
        return [(row["seq"], row["kind"], row["body"]) for row in rows]

    async def say(self, kind: str, **body: Any) -> str | None:
        what = RecordFromBody(
            contribution_id=self.id, kind=kind, body=body, how="call", said_on=self.life.world.clock.time.date()
        )
        done = await self.life.world.say(self.life.body, self.life.complaint, K.RECORD_FROM_BODY, what)
        return done.refusal


def _text(mail: Any) -> str:
    found = mail.get_body(("plain",))
    return str(found.get_content()) if found is not None else ""


def _typed(kind: str, body: Json) -> tuple[str, dict[str, str]]:
    """Return where something is typed on the page, and what."""
    subject = next((body[name] for name in ("request_id", "draft_id", "action_id") if name in body), None)
    place = kind if subject is None else f"{kind}/{subject}"
    if kind != "submission":
        plain = {name: each for name, each in body.items() if not name.endswith("_id")}
        return place, _fields(plain)
    (answer,), (action,) = body["issues"], body["actions"]
    number = answer["number"]
    typed = {f"{name}_{number}": answer[name] for name in ("did", "found", "conclusion", "remedy")}
    typed |= {"signed_by": body["signed_by"], "signed_role": body["signed_role"], "action_1": action["what"]}
    return place, typed | _fields({"action_1_by": action["due_on"]})


def _fields(body: Json) -> dict[str, str]:
    """Return answers as a form has them: yes or no, and dates in three fields."""
    typed: dict[str, str] = {}
    for name, each in body.items():
        if isinstance(each, bool):
            typed[name] = "yes" if each else "no"
        elif name.endswith(("_on", "_by")) and re.fullmatch(r"\d{4}-\d\d-\d\d", str(each)):
            year, month, day = str(each).split("-")
            typed |= {f"{name}_day": day, f"{name}_month": month, f"{name}_year": year}
        else:
            typed[name] = str(each)
    return typed


def common(told: Sequence[tuple[int, str, Json]], *kinds: str) -> list[tuple[str, Json]]:
    """Return what was said of some kinds, in order, without its numbers."""
    return [(kind, body) for _, kind, body in told if kind in kinds]


def headers(settings: Settings, body: Body, world: World, role: str) -> dict[str, str]:
    """Return the headers of somebody of an organisation who says something."""
    token = mint(settings, body.id, role, (role,), timedelta(days=1), world.clock.now())
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
