"""Small worlds of complaints, written down twice: as case tables and as the facts that reports count."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg

from db.evidence import microseconds
from tests.bodies import Body

FIRST, LAST = date(2027, 4, 1), date(2028, 3, 31)
STANDARDS: Final = ("nhs-england-2009", 2)
KNOWN: Final = datetime(2027, 1, 1, tzinfo=UTC)
_ENDED: Final = {"withdrawn", "exempt", "not_accepted", "transferred", "ended_on_death", "opened_in_error", "closed"}


@dataclass(slots=True, kw_only=True)
class Told:
    """One complaint, as a test tells it. `found` is of each issue; `subjects` with sub and profession."""

    received_on: date
    stage: str = "acknowledged"
    responded_on: date | None = None
    satisfied_on: date | None = None
    ended_on: date | None = None
    outcome: str | None = None
    found: tuple[str, ...] = ()
    matter: str = "complaint"
    procedure: tuple[str, int] = STANDARDS
    reopened: bool = False
    site: str | None = "RA101"
    age_band: str | None = "age_26_55"
    status: str | None = "patient"
    area: str | None = "inpatient"
    profession: str | None = None
    subjects: tuple[tuple[str, str | None, str | None], ...] = (("communications", None, "nursing"),)
    known_at: datetime = KNOWN
    until: datetime | None = None
    id: UUID = field(default_factory=uuid4)


def write(connection: psycopg.Connection[Any], body: Body, several: Sequence[Told]) -> None:
    """Write complaints down twice."""
    with connection.transaction():
        for each in several:
            write_cases(connection, body, each)
            write_facts(connection, body, each)


def write_cases(connection: psycopg.Connection[Any], body: Body, told: Told) -> None:
    """Write one complaint as the acts of its life leave the case tables."""
    ended = told.stage in _ENDED
    closed_at = None
    if ended:
        closed_at = datetime.combine(told.ended_on or told.received_on, datetime.min.time(), UTC) + timedelta(hours=12)
    reopened_from = _original(connection, body) if told.reopened else None
    _insert(
        connection,
        "complaint",
        id=told.id,
        organisation_id=body.id,
        reference=f"{body.code}-{told.id.hex[:12].upper()}",
        regime="nhs",
        nation="england",
        procedure=told.procedure[0],
        procedure_version=told.procedure[1],
        stage=told.stage,
        open=not ended,
        version=1,
        channel="written",
        received_on=told.received_on,
        logged_at=KNOWN,
        closed_at=closed_at,
        outcome=told.outcome,
        reopened_from=reopened_from,
        matter=told.matter,
        stop_contact=False,
        hold=False,
        event_seq=1,
        event_head="",
    )
    own = {"organisation_id": body.id, "complaint_id": told.id}
    _coding(connection, told, own)
    for number, outcome in enumerate(told.found, start=1):
        _finding(connection, own, number, outcome)
    if told.responded_on is not None:
        _clock(connection, own, told)
    if told.satisfied_on is not None:
        summary = {"summary": "Put right", "method": "call", "said_at": KNOWN, "act_id": uuid4()}
        _insert(
            connection,
            "resolution_attempt",
            **own,
            **summary,
            id=uuid4(),
            number=1,
            result="satisfied",
            ended_on=told.satisfied_on,
        )


def write_facts(connection: psycopg.Connection[Any], body: Body, told: Told, *, seq: int = 1) -> None:
    """Write one version of the facts of a complaint."""
    ended = told.stage in _ENDED
    until = 2**63 - 1 if told.until is None else microseconds(told.until)
    _insert(
        connection,
        "report_case",
        id=uuid4(),
        organisation_id=body.id,
        complaint_id=told.id,
        seq=seq,
        known_us=microseconds(told.known_at),
        until_us=until,
        matter=told.matter,
        source="person",
        channel="written",
        procedure=told.procedure[0],
        procedure_version=told.procedure[1],
        received_on=told.received_on,
        logged_on=told.received_on,
        imported=False,
        reopened=told.reopened,
        responded_on=told.responded_on,
        resolved_on=told.satisfied_on,
        satisfied=True if told.satisfied_on else None,
        ended_on=(told.ended_on or told.received_on) if ended else None,
        ended_as=told.stage if ended else None,
        outcome=told.outcome,
        upheld=told.found.count("upheld"),
        partly_upheld=told.found.count("partially_upheld"),
        not_upheld=told.found.count("not_upheld"),
        age_band=told.age_band,
        complainant_status=told.status,
        site=told.site,
        service_area=told.area,
        profession=told.profession,
        themes=sorted({".".join(part for part in (subject, sub) if part) for subject, sub, _ in told.subjects}),
        professions=sorted({profession for *_, profession in told.subjects if profession}),
        death=False,
        joint=False,
    )


def random_world(seed: int, count: int) -> list[Told]:
    """Make complaints of every kind, coded well, badly or not at all, around one year."""
    draw = random.Random(seed)
    return [_random(draw) for _ in range(count)]


def _random(draw: random.Random) -> Told:
    received = FIRST + timedelta(days=draw.randint(-200, 364))
    answered = received + timedelta(days=draw.randint(0, 300))
    fate = draw.choice(["open", "open", "responded", "responded", "closed", "closed", "satisfied", *sorted(_ENDED)])
    outcomes = ("upheld", "partially_upheld", "not_upheld")
    answers = fate in ("responded", "closed") and draw.random() < 0.9
    found = tuple(draw.choices((*outcomes, "resolved"), k=draw.randint(0, 3))) if draw.random() < 0.7 else ()
    contribution = draw.random() < 0.1
    version = draw.choice([1, 2, 2, 2])
    return Told(
        received_on=received,
        stage={"open": "closer_look", "satisfied": "resolved"}.get(fate, fate),
        responded_on=answered if answers else None,
        satisfied_on=answered if fate == "satisfied" else None,
        ended_on=answered if fate in _ENDED else None,
        outcome=draw.choice(outcomes) if answers and draw.random() < 0.8 else None,
        found=found if version == 2 else (),
        matter="contribution" if contribution else draw.choice(["complaint"] * 8 + ["concern", "enquiry"]),
        procedure=("joint-contribution", 1) if contribution else ("nhs-england-2009", version),
        reopened=draw.random() < 0.05,
        site=draw.choice(["RA101", "RA102", "RA1.X", None, "H81001"]),
        age_band=draw.choice(["age_0_5", "age_26_55", "age_75_over", "age_unknown", "age_old_list", None]),
        status=draw.choice(["patient", "carer", "other", "unknown", "nobody", None]),
        area=draw.choice(["inpatient", "maternity", "general_practice", "dental_practice", "other", "gone", None]),
        profession=draw.choice(["medical", "other", "wizard", None, None]),
        subjects=tuple(_subject(draw) for _ in range(draw.choice([0, 1, 1, 2, 3]))),
    )


def _subject(draw: random.Random) -> tuple[str, str | None, str | None]:
    subject = draw.choice(["clinical_treatment", "clinical_treatment", "communications", "other", "of_old"])
    subs = ["ct_surgery", "ct_dental", "ct_of_old", None]
    sub = draw.choice(subs) if subject == "clinical_treatment" else None
    return subject, sub, draw.choice(["medical", "nursing", "other", "wizard", None])


def _coding(connection: psycopg.Connection[Any], told: Told, own: dict[str, Any]) -> None:
    codes = {"age_band": told.age_band, "complainant_status": told.status, "site": told.site}
    codes |= {"service_area": told.area, "profession": told.profession}
    act = {"act_id": uuid4(), "lists": "ko41_2025", "lists_version": 1, "coded_at": KNOWN}
    _insert(connection, "coding", id=uuid4(), **own, **codes, **act)
    for n, (subject, sub, profession) in enumerate(told.subjects):
        coded = {"subject": subject, "sub_subject": sub, "profession": profession}
        _insert(connection, "coded_subject", id=uuid4(), **own, position=n, act_id=uuid4(), **coded)
    # What was said before, and is no more, counts nowhere.
    gone = {"subject": "mortuary", "profession": "dental", "replaced_by": uuid4()}
    _insert(connection, "coded_subject", id=uuid4(), **own, position=9, act_id=uuid4(), **gone)


def _finding(connection: psycopg.Connection[Any], own: dict[str, Any], number: int, outcome: str) -> None:
    issue = uuid4()
    raised = {"summary": "Issue", "state": "open", "act_id": uuid4(), "raised_at": KNOWN}
    _insert(connection, "issue", id=issue, **own, number=number, **raised)
    words = dict.fromkeys(("happened", "should_have", "standard", "evidence", "reason"), "Words")
    for version, each in enumerate(("upheld", outcome), start=1):  # found anew: the first does not count
        said = {"act_id": uuid4(), "said_at": KNOWN, "version": version, "outcome": each}
        _insert(connection, "finding", id=uuid4(), **own, issue_id=issue, **words, **said)


def _clock(connection: psycopg.Connection[Any], own: dict[str, Any], told: Told) -> None:
    due = told.received_on + timedelta(days=183)
    _insert(
        connection,
        "clock",
        id=uuid4(),
        **own,
        kind="relevant_period",
        generation=1,
        effect="statutory",
        state="met",
        started_on=told.received_on,
        due_on=due,
        due_at=datetime.combine(due, datetime.min.time(), UTC),
        provisional=False,
        met_on=told.responded_on,
        rungs="[]",
        proof="{}",
    )


def _original(connection: psycopg.Connection[Any], body: Body) -> UUID:
    """Make the complaint that another one reopens: it ended before any year of a test, as exempt."""
    original = Told(received_on=date(2019, 5, 1), stage="exempt")
    write_cases(connection, body, original)
    return original.id


def _insert(connection: psycopg.Connection[Any], table: str, **values: Any) -> None:
    columns = ", ".join(values)
    holes = ", ".join(["%s"] * len(values))
    connection.execute(f"insert into {table} ({columns}) values ({holes})".encode(), tuple(values.values()))
