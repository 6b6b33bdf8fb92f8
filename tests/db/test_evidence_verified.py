"""Verification names what was tampered with by somebody who may do everything in the database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from contracts.commands import CommandKind
from db import desk_said
from db.evidence import GENESIS, Link, hash_of
from gateways.anchors import Anchor, AnchoredHead, FolderAnchors
from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from runtime.verifying import Finding, VerifyReport, verify
from tests.apart import MORNING, Apart, a_database_apart
from tests.bodies import Body

SILENT = "set session_replication_role = replica"


@pytest.fixture
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


@pytest.fixture
def superuser(postgres: PostgresAddress, apart: Apart) -> psycopg.Connection[Any]:
    """A connection whose triggers are silent, as only a superuser's can be."""
    name = apart.dsns.app.rpartition("/")[2]
    connection = postgres.connect(name)
    connection.execute(SILENT)
    return connection


@pytest.fixture(autouse=True)
def closed_after(superuser: psycopg.Connection[Any]) -> Any:
    yield
    superuser.close()


async def a_case(apart: Apart) -> tuple[Body, UUID]:
    """A complaint of several acts and events."""
    body = apart.body()
    complaint = await apart.log(body)
    for words in ("Rang.", "Rang again."):
        await apart.say(body, complaint, CommandKind.ADD_NOTE, desk_said.AddNote(words=words))
    await apart.deliver(body, complaint)
    return body, complaint


async def verified(apart: Apart, folder: Path) -> VerifyReport:
    return await verify(apart.database, apart.sweeper, FolderAnchors(folder), MORNING)


async def anchored(apart: Apart, folder: Path) -> None:
    heads = apart.rows("select organisation_id, id, reference, event_seq, event_head from complaint")
    kept = tuple(
        AnchoredHead(organisation_id=row[0], complaint_id=row[1], reference=row[2], seq=row[3], head=row[4])
        for row in heads
    )
    await FolderAnchors(folder).keep(Anchor(day=MORNING.date(), at=MORNING, heads=kept))


def without_anchor(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def about(report: VerifyReport, complaint: UUID) -> list[tuple[int | None, str]]:
    return [(finding.seq, finding.what) for finding in report.findings if finding.complaint_id == complaint]


def last_seq(apart: Apart, complaint: UUID) -> int:
    ((seq,),) = apart.rows("select event_seq from complaint where id = %s", complaint)
    return int(seq)


def chained_again(superuser: psycopg.Connection[Any], complaint: UUID) -> None:
    """Make a chain look whole again: number it, hash it and set its head, as a careful forger would."""
    columns = "organisation_id, complaint_id, kind, at_us, act_id, actor_id, role, data"
    rows = superuser.execute(
        f"select {columns} from case_event where complaint_id = %s order by seq", (complaint,)
    ).fetchall()
    superuser.execute("delete from case_event where complaint_id = %s", (complaint,))
    head = GENESIS
    for seq, row in enumerate(rows, 1):
        link = Link(
            organisation_id=row[0], complaint_id=row[1], seq=seq, kind=row[2], at_us=row[3], act_id=row[4],
            actor_id=row[5], role=row[6], data=row[7], prev_hash=head,
        )  # fmt: skip
        superuser.execute(
            f"insert into case_event ({columns}, seq, prev_hash, hash) values (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)",
            (*row, seq, head, hash_of(link)),
        )
        head = hash_of(link)
    superuser.execute(
        "update complaint set event_seq = %s, event_head = %s where id = %s", (len(rows), head, complaint)
    )


async def test_an_untouched_database_is_sound_with_and_without_an_anchor(apart: Apart, tmp_path: Path) -> None:
    await a_case(apart)
    await a_case(apart)
    await apart.log(apart.body(), deliver=False)
    without = await verified(apart, tmp_path)
    assert (without.sound, without.complaints, without.organisations, without.anchor_day) == (True, 2, 3, None)
    assert without.events > 8
    await anchored(apart, tmp_path)
    report = await verified(apart, tmp_path)
    assert (report.findings, report.anchor_day) == ([], MORNING.date())


async def test_a_chain_that_grew_since_the_anchor_is_sound(apart: Apart, tmp_path: Path) -> None:
    body, complaint = await a_case(apart)
    await anchored(apart, tmp_path)
    await apart.say(body, complaint, CommandKind.ADD_NOTE, desk_said.AddNote(words="Rang once more."))
    await apart.deliver(body, complaint)
    assert (await verified(apart, tmp_path)).sound


@pytest.mark.parametrize(
    "statement", ["update case_event set kind = 'x'", "delete from case_event", "truncate case_event"]
)
async def test_without_silencing_its_triggers_not_even_the_migrator_can_touch_an_event(
    apart: Apart, statement: str
) -> None:
    await a_case(apart)
    with pytest.raises(psycopg.errors.RestrictViolation):
        apart.rows(statement)


async def test_an_altered_event_is_named(apart: Apart, superuser: psycopg.Connection[Any], tmp_path: Path) -> None:
    _, complaint = await a_case(apart)
    _, untouched = await a_case(apart)
    superuser.execute("update case_event set role = 'auditor' where complaint_id = %s and seq = 2", (complaint,))
    report = await verified(apart, tmp_path)
    assert about(report, complaint) == [(2, "event altered")]
    assert about(report, untouched) == []
    ((reference,),) = apart.rows("select reference from complaint where id = %s", complaint)
    assert report.findings[0].reference == reference


async def test_a_removed_event_is_named(apart: Apart, superuser: psycopg.Connection[Any], tmp_path: Path) -> None:
    _, complaint = await a_case(apart)
    superuser.execute("delete from case_event where complaint_id = %s and seq = 2", (complaint,))
    assert (2, "1 event(s) removed") in about(await verified(apart, tmp_path), complaint)


async def test_an_inserted_event_is_named(apart: Apart, superuser: psycopg.Connection[Any], tmp_path: Path) -> None:
    _, complaint = await a_case(apart)
    seq = last_seq(apart, complaint) + 1
    superuser.execute(
        "insert into case_event select complaint_id, %s, organisation_id, kind, at_us, %s, actor_id, role, data,"
        " hash, hash, recorded_at from case_event where complaint_id = %s and seq = 1",
        (seq, uuid4(), complaint),
    )
    found = about(await verified(apart, tmp_path), complaint)
    assert {(seq, "event altered"), (seq, "event(s) inserted at the tail"), (seq, "an event of no applied act")} <= {
        *found
    }


async def test_a_removed_tail_is_named_by_the_head(
    apart: Apart, superuser: psycopg.Connection[Any], tmp_path: Path
) -> None:
    _, complaint = await a_case(apart)
    seq = last_seq(apart, complaint)
    superuser.execute("delete from case_event where complaint_id = %s and seq = %s", (complaint, seq))
    assert (seq, "event(s) removed from the tail") in about(await verified(apart, tmp_path), complaint)


async def test_a_tail_removed_together_with_its_head_is_named_by_the_anchor(
    apart: Apart, superuser: psycopg.Connection[Any], tmp_path: Path
) -> None:
    _, complaint = await a_case(apart)
    await anchored(apart, tmp_path)
    seq = last_seq(apart, complaint)
    superuser.execute("delete from case_event where complaint_id = %s and seq = %s", (complaint, seq))
    chained_again(superuser, complaint)
    found = about(await verified(apart, tmp_path), complaint)
    assert (seq, "the event of the exported anchor is missing") in found


async def test_a_chain_forged_from_end_to_end_is_named_by_the_anchor_and_by_nothing_else(
    apart: Apart, superuser: psycopg.Connection[Any], tmp_path: Path
) -> None:
    _, complaint = await a_case(apart)
    await anchored(apart, tmp_path)
    superuser.execute("update case_event set at_us = at_us - 1 where complaint_id = %s", (complaint,))
    chained_again(superuser, complaint)
    report = await verified(apart, tmp_path)
    assert about(report, complaint) == [(last_seq(apart, complaint), "differs from the exported anchor")]
    without_anchor(tmp_path)
    assert (await verified(apart, tmp_path)).sound


async def test_a_complaint_removed_with_all_its_rows_is_named_by_the_anchor(
    apart: Apart, superuser: psycopg.Connection[Any], tmp_path: Path
) -> None:
    body, complaint = await a_case(apart)
    await anchored(apart, tmp_path)
    ((reference,),) = apart.rows("select reference from complaint where id = %s", complaint)
    seq = last_seq(apart, complaint)
    for table in ("case_event", "verdict", "submission", "task", "notice", "clock_version", "clock", "note"):
        superuser.execute(f"delete from {table} where complaint_id = %s", (complaint,))
    superuser.execute("delete from complaint where id = %s", (complaint,))
    assert (await verified(apart, tmp_path)).findings == [
        Finding(
            what="the complaint of the exported anchor is removed",
            organisation_id=body.id,
            complaint_id=complaint,
            reference=reference,
            seq=seq,
        )
    ]


async def test_a_removed_complaint_row_is_named_without_any_anchor(
    apart: Apart, superuser: psycopg.Connection[Any], tmp_path: Path
) -> None:
    _, complaint = await a_case(apart)
    superuser.execute("delete from complaint where id = %s", (complaint,))
    report = await verified(apart, tmp_path)
    assert (None, "the complaint is removed") in about(report, complaint)
    assert report.findings[0].reference is not None


async def test_acts_that_lost_their_events_or_their_verdicts_are_named(
    apart: Apart, superuser: psycopg.Connection[Any], tmp_path: Path
) -> None:
    _, complaint = await a_case(apart)
    seq = last_seq(apart, complaint)
    ((act_id,),) = apart.rows("select act_id from case_event where complaint_id = %s and seq = %s", complaint, seq)
    superuser.execute("delete from case_event where complaint_id = %s and seq = %s", (complaint, seq))
    chained_again(superuser, complaint)
    assert about(await verified(apart, tmp_path), complaint) == [(None, "an applied act has no event")]
    superuser.execute("delete from verdict where act_id = %s", (act_id,))
    assert about(await verified(apart, tmp_path), complaint) == [(None, "an applied submission has no verdict")]
    superuser.execute("update submission set state = 'refused' where id = %s", (act_id,))
    assert (await verified(apart, tmp_path)).sound


async def test_a_damaged_anchor_is_named_and_the_one_before_it_is_used(
    apart: Apart, superuser: psycopg.Connection[Any], tmp_path: Path
) -> None:
    await a_case(apart)
    await anchored(apart, tmp_path)
    store = FolderAnchors(tmp_path)
    kept = await store.read(MORNING.date())
    newer = replace(kept, day=kept.day + timedelta(days=1))
    await store.keep(newer)
    path = tmp_path / f"heads-{newer.day}.jsonl"
    content = path.read_text()
    path.unlink()
    path.write_text(content.replace(kept.heads[0].head, "0" * 64))
    report = await verified(apart, tmp_path)
    assert [finding.what for finding in report.findings] == ["the anchor of 2028-03-03 is damaged"]
    assert report.anchor_day == kept.day
