"""Rows of an import become complaints: each by an applied act, in the case file's own way, and no other.

What a transaction holds is a handful of rows. Should one of them fail, each is tried by itself, so that it is the
only one that is left behind. The workflows of open complaints are started after the commit; a repeat starts them.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from typing import Final, Protocol
from uuid import UUID, uuid5

from pydantic import TypeAdapter
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.acts.case import Refused
from activities.case_file import apply_imports
from activities.import_checks import checked
from contracts import names
from contracts.acts import Act, Verdict
from contracts.code import Code
from contracts.commands import Command, CommandKind
from contracts.complaint import ComplaintState, Start
from contracts.imports import ImportAct, ImportedPage, ImportState, RowState
from db.engine import Database
from db.models.complaint import Complaint
from db.models.imports import ImportBatch, ImportRow
from db.queries import acts, imports
from db.queries.submissions import NewSubmission, append_first, settle_first

TOGETHER: Final = 25
STARTS_AT_ONCE: Final = 8
_NEW: Final = Code("new")
_VERDICT: Final = TypeAdapter(Verdict)
# The database is away, or somebody was faster: that is no row's fault, and the step is tried again.
_AWAY: Final = (OperationalError, InterfaceError, PoolTimeout)


class Beginner(Protocol):
    """Start the workflow of a complaint that came from another system."""

    async def begin_imported(self, start: Start) -> None:
        """Start it, once however often it is asked for."""
        ...


class ImportRows:
    """Open the complaints of an import, a page of rows at a time."""

    def __init__(self, database: Database, engine: Beginner, *, together: int = TOGETHER) -> None:
        self._database = database
        self._engine = engine
        self._together = together
        self._room = asyncio.Semaphore(STARTS_AT_ONCE)

    @activity.defn(name=names.IMPORT_ROWS)
    async def rows(self, act: ImportAct) -> ImportedPage:
        """Make complaints of the rows after one and up to another, and start those that are open."""
        imported = failed = 0
        async with asyncio.TaskGroup() as group:
            for first in range(act.after, act.upto, self._together):
                activity.heartbeat()
                numbers = (first, min(first + self._together, act.upto))
                starts, left = await self._open(act, numbers)
                imported, failed = imported + len(starts), failed + left
                for start in starts:
                    if start is not None:
                        group.create_task(self._begin(start))
        return ImportedPage(imported=imported, failed=failed)

    async def _begin(self, start: Start) -> None:
        async with self._room:
            activity.heartbeat()
            await self._engine.begin_imported(start)

    async def _open(self, act: ImportAct, numbers: tuple[int, int]) -> tuple[list[Start | None], int]:
        """Open some rows together, or each by itself where that fails. Return what to start, and how many failed."""
        try:
            return await self._open_together(act, numbers), 0
        except _AWAY:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, it is one row's, and not the others'
            starts: list[Start | None] = []
            failed = 0
            for last in range(numbers[0], numbers[1]):
                found = await self._open_alone(act, last)
                starts += found or []
                failed += found is None
            return starts, failed

    async def _open_alone(self, act: ImportAct, last: int) -> list[Start | None] | None:
        """Open the row after another; None says that it failed, and is marked so."""
        try:
            return await self._open_together(act, (last, last + 1))
        except _AWAY:
            raise
        except Refused as refused:
            code = refused.refusal.value
        except Exception as error:  # noqa: BLE001 - as above
            code = type(error).__name__
        async with self._database.tenant(act.organisation_id, act.now) as session:
            await imports.mark_failed(session, act.import_id, last + 1, code)
        return None

    async def _open_together(self, act: ImportAct, numbers: tuple[int, int]) -> list[Start | None]:
        after, upto = numbers
        async with self._database.tenant(act.organisation_id, act.now) as session:
            batch = await session.get_one(ImportBatch, act.import_id)
            if batch.state != ImportState.IMPORTING:
                return []
            rows = await imports.rows_after(session, act.import_id, after=after, upto=upto, lock=True)
            await _check_again(session, batch, [row for row in rows if row.state == RowState.FAILED], act)
            good = [row for row in rows if row.state == RowState.GOOD]
            there = [row.complaint_id for row in rows if row.state == RowState.IMPORTED]
            starts = await _applied(session, act, batch, good) if good else []
            return starts + [await start_of(session, act, each) for each in there if each is not None]


async def _check_again(session: AsyncSession, batch: ImportBatch, rows: Sequence[ImportRow], act: ImportAct) -> None:
    """Hold rows that failed once more against the organisation as it stands: people come and go."""
    if rows:
        await imports.put_checked(session, await checked(session, batch, rows, act.now))
        for row in rows:
            await session.refresh(row)


async def _applied(
    session: AsyncSession, act: ImportAct, batch: ImportBatch, rows: Sequence[ImportRow]
) -> list[Start | None]:
    """Append and apply good rows, all or none. Raises Refused. Return what the workflows of open ones start with."""
    await append_first(session, [_submission(act, batch, row) for row in rows])
    verdicts = await apply_imports(session, [_act(act, row) for row in rows])
    await settle_first(session, [_act_id(row) for row in rows], act.now)
    await imports.mark_imported(session, act.import_id, [(row.n, _complaint_id(row)) for row in rows])
    return [
        _start(act.organisation_id, _complaint_id(row), verdict) for row, verdict in zip(rows, verdicts, strict=True)
    ]


def _act(act: ImportAct, row: ImportRow) -> Act:
    return Act(
        act_id=_act_id(row),
        organisation_id=act.organisation_id,
        complaint_id=_complaint_id(row),
        now=act.now,
        stage=_NEW,
        command=Command(submission_id=_act_id(row), kind=CommandKind.IMPORT, said_at=act.now),
    )


async def start_of(session: AsyncSession, act: ImportAct, complaint_id: UUID) -> Start | None:
    """Return what the workflow of an imported complaint starts with, from its stored verdict; None if it has ended.

    None too where more was done since: what it started with is no longer how it stands.
    """
    n = await imports.row_of(session, complaint_id)
    complaint = await session.get_one(Complaint, complaint_id)
    stored = None if n is None else await acts.stored_verdict(session, uuid5(act.import_id, str(n)))
    verdict = None if stored is None else _VERDICT.validate_python(stored)
    if verdict is None or complaint.version != verdict.version:
        return None
    return _start(act.organisation_id, complaint_id, verdict)


def _start(organisation_id: UUID, complaint_id: UUID, verdict: Verdict) -> Start | None:
    if verdict.ended:
        return None
    state = ComplaintState(
        organisation_id=organisation_id,
        complaint_id=complaint_id,
        plan=verdict.plan,
        stage=verdict.stage,
        version=verdict.version,
        reference=verdict.reference,
        owner_id=verdict.owner_id,
        waiting_on=verdict.waiting_on,
        clocks=verdict.armed,
        attention=verdict.attention,
    )
    return Start(organisation_id=organisation_id, complaint_id=complaint_id, state=state)


def _act_id(row: ImportRow) -> UUID:
    return uuid5(row.import_id, str(row.n))


def _complaint_id(row: ImportRow) -> UUID:
    return uuid5(row.import_id, f"complaint/{row.n}")


def _submission(act: ImportAct, batch: ImportBatch, row: ImportRow) -> NewSubmission:
    assert row.said is not None  # a good row has been read
    canonical = json.dumps(row.said, sort_keys=True, separators=(",", ":")).encode()
    return NewSubmission(
        id=_act_id(row),
        organisation_id=act.organisation_id,
        complaint_id=_complaint_id(row),
        kind=CommandKind.IMPORT,
        body=row.said,
        caller=f"import/{batch.id}",
        person_id=batch.decided_by,
        role=batch.role,
        route=names.IMPORT_ROWS,
        idempotency_key=None,
        body_hash=hashlib.sha256(canonical).hexdigest(),
        received_at=act.now,
        reference=row.reference,
    )
