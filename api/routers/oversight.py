"""A parent department over its bodies: a body agrees, either ends it, and the parent sees aggregates alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import PlainEnvelopeDep, reply
from api.deps import Governor, PartsDep, ReportReader
from api.office_desk import Desk, Entry, wrong
from api.openapi import A_READ, A_WRITE, answers, problems
from api.permissions import Permission, Role
from api.problems import Problem
from api.report_answers import CONTENT, format_of, served
from api.schemas.base import AgreedDay
from api.schemas.oversight import (
    DeliveredShown,
    OverseenBodies,
    OverseenBody,
    OversightAgreed,
    OversightEnded,
    OversightLinks,
    OversightLinkShown,
)
from api.schemas.reports import ReportFormat
from api.sharing_rules import Overseen, Overseer
from db.models.oversight import OversightDelivery, OversightLink
from db.queries import oversight, reports
from db.queries.joint import organisation_at
from db.queries.people import holds_any
from reports import document as documents

router = APIRouter(prefix="/v1/oversight", tags=["reports"])

From = Annotated[AgreedDay, Query(alias="from", description="The first day.")]
Until = Annotated[AgreedDay, Query(description="The last day.")]
_OFFICE: Final = "responsible_person"


def _desk(parts: PartsDep, who: Governor, envelope: PlainEnvelopeDep) -> Desk:
    return Desk(parts=parts, who=who, envelope=envelope, now=parts.clock.now(), permission=Permission.GOVERN)


OversightDeskDep = Annotated[Desk, Depends(_desk)]


@router.post(
    "/links",
    operation_id="agreeToOversight",
    status_code=201,
    responses=answers(201, OversightLinkShown, "It is agreed.") | problems(*A_WRITE, "link_known"),
)
async def agree(desk: OversightDeskDep, body: OversightAgreed) -> Response:
    """Agree, as the responsible person, that a parent department sees our aggregates, once each is approved."""
    who = desk.who
    if Role.RESPONSIBLE_PERSON not in who.roles or who.person_id is None:
        raise Problem("forbidden")
    person_id = who.person_id

    async def make(session: AsyncSession) -> Entry:
        if not await holds_any(session, person_id, (_OFFICE,), desk.today):
            raise Problem("forbidden")
        # What is approved meanwhile would else be delivered to nobody.
        await reports.lock(session, who.organisation_id)
        parent_id = await organisation_at(session, body.parent)
        if parent_id is None or parent_id == who.organisation_id:
            raise wrong("/parent", "unknown_body", "No other organisation of this installation has this code.")
        if await oversight.live_with(session, parent_id) is not None:
            raise Problem("link_known")
        row = OversightLink(
            id=uuid7(),
            organisation_id=who.organisation_id,
            parent_id=parent_id,
            body_code=who.organisation_code,
            body_name=who.organisation_name,
            parent_code=body.parent,
            from_on=body.from_on,
            agreed_by=person_id,
            agreed_at=desk.now,
        )
        session.add(row)
        data = {"parent": body.parent, "from_on": body.from_on.isoformat()}
        return Entry(kind="oversight.agreed", subject_id=row.id, data=data)

    return reply(await desk.change(body, make=make, show=_link), 201, {})


@router.get("/links", operation_id="listOversightLinks", response_model=OversightLinks, responses=problems(*A_READ))
async def list_links(parts: PartsDep, who: ReportReader) -> OversightLinks:
    """List what we agreed to as a body, and what bodies agreed to with us as their parent."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        found = await oversight.every(session)
    return OversightLinks(items=[OversightLinkShown.of(each) for each in found])


@router.post(
    "/links/{link_id}/end",
    operation_id="endOversight",
    responses=answers(200, OversightLinkShown, "It has ended.") | problems(*A_WRITE, "not_found", "already_ended"),
)
async def end(desk: OversightDeskDep, link_id: UUID, body: OversightEnded) -> Response:
    """End it, as the body or as its parent. From then on the parent sees nothing of the body, what it saw included."""

    async def make(session: AsyncSession) -> Entry:
        row = await oversight.find(session, link_id, held=True)
        if row is None:
            raise Problem("not_found")
        if row.ended_at is not None:
            raise Problem("already_ended")
        side = "body" if row.organisation_id == desk.who.organisation_id else "parent"
        row.ended_at, row.ended_side, row.ended_reason = desk.now, side, body.reason
        data = {"body": row.body_code, "parent": row.parent_code, "side": side}
        return Entry(kind="oversight.ended", subject_id=row.id, data=data)

    return reply(await desk.change(body, link_id, make=make, show=_link), 200, {})


@router.get("/bodies", operation_id="listOverseenBodies", response_model=OverseenBodies, responses=problems(*A_READ))
async def list_bodies(
    parts: PartsDep,
    who: ReportReader,
    first: Annotated[AgreedDay | None, Query(alias="from", description="The first day of a period.")] = None,
    until: Annotated[AgreedDay | None, Query(description="The last day of a period.")] = None,
) -> OverseenBodies:
    """List the bodies that agreed, the last aggregate of each, and who has not delivered about a period."""
    if (first is None) is not (until is None):
        raise Problem.invalid("query", "/until", "from_and_until", "Of from and until, both are given or neither.")
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        links = await oversight.bodies_of(session, who.organisation_id)
        last = await oversight.last_of_each(session, who.organisation_id)
        about: dict[UUID, OversightDelivery] = {}
        if first is not None and until is not None:
            _check_days(first, until)
            about = await oversight.about(session, who.organisation_id, first, until)
    items = [
        OverseenBody(
            code=each.body_code,
            name=each.body_name,
            from_on=each.from_on,
            last=DeliveredShown.of(last.get(each.id)),
            delivered=DeliveredShown.of(about.get(each.id)),
        )
        for each in links
    ]
    missing = None if first is None else [each.body_code for each in _asked(links, first) if each.id not in about]
    return OverseenBodies(items=items, missing=missing)


@router.get(
    "/report",
    operation_id="getOversightReport",
    response_class=Response,
    responses=CONTENT | problems(*A_READ, "report_not_typeset"),
)
async def get_report(
    parts: PartsDep,
    who: ReportReader,
    first: From,
    until: Until,
    format: Annotated[ReportFormat | None, Query(description="Left out: as `Accept` says; else JSON.")] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Read what our bodies delivered about exactly these days, together: what one does not show makes a least."""
    _check_days(first, until)
    now = parts.clock.now()
    async with parts.database.tenant(who.organisation_id, now) as session:
        links = _asked(await oversight.bodies_of(session, who.organisation_id), first)
        about = await oversight.about(session, who.organisation_id, first, until)
    bodies = [_overseen(each, about.get(each.id)) for each in links]
    parent = Overseer(
        organisation=who.organisation_name,
        organisation_code=who.organisation_code,
        first_on=first,
        last_on=until,
        known_until=now,
    )
    return await served(
        parts.sharing.merged(parent, bodies),
        format or format_of(accept),
        typeset=parts.reports.typeset,
        name=f"{who.organisation_code}-oversight-{first.isoformat()}-to-{until.isoformat()}",
        opened=None,
        draft=False,
        kept=None,
    )


def _asked(links: Sequence[OversightLink], first: date) -> list[OversightLink]:
    """Return the bodies that agreed to be seen about days from this one on."""
    return [each for each in links if each.from_on <= first]


def _overseen(link: OversightLink, delivered: OversightDelivery | None) -> Overseen:
    document = None if delivered is None else documents.read(delivered.document.encode())
    return Overseen(code=link.body_code, name=link.body_name, document=document)


def _check_days(first: date, until: date) -> None:
    if until < first:
        raise Problem.invalid("query", "/until", "ends_before_start", "The last day is before the first.")


async def _link(session: AsyncSession, link_id: UUID) -> OversightLinkShown:
    row = await oversight.find(session, link_id)
    if row is None:
        raise Problem("not_found")
    return OversightLinkShown.of(row)
