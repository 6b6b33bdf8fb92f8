"""Complaints that carry markers, and every place outside PostgreSQL in which one could turn up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError

from contracts import names
from contracts.commands import CommandKind
from db import said
from tests.bodies import Body
from tests.lives.markers import A_NUMBER, MARKER, OF_CARRIERS, SECRETS, W, fields_with_words, marked
from tests.world import MORNING, World, until

Migrator = psycopg.Connection[tuple[object, ...]]
EMAIL: Final = f"{MARKER}.partysaidemail@example.org"
# What a worker says of a workflow when it is asked: its present details, its stack.
_ASKED: Final = ("__temporal_workflow_metadata", "__stack_trace")


@dataclass(slots=True)
class Planted:
    """The complaints of one organisation that carry markers."""

    world: World
    body: Body
    complaints: list[UUID] = field(default_factory=list)
    others: list[str] = field(default_factory=list)  # workflows that are no complaint's
    partners: list[UUID] = field(default_factory=list)  # subscriptions of other bodies' systems

    async def say(self, complaint: UUID, kind: CommandKind, what: said.Said, state: str = "applied", **how: Any) -> Any:
        """Say something with markers for its words; what is searched of the complaint is as fresh as its words."""
        row = await self.world.say(self.body, complaint, kind, marked(what), **how)
        if row.state == "pending":  # many lives at once on a busy machine: it is delivered once more
            await self.world.deliver(self.body, complaint, row.id)
            row = await self.world.submission(self.body, row.id)
        assert row.state == state, (kind, row.state, row.refusal, row.missing, row.last_failure)
        fresh = "select words = case_words(complaint_id) as fresh from case_search where complaint_id = :id"
        assert (await self.row(fresh, complaint))["fresh"], f"what {kind.value} says is not searched"
        return row

    async def log(self, *others: said.PartySaid, **changes: Any) -> UUID:
        """Log a complaint with a marker in every field that holds words."""
        party = said.PartySaid(
            role="complainant", name=W, email=changes.pop("email", EMAIL), phone=W, address=W, relation=W,
            nhs_number=A_NUMBER, consent_basis="written",
        )  # fmt: skip
        affected = said.PartySaid(role="affected", name=f"{MARKER} Mother", born_on=date(1931, 5, 6))
        words = said.Log(
            channel="oral", received_on=MORNING.date(), summary=W, narrative=W, desired_outcome=W,
            parties=(party, affected, *others),
        )  # fmt: skip
        planted = marked(words)
        complaint = await self.world.log(
            self.body,
            parties=planted.parties,
            summary=planted.summary,
            narrative=planted.narrative,
            desired_outcome=planted.desired_outcome,
            **changes,
        )
        self.complaints.append(complaint)
        return complaint

    async def rows(self, sql: str, complaint: UUID) -> list[Any]:
        return list(await self.world.rows(self.body, sql, id=complaint))

    async def row(self, sql: str, complaint: UUID) -> Any:
        (found,) = await self.rows(sql, complaint)
        return found

    async def party(self, complaint: UUID, role: str = "complainant") -> UUID:
        sql = f"select id from party where complaint_id = :id and role = '{role}' and replaced_by is null"
        return UUID(str((await self.row(sql, complaint))["id"]))

    async def drafts(self, complaint: UUID) -> list[UUID]:
        sql = "select id from notice where complaint_id = :id and state = 'draft' order by drafted_at, id"
        return [row["id"] for row in await self.rows(sql, complaint)]

    async def handed_over(self, complaint: UUID, template: str) -> None:
        """Wait until a notice has left."""
        sql = f"select 1 from notice where complaint_id = :id and template like '{template}%' and state = 'handed_over'"

        async def left() -> bool:
            return bool(await self.rows(sql, complaint))

        await until(left)

    async def said_fields(self) -> set[str]:
        """Return every field in which a marker was said and applied, as the submissions stand."""
        rows = await self.world.rows(self.body, "select kind, body from submission where state = 'applied'")
        shapes = (said.from_body(CommandKind(row["kind"]), row["body"]) for row in rows)
        return {found for shape in shapes for found in fields_with_words(shape)}

    async def marked_events(self) -> list[str]:
        """Return the events of the organisation in which a word stands."""
        rows = await self.world.rows(self.body, "select row_to_json(e)::text as row from case_event e")
        assert rows
        return [row["row"] for row in rows if found_in(row["row"].encode())]

    async def handles(self) -> list[WorkflowHandle[Any, Any]]:
        """Return every workflow that the complaints had to do with."""
        ids = [names.complaint_workflow_id(each) for each in self.complaints] + self.others
        for complaint in self.complaints:
            notices = await self.rows("select id from notice where complaint_id = :id", complaint)
            ids += [names.notice_workflow_id(row["id"]) for row in notices]
            beside = await self.rows("select kind, id from proceeding where complaint_id = :id", complaint)
            ids += [names.proceeding_workflow_id(row["kind"], row["id"]) for row in beside]
            spoken = await self.rows("select id from submission where complaint_id = :id", complaint)
            ids += [names.afterwards_workflow_id(complaint, row["id"]) for row in spoken]
        return [self.world.client.get_workflow_handle(each) for each in ids]

    async def seen_in_the_engine(self) -> dict[str, bytes]:
        """Return all that the engine keeps or says of these workflows: histories, memos, attributes, summaries."""
        found = {}
        for handle in await self.handles():
            try:
                history = await handle.fetch_history()
            except RPCError:
                continue  # a letter that waits for a person, or nothing said after the end
            description = (await handle.describe()).raw_description
            found[handle.id] = b"".join(event.SerializeToString() for event in history.events)
            found[f"{handle.id} described"] = description.SerializeToString()
            for asked in _asked_of(handle.id):
                found[f"{handle.id} {asked}"] = repr(await handle.query(asked)).encode()
        return found

    async def marked_in_the_engine(self) -> list[str]:
        """Return where in the engine a word stands."""
        return marked_of(await self.seen_in_the_engine())


def _asked_of(workflow_id: str) -> tuple[str, ...]:
    """Return what a workflow is asked: one of a complaint also says what it waits for."""
    of_a_complaint = workflow_id.startswith(names.complaint_workflow_id(UUID(int=0)).partition("/")[0] + "/")
    return (names.HAPPENING, *_ASKED) if of_a_complaint and "afterwards" not in workflow_id else _ASKED


def found_in(raw: bytes) -> list[str]:
    """Return the words, the secrets, and what is kept like words, that stand somewhere."""
    looked_for = [MARKER, MARKER.lower(), *SECRETS.values(), *OF_CARRIERS]
    return sorted({each for each in looked_for if each.encode() in raw})


def marked_of(seen: Mapping[str, bytes]) -> list[str]:
    """Return the places of those that were seen in which a word stands."""
    return [place for place, raw in seen.items() if found_in(raw)]


def put_file(migrator: Migrator, body: Body, complaint: UUID) -> UUID:
    """Store a file with a marked name, as the door does."""
    file_id = uuid4()
    migrator.execute(
        "insert into case_file (id, organisation_id, complaint_id, name, media_type, size, sha256, content, attached,"
        " added_at, submission_id) values (%s, %s, %s, %s, 'text/plain', 3, %s, 'abc', false, %s, %s)",
        (file_id, body.id, complaint, f"{MARKER}.txt", "0" * 64, MORNING, uuid4()),
    )
    return file_id
