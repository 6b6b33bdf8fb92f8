"""Looks at how the response of a case stands, without changing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts import clearing, composing
from activities.acts.case import Case
from activities.reading import look
from db.models.complaint import Complaint
from policies.composing import compose
from policies.procedure_rules import ElementRule


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRead:
    """Each prescribed element, and whether it is there; `overtaken`: the record has moved on since the draft.

    `cleared`: the draft in hand is, by everybody whose turn it is. `chain` are the offices that clear it, in turn, each
    with its title, and `left` those that have not.
    """

    elements: tuple[tuple[ElementRule, bool], ...]
    overtaken: bool
    cleared: bool = False
    chain: tuple[tuple[str, str], ...] = ()
    left: tuple[str, ...] = ()


async def response_read(session: AsyncSession, complaint: Complaint, now: datetime) -> ResponseRead:
    """Return how the response of a complaint stands now."""
    with session.no_autoflush:
        return await _read(await look(session, complaint, now))


async def _read(case: Case) -> ResponseRead:
    draft = await composing.pending(case)
    if not case.complaint.open or not case.procedure.elements:
        return ResponseRead(elements=tuple((each, False) for each in case.procedure.elements), overtaken=False)
    material = await composing.material_of(case)
    words = composing.written(draft) if draft is not None else {}
    lacking = compose(case.procedure, words, material).missing
    now = await clearing.standing(case, draft) if draft is not None else None
    chain = clearing.chain_of(case)
    return ResponseRead(
        elements=tuple((each, each.code not in lacking) for each in case.procedure.elements),
        overtaken=draft is not None and draft.sources_sha256 != material.fingerprint,
        cleared=now is not None and now.cleared,
        chain=tuple((office, clearing.title_of(office)) for office in chain),
        left=chain if now is None or now.sent_back else now.left,
    )
