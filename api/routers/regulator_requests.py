"""Requests of a regulator about several complaints, and the figures of what Ombudsmen and regulators asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import PlainEnvelopeDep, reply
from api.caller import Caller
from api.dates import refuse_future, today
from api.deps import PartsDep, Reader, Writer
from api.door import Envelope, fingerprint
from api.office_desk import Entry, said_before, write
from api.openapi import A_READ, A_WRITE, ONE_READ, answers, header, problems
from api.parts import Parts
from api.permissions import NEEDED
from api.problems import FieldError, Problem
from api.schemas.base import FIRST_EVENT, LAST_AGREED
from api.schemas.referral_lists import ReferralFigures
from api.schemas.regulator_requests import RegulatorAsked, RegulatorRequestShown
from contracts.commands import CommandKind
from db.models.referral import RegulatorRequest
from db.queries import bulk_choice, referral_reads, regulator_requests
from db.queries.submissions import NewSubmission
from db.references import normalise
from db.said import to_body

router = APIRouter(prefix="/v1", tags=["work"])
_KIND: Final = CommandKind.RECORD_REFERRAL
_PLACE: Final = "/regulator-requests"
_A_YEAR: Final = timedelta(days=365)
_LONGEST: Final = timedelta(days=3 * 366)


@router.post(
    _PLACE,
    operation_id="recordRegulatorRequest",
    status_code=201,
    responses=answers(
        201, RegulatorRequestShown, "It is stored, and said of each complaint.", header("Location", "Where.")
    )
    | problems(*A_WRITE),
)
async def record_request(parts: PartsDep, who: Writer, envelope: PlainEnvelopeDep, body: RegulatorAsked) -> Response:
    """Record a request of a regulator about several complaints: each has a referral and a clock of its own."""
    now = parts.clock.now()
    refuse_future(body, now)
    _refuse_unknown(parts, body)
    sent = fingerprint(envelope, body)
    async with parts.database.tenant(who.organisation_id, now) as session:
        before = await said_before(session, who, envelope, sent)
        request_id = before.subject_id if before is not None else uuid7()
        if before is None:
            complaints = await _named(session, who, body.references)
            await _write(session, who, envelope, body, request_id, complaints, now, sent)
        shown = await _show(session, who, request_id)
    if before is None:
        for complaint_id in complaints:
            parts.starts.begin(who.organisation_id, complaint_id)
    return reply(shown, 201, {"Location": f"/v1/regulator-requests/{request_id}"})


@router.get(
    _PLACE + "/{request_id}",
    operation_id="getRegulatorRequest",
    response_model=RegulatorRequestShown,
    responses=problems(*ONE_READ),
)
async def get_request(parts: PartsDep, who: Reader, request_id: UUID) -> RegulatorRequestShown:
    """Show a request of a regulator: for each complaint how it stands, by when, and with which pack it was answered."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        return await _show(session, who, request_id)


@router.get(
    "/figures/referrals", operation_id="getReferralFigures", response_model=ReferralFigures, responses=problems(*A_READ)
)
async def get_figures(
    parts: PartsDep,
    who: Reader,
    first: Annotated[
        date | None, Query(alias="from", ge=FIRST_EVENT, le=LAST_AGREED, description="Left out: a year before `to`.")
    ] = None,
    until: Annotated[
        date | None, Query(alias="to", ge=FIRST_EVENT, le=LAST_AGREED, description="Left out: today.")
    ] = None,
) -> ReferralFigures:
    """Count referrals by the day of receipt, decisions by their day, and recommendations by their target date."""
    now = parts.clock.now()
    last = until or today(now)
    begin = first or max(last - _A_YEAR, FIRST_EVENT)
    if begin > last or last - begin > _LONGEST:
        wrong = "`from` must not be after `to`, nor more than three years before it."
        error = FieldError(place="query", pointer="/from", code="value_error", detail=wrong)
        raise Problem("invalid_request", errors=[error])
    async with parts.database.tenant(who.organisation_id, now) as session:
        found = await referral_reads.tally(session, begin, last, today(now))
    return ReferralFigures.of(begin, last, found)


def _refuse_unknown(parts: Parts, body: RegulatorAsked) -> None:
    """Raise a problem where no complaint could take the request: its body is not known, or does not ask like that."""
    wrong = parts.regulator_problem(body.body, named=body.name is not None, reg_16=body.basis == "reg_16")
    if wrong is not None:
        detail = "There is no such regulator, its name is missing or not needed, or it does not ask under this."
        raise Problem(
            "invalid_request",
            errors=[FieldError(place="body", pointer=f"/{wrong}", code="unknown_body", detail=detail)],
        )


async def _show(session: AsyncSession, who: Caller, request_id: UUID) -> RegulatorRequestShown:
    row = await session.get(RegulatorRequest, request_id)
    if row is None:
        raise Problem("not_found")
    asked = await regulator_requests.asked_of(session, request_id)
    return RegulatorRequestShown.of(row, asked, words=who.sees_words)


async def _named(session: AsyncSession, who: Caller, references: list[str]) -> list[UUID]:
    """Return the complaints that references name, each once. Raises a problem that points at every unknown one."""
    stored = [normalise(reference) for reference in references]
    known = await bulk_choice.by_reference(session, who.organisation_id, [each for each in stored if each])
    detail = "There is no such complaint, it is not yours, or it is not opened yet."
    unknown = [
        FieldError(place="body", pointer=f"/references/{n}", code="unknown_reference", detail=detail)
        for n, reference in enumerate(stored)
        if reference not in known
    ]
    if unknown:
        raise Problem("invalid_request", errors=unknown)
    return list(dict.fromkeys(known[reference] for reference in stored if reference is not None))


async def _write(
    session: AsyncSession,
    who: Caller,
    envelope: Envelope,
    body: RegulatorAsked,
    request_id: UUID,
    complaints: list[UUID],
    now: datetime,
    sent: str,
) -> None:
    """Write the request, what is said of each complaint, and the entry of the office, in one transaction."""
    role = who.acting_as(NEEDED[_KIND])
    said = to_body(_KIND, body.said(request_id))
    new = [
        NewSubmission(
            id=uuid7(),
            organisation_id=who.organisation_id,
            complaint_id=complaint_id,
            kind=_KIND,
            body=said,
            caller=who.subject,
            person_id=who.person_id,
            role=role.value,
            route=envelope.route,
            idempotency_key=None,
            body_hash=sent,
            received_at=now,
        )
        for complaint_id in complaints
    ]
    row = RegulatorRequest(
        id=request_id,
        organisation_id=who.organisation_id,
        body_code=body.body,
        their_reference=body.their_reference,
        received_on=body.received_on,
        words=body.words,
        said_by=who.person_id,
        said_at=now,
    )
    await regulator_requests.write(session, row, new)
    entry = Entry(kind="regulator_request.recorded", subject_id=request_id, data={"complaints": len(complaints)})
    write(session, who, role, entry, now=now, envelope=envelope, body_hash=sent)
