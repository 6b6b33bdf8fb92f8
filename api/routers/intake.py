"""Log a complaint, or another matter, and reopen one."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Final, get_args

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import DoorDep, PlainEnvelopeDep, reply
from api.dates import refuse_future, today
from api.deps import Logger, PartsDep, Reference
from api.door import Saying, fingerprint, own
from api.governed import check_governed
from api.openapi import A_COMMAND, A_WRITE, Responses, header, problems
from api.problems import Problem
from api.schemas.complaints import Logged
from api.schemas.intake import ComplaintSaid, LogSaid, ReopeningSaid
from api.whose import check_whose
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.models.act import Submission
from db.models.complaint import Complaint
from db.models.people_outside import ContactNeeds
from db.party_said import NeedsSaid, PartyRole
from db.queries import consents, imports
from db.queries.complaint_reads import is_reopened, parties_of
from db.queries.people_outside import needs_in
from db.said import PartySaid

router = APIRouter(prefix="/v1/complaints")

_NAMED: Final = ("representative", "advocate", "mp", "regulator")
_ROLES: Final = get_args(PartyRole)

_LOGGED: Final[Responses] = {
    201: {
        "model": Logged,
        "description": "It is stored and cannot be lost; it is opened a moment later.",
        "headers": header("Location", "Where the complaint is read."),
    }
}


@router.post(
    "",
    operation_id="logComplaint",
    status_code=201,
    tags=["complaints"],
    responses=_LOGGED | problems(*A_WRITE, "no_procedure", "figures_not_set"),
)
async def log_complaint(
    parts: PartsDep,
    door: DoorDep,
    who: Logger,
    envelope: PlainEnvelopeDep,
    body: LogSaid,
) -> Response:
    """Log a complaint."""
    refuse_future(body, parts.clock.now())
    people = body.people()
    _check_named(body, people)
    saying = Saying(
        kind=CommandKind.LOG,
        said=body.log(people),
        envelope=envelope,
        fingerprint=fingerprint(envelope, body),
    )

    async def prepare(session: AsyncSession, submission: Submission) -> None:
        await check_governed(parts, session, who, body.matter, body.received_on)
        await check_whose(session, body)

    return _logged(await door.log(who, saying, prepare))


@router.post(
    "/{reference}/reopening",
    operation_id="reopen",
    status_code=201,
    tags=["commands"],
    responses=_LOGGED | problems(*A_COMMAND),
)
async def reopen(
    parts: PartsDep,
    door: DoorDep,
    who: Logger,
    reference: Reference,
    envelope: PlainEnvelopeDep,
    body: ReopeningSaid,
) -> Response:
    """Take up a closed complaint again, as a new one that is linked to it."""
    now = parts.clock.now()
    refuse_future(body, now)
    async with parts.database.tenant(who.organisation_id, now) as session:
        original = (await own(session, who, reference)).complaint
        if original is None:
            raise Problem.refused(Refusal.ORIGINAL_NOT_CLOSED, [])
        people = body.people(await _people(session, original))
    _check_named(body, people)

    async def prepare(session: AsyncSession, submission: Submission) -> None:
        await _check_original(session, original, now)
        await check_governed(parts, session, who, body.matter, body.received_on)
        await check_whose(session, body)

    saying = Saying(
        kind=CommandKind.LOG,
        said=body.log(people, reopened_from=original.id, first_contact_on=_first_contact(body, original)),
        envelope=envelope,
        fingerprint=fingerprint(envelope, body, reference),
    )
    return _logged(await door.log(who, saying, prepare))


async def _check_original(session: AsyncSession, original: Complaint, now: datetime) -> None:
    """Refuse early what would be refused later: a 201 is not to be taken back for what we can see."""
    if original.open:
        raise Problem.refused(Refusal.ORIGINAL_NOT_CLOSED, [])
    if await is_reopened(session, original.id):
        raise Problem.refused(Refusal.ALREADY_REOPENED, [])
    if original.import_id is not None:
        batch = await imports.find(session, original.import_id)
        if batch is not None and today(now) < batch.switch_on:
            raise Problem.refused(Refusal.QUIET_UNTIL_SWITCH, [])


async def _people(session: AsyncSession, original: Complaint) -> tuple[PartySaid, ...]:
    """Return the people outside of the original, as they are said again; who is dead stays so.

    Somebody who complained for another, and in whose place somebody else went on, stays with the original. What was
    taken back there is not agreed to here.
    """
    names = [each.name for each in fields(PartySaid) if each.name not in ("died", "needs")]
    found = [party for party in await parties_of(session, original.id) if party.role in _ROLES]
    needs = await needs_in(session, original.id)
    taken_back = await consents.taken_back(session, original.id)
    return tuple(
        PartySaid(
            **{name: getattr(party, name) for name in names}
            | ({"consent_basis": "none"} if party.id in taken_back else {}),
            died=party.death_known_at is not None,
            needs=_as_said(needs.get(party.id)),
        )
        for party in found
    )


def _as_said(row: ContactNeeds | None) -> NeedsSaid | None:
    """Return what somebody needs, as it is said again: what is not safe for them is not safe anywhere."""
    if row is None:
        return None
    values = {each.name: getattr(row, each.name) for each in fields(NeedsSaid)}
    return NeedsSaid(**values | {"formats": tuple(row.formats), "unsafe": tuple(row.unsafe)})


def _first_contact(body: ReopeningSaid, original: Complaint) -> date | None:
    """Return the day of first contact: of a concern that is taken up as a complaint, that of the concern."""
    became_complaint = original.matter != body.matter == "complaint"
    if body.first_contact_on is not None or not became_complaint:
        return body.first_contact_on
    return min(original.first_contact_on or original.received_on, body.received_on)


def _check_named(body: ComplaintSaid, people: tuple[PartySaid, ...]) -> None:
    """Raise a problem where somebody wrote for another and is not named: they could not be answered."""
    if body.source in _NAMED and body.source not in {party.role for party in people}:
        detail = "Whoever the source names is among the parties, so that they can be answered."
        raise Problem.invalid("body", "/parties", Refusal.UNKNOWN_PARTY.value, detail)


def _logged(submission: Submission) -> Response:
    """Return 201, the same for a repeated request whatever has happened since."""
    here = f"/v1/complaints/{submission.reference}"
    shown = Logged(
        id=submission.complaint_id,
        reference=str(submission.reference),
        stage="received",
        submission_id=submission.id,
        complaint=here,
        submission=f"/v1/submissions/{submission.id}",
    )
    return reply(shown, 201, {"Location": here})
