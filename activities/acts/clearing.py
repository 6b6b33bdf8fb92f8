"""The chain by which a draft of the response is cleared: whose turn it is, who may take it, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from activities.acts.case import Case, Refused
from db.models.clearance_step import ClearanceStep
from db.models.organisation import Person
from db.models.response import ResponseClearance, ResponseDraft
from db.queries import clearance_steps, involvements, people, response
from policies import clearing, signing
from policies.clearance_files import OfficeRule, load_clearance_rules
from policies.clearing import Clearer, StepTaken

# A malformed file refuses the process here, at its start.
_RULES: Final = load_clearance_rules()[-1]
_DECISION_MAKER: Final = "decision_maker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """How a draft stands on its way to the signature. `left` are the offices of its chain that have not cleared yet."""

    chain: tuple[str, ...]
    steps: Sequence[ClearanceStep]
    last: ResponseClearance | None
    left: tuple[str, ...]

    @property
    def sent_back(self) -> bool:
        """Say whether it was sent back: then another draft is awaited."""
        return self.last is not None and self.last.sent_back

    @property
    def cleared(self) -> bool:
        """Say whether it may go on to the signature. Where one clearing is enough, one step of a chain is."""
        return not self.sent_back and not self.left and (self.last is not None or bool(self.steps))


def chain_of(case: Case) -> tuple[str, ...]:
    """Return who clears the response in turn, as serious as the complaint is now; nobody where one clearing will do."""
    return chain_for(case, case.complaint.severity)


def chain_for(case: Case, severity: str | None) -> tuple[str, ...]:
    """Return who would clear the response in turn, were the complaint so serious."""
    return _RULES.chain_for(case.procedure.code, case.complaint.regime, severity)


async def standing(case: Case, draft: ResponseDraft) -> Clearance:
    """Return how a draft stands: what was decided on it, and who is still to clear it."""
    chain = chain_of(case)
    steps = await clearance_steps.steps_of(case.session, draft.id)
    last = await response.last_clearance(case.session, draft.id)
    return Clearance(chain=chain, steps=steps, last=last, left=clearing.left(chain, _taken(steps)))


async def check_turn(
    case: Case, draft: ResponseDraft, now: Clearance, who: signing.Standing, person_id: UUID, mitigation: str | None
) -> None:
    """Refuse a clearing by somebody whose turn it is not, or who has had a hand in the draft or the matter already."""
    clearer = Clearer(
        person_id=person_id,
        holds=await _holds(case, _RULES.office(now.left[0]), person_id, who.roles),
        investigated=who.investigated,
        mitigated=case.complaint.small_body and bool(mitigation),
    )
    refusal = clearing.refusal(clearer, written_by=draft.written_by, taken=_taken(now.steps))
    if refusal is not None:
        raise Refused(refusal)


async def is_their_turn(case: Case, now: Clearance, who: signing.Standing, person_id: UUID) -> bool:
    """Say whether the office whose turn it is to clear is somebody's: they may send the draft back, too."""
    return bool(now.left) and await _holds(case, _RULES.office(now.left[0]), person_id, who.roles)


async def record(
    case: Case, draft: ResponseDraft, now: Clearance, who: signing.Standing, person_id: UUID, mitigation: str | None
) -> Clearance:
    """Write down who cleared a draft, and for which office. Return how it stands then."""
    step = ClearanceStep(
        id=case.new_id("clearance_step"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        draft_id=draft.id,
        number=len(now.steps) + 1,
        office=now.left[0] if now.left else _office_of(who),
        person_id=person_id,
        cleared_on=case.on,
        rules_version=_RULES.version,
        mitigation=mitigation,
        said_at=case.at,
        act_id=case.act.act_id,
    )
    case.session.add(step)
    steps = (*now.steps, step)
    return Clearance(chain=now.chain, steps=steps, last=now.last, left=clearing.left(now.chain, _taken(steps)))


def title_of(office: str) -> str:
    """Return what an office is called."""
    return _RULES.office(office).title


def role_asked(now: Clearance) -> str:
    """Return the role that is asked to clear next."""
    return _RULES.office(now.left[0]).asked if now.left else _DECISION_MAKER


async def asked(case: Case, draft: ResponseDraft, now: Clearance) -> Person | None:
    """Return who is asked to clear next: whoever has the office, unless they may not, and somebody else can be found.

    Where nobody else can be found they hear of it all the same: they see to it that somebody can.
    """
    role = role_asked(now)
    first = await case.holder_of(role)
    if not now.left:
        return first
    barred = {draft.written_by, *(step.person_id for step in now.steps)}
    away = {person_id for person_id, _ in await people.absences_on(case.session, case.on)}
    offices = _RULES.office(now.left[0]).held_by
    held = await people.holders(case.session, offices, case.on)
    turn = [first] if first is not None else []
    turn += [person for office in offices for row, person in held if row.role == office and person.id not in away]
    for person in turn:
        if person.id not in barred and not await _is_near(case, person.id):
            return person
    return first


async def _holds(case: Case, office: OfficeRule, person_id: UUID, roles: frozenset[str]) -> bool:
    """Say whether an office is somebody's today: by appointment, on the rota, or as who stands in for its holder."""
    if await involvements.live_of_person(case.session, case.complaint.id, person_id) is not None:
        return False  # nobody clears what answers a complaint about themselves
    if roles & set(office.held_by):
        return True
    if office.on_rota and await clearance_steps.is_on_rota(case.session, person_id, case.on):
        return True
    stands_in = await case.holder_of(office.asked)
    return stands_in is not None and stands_in.id == person_id


async def _is_near(case: Case, person_id: UUID) -> bool:
    """Say whether somebody investigated, or is complained about: they are asked only where nobody else can be."""
    if await response.parts_of(case.session, case.complaint.id, person_id, "investigator"):
        return True
    return await involvements.live_of_person(case.session, case.complaint.id, person_id) is not None


def _office_of(who: signing.Standing) -> str:
    """Return for which office one clearing counts, should the complaint become serious after it."""
    return next((each.code for each in _RULES.offices if who.roles & set(each.held_by)), _DECISION_MAKER)


def _taken(steps: Sequence[ClearanceStep]) -> list[StepTaken]:
    return [StepTaken(office=step.office, person_id=step.person_id) for step in steps]
