"""The demonstration: two organisations with their people, and one complaint with its learning, through the public API.

Safe to repeat: a second run finds what the first one made, however far its complaint has gone since.
"""

import json
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, create_engine, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.pool import NullPool

from api.dev_issuer import mint
from contracts.names import complaint_workflow_id
from db.models.act import Submission
from db.models.office import Unit
from db.models.organisation import Appointment, Organisation, Person
from policies.calendars import local_date
from runtime.commands.api_calls import ApiCalls, CommandError
from runtime.demo_cast import IN_TEAM, MARLOW_VALE, ORGANISATIONS, TEAM, CastMember, CastOrganisation
from runtime.places import checkout
from runtime.settings import Settings

COMPLAINT_KEY: Final = "demonstration-1"
EXAMPLE: Final = "discharge-without-medicines.json"
_APPOINTED_ON: Final = date(2020, 1, 1)
_TOKEN_LIFETIME: Final = timedelta(minutes=5)
_OPEN_SECONDS: Final = 60.0
_LEARNING: Final = {
    "theme": "communications",
    "factors": ["handover"],
    "outcome": "learned",
    "wentWrong": True,
    "found": "Nobody had been told whose task it was to hand over the medicines.",
    "willChange": "The discharge list names who hands them over, and when.",
}
_ACTION: Final = {
    "what": "Name on the discharge list who hands over the medicines",
    "evidenceWanted": "The discharge lists of two weeks",
    "tellEveryDays": 14,
}
_ACTION_DUE: Final = timedelta(days=60)


def ensure_demo(settings: Settings, *, seconds: float = _OPEN_SECONDS) -> Mapping[str, str]:
    """Make what is missing and return where the complaint is: reference, workflow id, organisation.

    Raises TimeoutError when the complaint is logged but no worker has opened it in time.
    """
    engine = create_engine(settings.need("database_dsn_migrator"), poolclass=NullPool, hide_parameters=True)
    with engine.begin() as connection:
        for organisation in ORGANISATIONS:
            _ensure_organisation(connection, organisation)
        known = _logged_before(connection)
    reference = known or _log(settings)
    shown = _opened(_calls(settings), reference, seconds)
    if known is None:
        _learn(_calls(settings), shown)
    return {
        "reference": reference,
        "workflow_id": complaint_workflow_id(shown["id"]),
        "organisation": str(MARLOW_VALE.id),
        "organisation_code": MARLOW_VALE.code,
    }


def _ensure_organisation(connection: Connection, organisation: CastOrganisation) -> None:
    """Insert the organisation and its people. Rows that are there stay as somebody may have changed them."""
    row = {
        "id": organisation.id,
        "code": organisation.code,
        "name": organisation.name,
        "regime": "nhs",
        "nation": "england",
        "reference_prefix": organisation.prefix,
        "sender_email": f"complaints@{organisation.domain}",
    }
    connection.execute(insert(Organisation).values(row).on_conflict_do_nothing())
    team = {
        "id": organisation.team_id,
        "organisation_id": organisation.id,
        "kind": "team",
        "code": TEAM,
        "name": "Complaints team",
        "active": True,
    }
    connection.execute(insert(Unit).values(team).on_conflict_do_nothing())
    for member in organisation.people:
        _ensure_person(connection, organisation, member)


def _ensure_person(connection: Connection, organisation: CastOrganisation, member: CastMember) -> None:
    person = {
        "id": organisation.person_id(member),
        "organisation_id": organisation.id,
        "subject": member.subject,
        "name": member.name,
        "email": organisation.email(member),
        "team": TEAM,
        "active": True,
    }
    connection.execute(insert(Person).values(person).on_conflict_do_nothing())
    for role in member.roles:
        appointment = {
            "id": organisation.appointment_id(member, role),
            "organisation_id": organisation.id,
            "person_id": organisation.person_id(member),
            "role": role,
            "unit_id": organisation.team_id if role in IN_TEAM else None,
            "starts_on": _APPOINTED_ON,
        }
        connection.execute(insert(Appointment).values(appointment).on_conflict_do_nothing())


def _logged_before(connection: Connection) -> str | None:
    """Return the reference of the complaint that an earlier run logged.

    Asked of the table, because the body to send again would have to hold the day of that first run.
    """
    found: str | None = connection.scalar(
        select(Submission.reference).where(
            Submission.organisation_id == MARLOW_VALE.id,
            Submission.idempotency_key == COMPLAINT_KEY,
            Submission.reference.is_not(None),
        )
    )
    return found


def _log(settings: Settings) -> str:
    body = json.loads((checkout() / "examples" / EXAMPLE).read_text(encoding="utf-8"))
    body["receivedOn"] = local_date(datetime.now(UTC)).isoformat()
    answer = _calls(settings).post("/v1/complaints", body, key=COMPLAINT_KEY)
    reference: str = answer["reference"]
    return reference


def _opened(calls: ApiCalls, reference: str, seconds: float) -> dict[str, Any]:
    """Wait until the complaint's workflow has begun; what was logged is read until then."""
    deadline = time.monotonic() + seconds
    while True:
        shown = calls.get(f"/v1/complaints/{reference}")
        if shown["opened"]:
            return shown
        if shown["refusal"]:
            raise CommandError(f"{reference} could not be opened: {shown['refusal']}")
        if time.monotonic() > deadline:
            raise TimeoutError(f"{reference} is logged, but no worker opened it in {seconds:.0f} s")
        time.sleep(0.1)


def _learn(calls: ApiCalls, shown: dict[str, Any]) -> None:
    """Record what it taught, and an action that follows: so that no list and no report begins empty."""
    at = f"/v1/complaints/{shown['reference']}"
    calls.post(f"{at}/learning", _LEARNING, key=f"{COMPLAINT_KEY}-learning")
    # Where a slow first start has not applied it yet, the action follows from its theme alone.
    learnt = calls.get(f"{at}/learning")["items"]
    follows = {"learningId": learnt[0]["id"]} if learnt else {"theme": _LEARNING["theme"]}
    handler = next(member for member in MARLOW_VALE.people if "handler" in member.roles)
    action = (
        _ACTION
        | follows
        | {
            "ownerId": str(MARLOW_VALE.person_id(handler)),
            "dueOn": (date.fromisoformat(shown["receivedOn"]) + _ACTION_DUE).isoformat(),
        }
    )
    calls.post(f"{at}/actions", action, key=f"{COMPLAINT_KEY}-action")


def _calls(settings: Settings) -> ApiCalls:
    handler = next(member for member in MARLOW_VALE.people if "handler" in member.roles)
    token = mint(settings, MARLOW_VALE.id, handler.subject, ["handler"], _TOKEN_LIFETIME)
    return ApiCalls(settings.api_url, token)
