"""The check of an import's rows: each is read under the mapping and held against the organisation as it stands."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts.case import Refused
from activities.acts.governing import governed
from contracts.commands import CommandKind
from contracts.imports import RowState
from db.imported import ImportCase
from db.models.imports import ImportBatch, ImportRow
from db.models.organisation import Adoption, Organisation
from db.party_said import PartySaid
from db.queries import adoptions, imports
from db.references import BITS, make
from db.said import to_body
from policies.calendars import local_date
from policies.import_cells import Fault, Reason
from policies.import_mapping import Mapping
from policies.importing import Checked, Facts, check_row, reference_of
from policies.procedure import Procedure
from policies.procedure_rules import Matter


async def checked(
    session: AsyncSession, batch: ImportBatch, rows: Sequence[ImportRow], now: datetime
) -> list[dict[str, Any]]:
    """Return what is to be written of some rows, in order: each is good, or quarantined with its reasons."""
    mapping = Mapping.from_dict(batch.mapping)
    organisation = await session.get_one(Organisation, batch.organisation_id)
    named = {reference for row in rows if (reference := reference_of(mapping, row.raw)) is not None}
    repeated = await imports.earlier_references(session, batch.id, rows[0].n, named) if rows else set()
    adopted = await adoptions.adoptions_of(session, organisation.id)
    known = Facts(
        today=local_date(now),
        people=await imports.people_by_name(session),
        teams=await imports.teams_by_code(session),
        procedure_on=lambda day: _procedure(organisation, adopted, day),
        imported=frozenset(await imports.imported_references(session, batch.source_system, named)),
    )
    found = []
    for row in rows:
        seen = _read(mapping, row, known, repeated)
        if seen.source_reference is not None:
            repeated.add(seen.source_reference)
        found.append(_values(row, seen, organisation))
    return found


def _read(mapping: Mapping, row: ImportRow, known: Facts, repeated: set[str]) -> Checked:
    try:
        return check_row(mapping, row.raw, known, repeated)
    except Exception:  # noqa: BLE001 - whatever a row does to us, the others go on
        reason = Reason(code=Fault.ROW_UNREADABLE)
        return Checked(source_reference=None, fields={}, parties=(), reasons=(reason,))


def _values(row: ImportRow, seen: Checked, organisation: Organisation) -> dict[str, Any]:
    good = not seen.reasons
    return {
        "import_id": row.import_id,
        "n": row.n,
        "state": (RowState.GOOD if good else RowState.QUARANTINED).value,
        "reasons": [asdict(reason) for reason in seen.reasons],
        "source_reference": seen.source_reference,
        "said": to_body(CommandKind.IMPORT, _case(row, seen)) if good else None,
        # Drawn before the complaint is opened, so that a repeat opens it under the same one.
        "reference": make(organisation.reference_prefix, secrets.randbits(BITS)) if good else None,
    }


def _case(row: ImportRow, seen: Checked) -> ImportCase:
    assert seen.source_reference is not None  # a row without one is not good
    return ImportCase(
        import_id=row.import_id,
        row=row.n,
        source_reference=seen.source_reference,
        parties=tuple(PartySaid(**party) for party in seen.parties),
        **seen.fields,
    )


def _procedure(organisation: Organisation, adopted: Sequence[Adoption], day: date) -> Procedure | None:
    """Return what governed a complaint received on a day; none also where it is not one that an import can continue."""
    try:
        found = governed(organisation, adopted, Matter.COMPLAINT, day).procedure
    except Refused:
        return None
    return found if found.has_clock("relevant_period") else None
