"""Puts the API together: settings in, application out. The engine need not be up; a command waits for it.

This is a composition root: the only module of `api/` that may import whatever it needs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import httpx2
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from activities.reading import gates_of
from activities.reading_consent import disclosures_of, states_of
from activities.reading_form import form_read
from activities.reading_response import response_read
from api import bodies, docs_page, edge, handlers, openapi
from api.dev_issuer import DevIssuer
from api.disclosure_rules import ConsentRules
from api.form.sends import Sends
from api.identity import Keys, Verifier
from api.jwks import FetchedKeys, HeldKeys
from api.parts import Element, Engine, Exceptions, Inspect, Lawful, Parts, Placed, ResponseStanding, WorkingYear
from api.routes import routes
from api.starts import Starts
from api.words import STAGES, title
from contracts.commands import CommandKind
from db.engine import Database, SweeperDatabase
from db.models.complaint import Complaint
from db.models.organisation import ClosedDay as ClosedDayRow
from db.queries.today import Item
from db.submission_store import SubmissionStore
from gateways.clock import Clock, SystemClock
from gateways.delivery import deliver_pending
from gateways.engine import Engine as TemporalEngine
from gateways.engine import connect
from gateways.typst_letters import TypstTypesetter
from policies import joint_credentials, outcomes, oversight_files, statements, triage_files
from policies import remedies as remedies_policy
from policies.calendars import Calendar, ClosedDay, Nation
from policies.code_lists import load_codes
from policies.coding import in_force, look_at
from policies.procedure_files import load_procedures
from policies.risk import Facts, place
from policies.survey_files import load_surveys
from runtime.attention import attention_report
from runtime.carrier_gateways import sealing, webhook_reach
from runtime.file_gateways import file_store, scanner
from runtime.governing import GoverningRules
from runtime.import_reading import read_import
from runtime.insight_ruling import insight_rules
from runtime.report_ruling import report_rules
from runtime.ruling import Ruling
from runtime.settings import Settings, load_settings
from runtime.sharing_ruling import sharing_rules

_START_BUDGET: Final = timedelta(seconds=10)
_MOST_ITEMS: Final = 500
# Wrong credentials from one address in an hour that are answered as such; a right one is heard all the same.
_MOST_FAILURES: Final = 600


class IssuerMissing(RuntimeError):
    """Production needs `jwt_jwks_url`: there is no built-in issuer outside development."""


def create_app(
    settings: Settings | None = None,
    *,
    engine: Engine | None = None,
    clock: Clock | None = None,
    inspect: Inspect | None = None,
) -> FastAPI:
    """Return the application. What is left out is made from the settings."""
    settings = settings or load_settings()
    issuer = _issuer(settings)
    clock = clock or SystemClock()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            app.state.parts = await _parts(settings, issuer, stack, engine, clock, inspect)
            yield

    app = FastAPI(
        title=openapi.TITLE,
        version="1",
        description=openapi.DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        swagger_ui_oauth2_redirect_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Both would write what people said into logs and spans.
        telemetry={"logs": False, "operation_spans": False},
    )
    app.add_middleware(
        bodies.Bodies,
        largest_file=settings.largest_file_mb * bodies.MEGABYTE,
        largest_mail=settings.largest_mail_mb * bodies.MEGABYTE,
    )
    app.add_middleware(edge.Edge)
    handlers.install(app)
    openapi.install(app)
    docs_page.install(app)
    app.router.routes.extend(routes())
    if issuer is not None:
        _publish_keys(app, issuer)
    return app


def _issuer(settings: Settings) -> DevIssuer | None:
    """Return the development issuer, or none where tokens come from elsewhere."""
    if settings.jwt_jwks_url is not None:
        return None
    if not settings.in_development:
        raise IssuerMissing
    return DevIssuer(settings)


def _publish_keys(app: FastAPI, issuer: DevIssuer) -> None:
    async def keys(request: Request) -> JSONResponse:
        return JSONResponse(issuer.public_keys().as_dict(private=False))

    app.add_route("/dev/jwks.json", keys, methods=["GET"], include_in_schema=False)


async def _parts(
    settings: Settings,
    issuer: DevIssuer | None,
    stack: AsyncExitStack,
    engine: Engine | None,
    clock: Clock,
    inspect: Inspect | None,
) -> Parts:
    database = Database(settings.need("database_dsn_app"))
    stack.push_async_callback(database.close)
    sweeper = SweeperDatabase(settings.need("database_dsn_sweeper"))
    stack.push_async_callback(sweeper.close)
    temporal = TemporalEngine(await connect(settings.temporal_address, settings.temporal_namespace))
    engine = engine or temporal
    states = SubmissionStore(database, clock.now)
    carrier = engine

    async def carry(organisation_id: UUID, complaint_id: UUID) -> object:
        return await deliver_pending(carrier, states, organisation_id, complaint_id, budget=_START_BUDGET)

    starts = Starts(carry)
    stack.push_async_callback(starts.close)
    return Parts(
        database=database,
        engine=engine,
        states=states,
        clock=clock,
        verifier=Verifier(
            keys=await _keys(settings, issuer, stack, clock),
            clock=clock,
            issuer=settings.jwt_issuer,
            audience=settings.jwt_audience,
        ),
        starts=starts,
        lawful=_lawful(),
        rules=Ruling(),
        gates=gates_of,
        response_standing=_response_standing,
        governing=GoverningRules(),
        consent=ConsentRules(disclosures=disclosures_of, states=states_of, statements=_statements),
        outcome_title=_outcome_title,
        reason_title=triage_files.title_of,
        stage_title=_stage_title,
        working_year=_working_year,
        inspect=inspect or _attention(sweeper, temporal),
        place=_place,
        look_at_coding=look_at,
        codes_in_force=in_force,
        read_import=read_import,
        case_outcome=outcomes.case_outcome_under,
        outcome_titles=outcomes.outcome_titles,
        compare=remedies_policy.compare,
        remedy_rules=remedies_policy.described(),
        verdict_budget=timedelta(seconds=settings.verdict_timeout_seconds),
        files=file_store(settings),
        scanner=scanner(settings),
        sealing=sealing(settings),
        webhook_reach=webhook_reach(settings),
        typesetter=TypstTypesetter(),
        largest_file=settings.largest_file_mb * bodies.MEGABYTE,
        read_form=form_read,
        read_instrument=lambda name: load_surveys()[name],
        form_sends=Sends(settings.form_posts_an_hour),
        part_sends=Sends(settings.form_posts_an_hour),
        check_credential=joint_credentials.check,
        regulator_problem=oversight_files.regulator_problem,
        joint_calls=Sends(settings.joint_calls_an_hour),
        joint_failures=Sends(_MOST_FAILURES),
        reports=report_rules(settings),
        insight=insight_rules(),
        sharing=sharing_rules(),
    )


def _statements(nation: str, regime: str, advocacy: str | None, non_detriment: str | None) -> statements.Words:
    return statements.words(nation, regime, advocacy=advocacy, non_detriment=non_detriment)


def _attention(sweeper: SweeperDatabase, engine: TemporalEngine) -> Inspect:
    """Return the look at every open complaint that `redress attention` takes too."""

    async def inspect(now: datetime) -> Exceptions:
        report = await attention_report(sweeper, engine, now)
        return Exceptions(counts=report.counts, items=tuple(item.codes() for item in report.exceptions[:_MOST_ITEMS]))

    return inspect


async def _keys(settings: Settings, issuer: DevIssuer | None, stack: AsyncExitStack, clock: Clock) -> Keys:
    if issuer is not None:
        return HeldKeys(issuer.public_keys())
    client = await stack.enter_async_context(httpx2.AsyncClient())
    return FetchedKeys(settings.need("jwt_jwks_url"), client, clock)


def _lawful() -> Lawful:
    """Return what the procedures allow in each stage, from the very files that plans are compiled from."""
    procedures = load_procedures()
    load_codes()  # a malformed list, too, stops the process here
    load_surveys()

    def lawful(procedure: str, version: int, stage: str) -> tuple[CommandKind, ...]:
        return procedures.get(procedure, version).allowed_in(stage)

    return lawful


def _outcome_title(procedure: str, version: int, outcome: str) -> str:
    """Return what a procedure calls an outcome; one without words is made readable."""
    found = load_procedures().get(procedure, version).outcomes
    return next((each.title for each in found if each.code == outcome), title({}, outcome))


def _stage_title(procedure: str, version: int, stage: str) -> str:
    """Return what a procedure calls a stage; an end that is in no procedure is called as everywhere."""
    found = load_procedures().get(procedure, version).stages
    return next((each.title for each in found if each.code == stage), title(STAGES, stage))


def _working_year(nation: str, year: int, rows: Sequence[ClosedDayRow]) -> WorkingYear:
    """Return a year's closed weekdays, from the very calendars that clocks are counted by."""
    own = [row for row in rows if row.organisation_id is not None]
    revision = max((row.revision for row in rows), default=0)
    legal = Calendar.legal(Nation(nation), [_closed(row) for row in rows if row.organisation_id is None], revision)
    whole = legal.with_closures([_closed(row) for row in own])
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    return WorkingYear(
        closed=tuple(
            (day, why, not legal.is_open(day))
            for day in days
            if day.isoweekday() < 6 and (why := whole.why_closed(day))
        ),
        published_until=legal.horizon,
    )


async def _response_standing(session: AsyncSession, complaint: Complaint, now: datetime) -> ResponseStanding:
    """Return how a response stands, by the very checks that keep it from being signed."""
    read = await response_read(session, complaint, now)
    elements = [
        Element(code=each.code, title=each.title, source=each.source, legal_basis=each.legal_basis, there=there)
        for each, there in read.elements
    ]
    return ResponseStanding(
        elements=elements, overtaken=read.overtaken, cleared=read.cleared, chain=read.chain, left=read.left
    )


def _place(item: Item, today: date) -> Placed:
    """Return where something to do stands in the work of a day, by the very policy that puts it in order."""
    facts = Facts(
        due_on=item.due_on,
        clock=item.clock,
        effect=item.effect,
        needs_attention=item.attention is not None,
        no_owner=item.no_owner,
    )
    return place(facts, today)


def _closed(row: ClosedDayRow) -> ClosedDay:
    return ClosedDay(day=row.day, name=row.name, opens=row.opens)
