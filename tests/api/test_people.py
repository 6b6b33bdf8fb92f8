"""People, appointments, absences, divisions and teams through the API: who may change them, and what is refused."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.fakes import FixedClock
from tests.api.people import ROLES, Organisation, Tokens, a_complaint

Connection = psycopg.Connection[Any]
TODAY, TOMORROW, YESTERDAY = "2026-11-18", "2026-11-19", "2026-11-17"


@dataclass
class Bureau:
    """An organisation of one test, and its complaints manager at work."""

    client: httpx2.AsyncClient
    tokens: Tokens
    organisation: Organisation

    def id(self, subject: str) -> str:
        return str(self.organisation.person(subject))

    async def post(
        self, path: str, json: Any = None, *, role: str = "complaints_manager", key: str | None = None
    ) -> httpx2.Response:
        headers = self.tokens.headers(role, organisation=self.organisation.id, key=key)
        more = {} if json is None else {"json": json}
        return await self.client.post(path, headers=headers, **more)

    async def get(self, path: str, role: str = "complaints_manager") -> Any:
        answer = await self.client.get(path, headers=self.tokens.headers(role, organisation=self.organisation.id))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def made(self, path: str, json: Any = None) -> dict[str, Any]:
        answer = await self.post(path, json)
        assert answer.status_code in (200, 201), answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def unit(self, kind: str = "team", **more: Any) -> str:
        body = {"kind": kind, "code": f"u{uuid4().hex[:8]}", "name": "Surgery"} | more
        return str((await self.made("/v1/units", body))["id"])

    def person(self, subject: str) -> str:
        return f"/v1/people/{self.id(subject)}"


@pytest.fixture
def make_bureau(client: httpx2.AsyncClient, tokens: Tokens, migrator: Connection) -> Any:
    def make() -> Bureau:
        organisation = Organisation(f"B{uuid4().hex[:8].upper()}")
        organisation.insert(migrator)
        return Bureau(client, tokens, organisation)

    return make


@pytest.fixture
def bureau(make_bureau: Any) -> Bureau:
    found: Bureau = make_bureau()
    return found


def problem(answer: httpx2.Response) -> tuple[int, str, str | None]:
    """Return the status of a problem, its code, and the code of its first error."""
    document = answer.json()
    errors = document.get("errors")
    return answer.status_code, document["code"], f"{errors[0]['pointer']} {errors[0]['code']}" if errors else None


def invalid(pointer: str, code: str) -> tuple[int, str, str]:
    return 422, "invalid_request", f"{pointer} {code}"


NEW = {"subject": "ines.marlow", "name": "Ines Marlow", "email": "ines@example.org"}


async def test_somebody_is_added_once_under_a_key_corrected_and_listed(bureau: Bureau) -> None:
    first = await bureau.post("/v1/people", NEW, key="k1")
    again = await bureau.post("/v1/people", NEW, key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    other = await bureau.post("/v1/people", NEW | {"name": "Else"}, key="k1")
    assert problem(other) == (422, "idempotency_key_reused", None)
    assert problem(await bureau.post("/v1/people", NEW)) == invalid("/subject", "taken")
    where = first.headers["location"]
    corrected = await bureau.made(f"{where}/details", {"name": "Inés Marlow"})
    assert (corrected["name"], corrected["email"]) == ("Inés Marlow", None)
    listed = {each["id"]: each for each in (await bureau.get("/v1/people"))["items"]}
    assert listed[first.json()["id"]] == corrected == await bureau.get(where)
    assert len(listed) == len(ROLES) + 2  # with somebody who left
    unseen = await bureau.get(where, "operator")
    assert (unseen["name"], unseen["email"], unseen["subject"]) == (None, None, None)


async def test_a_repeat_of_a_correction_changes_nothing_a_second_time(bureau: Bureau) -> None:
    where = f"{bureau.person('handler')}/details"
    await bureau.post(where, {"name": "One"}, key="first")
    await bureau.post(where, {"name": "Two"})
    repeated = await bureau.post(where, {"name": "One"}, key="first")
    assert (repeated.status_code, repeated.json()["name"]) == (200, "Two")
    # The same key for another person is another request.
    elsewhere = await bureau.post(f"{bureau.person('auditor')}/details", {"name": "One"}, key="first")
    assert problem(elsewhere) == (422, "idempotency_key_reused", None)
    events = (await bureau.get("/v1/office-events"))["items"]
    assert [event["kind"] for event in events] == ["person.corrected"] * 2


async def test_two_who_add_the_same_person_at_once_add_one(bureau: Bureau) -> None:
    answers = await asyncio.gather(*(bureau.post("/v1/people", NEW, key=key) for key in ("a", "a", "b")))
    assert sorted(answer.status_code for answer in answers) in ([201, 201, 422], [201, 422, 422])
    people = (await bureau.get("/v1/people"))["items"]
    assert [each["subject"] for each in people].count(NEW["subject"]) == 1


async def test_only_those_who_may_appoint_change_the_office_and_as_a_person(bureau: Bureau) -> None:
    paths = [
        "/v1/people",
        f"{bureau.person('handler')}/details",
        f"{bureau.person('handler')}/appointments",
        f"{bureau.person('handler')}/appointments/{uuid4()}/end",
        f"{bureau.person('handler')}/account-end",
        f"{bureau.person('handler')}/account-return",
        f"{bureau.person('handler')}/absences",
        f"{bureau.person('handler')}/absences/{uuid4()}/end",
        f"{bureau.person('handler')}/absences/{uuid4()}/cancellation",
        "/v1/units",
        f"/v1/units/{uuid4()}/details",
        f"/v1/units/{uuid4()}/retirement",
    ]
    for role in set(ROLES) - {"complaints_manager", "responsible_person"}:
        for path in paths:
            assert problem(await bureau.post(path, {}, role=role))[:2] == (403, "forbidden"), (role, path)
    stranger = bureau.tokens.headers("complaints_manager", organisation=bureau.organisation.id, subject="nobody")
    answer = await bureau.client.post("/v1/people", json=NEW, headers=stranger)
    assert problem(answer)[:2] == (403, "person_needed")
    assert (await bureau.post("/v1/people", NEW, role="responsible_person")).status_code == 201


async def test_the_ledger_says_who_did_what_a_page_at_a_time_and_holds_no_names(bureau: Bureau) -> None:
    await bureau.made("/v1/people", NEW)
    unit = await bureau.unit()
    held = {"role": "member", "unitId": unit, "startsOn": TODAY}
    appointment = await bureau.made(f"{bureau.person('handler')}/appointments", held)
    first = await bureau.get("/v1/office-events?limit=2")
    rest = await bureau.get(f"/v1/office-events?limit=2&cursor={first['next']}", "auditor")
    events = first["items"] + rest["items"]
    assert rest["next"] is None
    assert [event["kind"] for event in events] == ["appointment.added", "unit.added", "person.added"]
    assert events[0]["subjectId"] == appointment["id"]
    assert events[0]["data"] == {
        "person_id": bureau.id("handler"),
        "role": "member",
        "unit_id": unit,
        "starts_on": TODAY,
        "ends_on": None,
    }
    assert {event["actorId"] for event in events} == {bureau.id("complaints_manager")}
    assert "Marlow" not in str(events) and "Surgery" not in str(events) and "ines" not in str(events)
    headers = bureau.tokens.headers("handler", organisation=bureau.organisation.id)
    assert (await bureau.client.get("/v1/office-events", headers=headers)).status_code == 403


async def test_the_ledger_cannot_be_rewritten(bureau: Bureau, migrator: Connection) -> None:
    await bureau.made("/v1/people", NEW)
    with pytest.raises(psycopg.errors.RestrictViolation):
        migrator.execute("update office_event set role = 'x' where organisation_id = %s", (bureau.organisation.id,))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"role": "king", "startsOn": TODAY}, "/role literal_error"),
        ({"role": "handler", "startsOn": TODAY, "endsOn": YESTERDAY}, "/endsOn ends_before_start"),
        ({"role": "handler", "startsOn": YESTERDAY, "endsOn": YESTERDAY}, "/endsOn date_in_past"),
        ({"role": "team_lead", "startsOn": TODAY}, "/unitId missing"),
        ({"role": "handler", "startsOn": TODAY, "unitId": str(uuid4())}, "/unitId no_unit_role"),
        ({"role": "member", "startsOn": TODAY, "unitId": str(uuid4())}, "/unitId unknown_team"),
        ({"role": "handler"}, "/startsOn missing"),
    ],
)
async def test_an_appointment_that_makes_no_sense_is_refused(bureau: Bureau, body: Any, error: str) -> None:
    answer = await bureau.post(f"{bureau.person('handler')}/appointments", body)
    assert problem(answer) == (422, "invalid_request", error)


async def test_appointments_begin_and_end_by_the_day_and_two_may_hold_an_office(bureau: Bureau) -> None:
    path = f"{bureau.person('handler')}/appointments"
    office = {"role": "responsible_person", "startsOn": TODAY}  # somebody else holds it since 2020
    held = await bureau.made(path, office)
    assert problem(await bureau.post(path, office)) == invalid("/role", "held_already")
    end = f"{path}/{held['id']}/end"
    assert problem(await bureau.post(end, {"endsOn": YESTERDAY})) == invalid("/endsOn", "ends_before_start")
    assert (await bureau.made(end, {"endsOn": "2026-12-31"}))["endsOn"] == "2026-12-31"
    assert problem(await bureau.post(end, {"endsOn": "2027-01-01"})) == invalid("/endsOn", "date_not_earlier")
    assert (await bureau.made(path, office | {"startsOn": "2027-01-01"}))["endsOn"] is None
    elsewhere = f"{bureau.person('auditor')}/appointments/{held['id']}/end"
    assert problem(await bureau.post(elsewhere, {"endsOn": TODAY}))[:2] == (404, "not_found")


async def test_what_has_ended_is_not_ended_again(bureau: Bureau, clock: FixedClock) -> None:
    path = f"{bureau.person('handler')}/appointments"
    held = await bureau.made(path, {"role": "investigator", "startsOn": YESTERDAY, "endsOn": TODAY})
    clock.instant = clock.instant.replace(day=19)
    answer = await bureau.post(f"{path}/{held['id']}/end", {"endsOn": TOMORROW})
    assert problem(answer) == (409, "already_ended", None)
    answer = await bureau.post(f"{bureau.person('leaver')}/appointments", {"role": "handler", "startsOn": TOMORROW})
    assert problem(answer) == (409, "person_gone", None)


async def test_an_absence_is_covered_ended_early_and_cancelled(bureau: Bureau, clock: FixedClock) -> None:
    path = f"{bureau.person('handler')}/absences"
    leave = {"startsOn": YESTERDAY, "endsOn": "2026-11-27", "coverId": bureau.id("investigator")}
    away = await bureau.made(path, leave)
    for overlapping in ({"startsOn": "2026-11-27", "endsOn": "2026-12-01"}, {"startsOn": TODAY, "endsOn": TODAY}):
        assert problem(await bureau.post(path, overlapping)) == invalid("/startsOn", "overlaps")
    later = await bureau.made(path, {"startsOn": "2026-11-28", "endsOn": "2026-11-30"})
    assert problem(await bureau.post(f"{path}/{away['id']}/cancellation")) == (409, "already_begun", None)
    end = f"{path}/{away['id']}/end"
    assert problem(await bureau.post(end, {"endsOn": "2026-11-28"})) == invalid("/endsOn", "date_not_earlier")
    assert (await bureau.made(end, {"endsOn": YESTERDAY}))["endsOn"] == YESTERDAY  # back today
    assert problem(await bureau.post(end, {"endsOn": YESTERDAY})) == (409, "already_ended", None)
    assert (await bureau.made(path, {"startsOn": TODAY, "endsOn": TODAY}))["coverId"] is None
    assert (await bureau.made(f"{path}/{later['id']}/cancellation"))["cancelled"] is True
    assert problem(await bureau.post(f"{path}/{later['id']}/cancellation")) == (409, "already_ended", None)
    assert (await bureau.post(path, {"startsOn": "2026-11-28", "endsOn": "2026-11-30"})).status_code == 201
    shown = await bureau.get(bureau.person("handler"))
    assert (shown["absences"][0]["startsOn"], shown["absences"][0]["cancelled"]) == (YESTERDAY, False)
    assert len(shown["absences"]) == 4


async def test_an_absence_that_began_long_ago_is_not_ended_in_the_past(bureau: Bureau) -> None:
    path = f"{bureau.person('handler')}/absences"
    away = await bureau.made(path, {"startsOn": "2026-11-01", "endsOn": "2026-11-27"})
    answer = await bureau.post(f"{path}/{away['id']}/end", {"endsOn": "2026-11-16"})
    assert problem(answer) == invalid("/endsOn", "date_in_past")
    past = await bureau.post(path, {"startsOn": "2026-10-01", "endsOn": "2026-10-02"})
    assert problem(past) == invalid("/endsOn", "date_in_past")


async def test_nobody_of_another_organisation_covers_leads_or_is_touched(bureau: Bureau, make_bureau: Any) -> None:
    other: Bureau = make_bureau()
    unit, division = await other.unit(), await other.unit("division")
    absences = f"{bureau.person('handler')}/absences"
    leave = {"startsOn": TODAY, "endsOn": TODAY}
    for cover, code in (
        (other.id("handler"), "unknown_person"),
        (bureau.id("leaver"), "unknown_person"),
        (bureau.id("handler"), "same_person"),
    ):
        assert problem(await bureau.post(absences, leave | {"coverId": cover})) == invalid("/coverId", code)
    lead = {"role": "team_lead", "unitId": unit, "startsOn": TODAY}
    answer = await bureau.post(f"{bureau.person('handler')}/appointments", lead)
    assert problem(answer) == invalid("/unitId", "unknown_team")
    answer = await bureau.post("/v1/units", {"kind": "team", "code": "t", "name": "T", "divisionId": division})
    assert problem(answer) == invalid("/divisionId", "unknown_team")
    held = await other.made(f"{other.person('handler')}/appointments", {"role": "handler", "startsOn": TODAY})
    theirs = await other.made(f"{other.person('handler')}/absences", leave)
    for path, body in (
        (other.person("handler") + "/details", {"name": "Mine"}),
        (other.person("handler") + "/appointments", {"role": "handler", "startsOn": TODAY}),
        (other.person("handler") + f"/appointments/{held['id']}/end", {"endsOn": TODAY}),
        (bureau.person("handler") + f"/appointments/{held['id']}/end", {"endsOn": TODAY}),
        (other.person("handler") + "/absences", leave),
        (other.person("handler") + f"/absences/{theirs['id']}/cancellation", None),
        (other.person("handler") + "/account-end", None),
        (other.person("handler") + "/account-return", None),
        (f"/v1/units/{unit}/details", {"name": "Mine"}),
        (f"/v1/units/{unit}/retirement", None),
    ):
        assert problem(await bureau.post(path, body))[:2] == (404, "not_found"), path
    kinds = [event["kind"] for event in (await bureau.get("/v1/office-events"))["items"]]
    assert kinds == []
    assert other.id("handler") not in str(await bureau.get("/v1/people"))


async def test_units_are_renamed_moved_and_shown_with_the_organisation(bureau: Bureau) -> None:
    division = await bureau.unit("division", code="surgery")
    team = await bureau.unit(code="pals")
    same = await bureau.post("/v1/units", {"kind": "team", "code": "pals", "name": "Again"})
    assert problem(same) == invalid("/code", "taken")
    moved = await bureau.made(f"/v1/units/{team}/details", {"name": "PALS", "divisionId": division})
    assert (moved["name"], moved["divisionId"], moved["code"]) == ("PALS", division, "pals")
    nested = await bureau.post(f"/v1/units/{division}/details", {"name": "Surgery", "divisionId": division})
    assert problem(nested) == invalid("/divisionId", "not_a_team")
    as_division = await bureau.post(f"/v1/units/{team}/details", {"name": "PALS", "divisionId": team})
    assert problem(as_division) == invalid("/divisionId", "unknown_team")
    units = (await bureau.get("/v1/organisation", "handler"))["units"]
    assert {unit["code"]: unit["kind"] for unit in units} == {"surgery": "division", "pals": "team"}


async def test_a_unit_is_retired_only_when_nothing_belongs_to_it(
    bureau: Bureau, app: FastAPI, migrator: Connection
) -> None:
    division = await bureau.unit("division")
    team = await bureau.unit(divisionId=division)
    path = f"{bureau.person('handler')}/appointments"
    held = await bureau.made(path, {"role": "member", "unitId": team, "startsOn": TODAY})
    logged = await bureau.made("/v1/complaints", a_complaint(teamId=team))
    await app.state.parts.starts.idle()
    migrator.execute("update complaint set team_id = %s where id = %s", (team, logged["id"]))
    answer = await bureau.post(f"/v1/units/{team}/retirement")
    assert (*problem(answer), answer.json()["count"]) == (409, "unit_in_use", None, 2)
    assert (await bureau.post(f"/v1/units/{division}/retirement")).json()["count"] == 1
    shown = await bureau.get(f"/v1/complaints/{logged['reference']}")
    assert (shown["owner"], shown["team"]["id"], shown["division"]) == (None, team, None)
    (line,) = (await bureau.get("/v1/complaints"))["items"]
    assert (line["owner"], line["team"]["name"]) == (None, "Surgery")
    migrator.execute("update complaint set open = false where id = %s", (logged["id"],))
    await bureau.made(f"{path}/{held['id']}/end", {"endsOn": TODAY})
    assert (await bureau.post(f"/v1/units/{team}/retirement")).json()["count"] == 1  # until the end of today
    migrator.execute(
        "update appointment set starts_on = '2026-01-01', ends_on = %s where id = %s", (YESTERDAY, held["id"])
    )
    assert (await bureau.made(f"/v1/units/{team}/retirement"))["active"] is False
    assert problem(await bureau.post(f"/v1/units/{team}/retirement")) == (409, "already_ended", None)
    gone = await bureau.post(path, {"role": "member", "unitId": team, "startsOn": TODAY})
    assert problem(gone) == invalid("/unitId", "unknown_team")
    assert (await bureau.made(f"/v1/units/{division}/retirement"))["active"] is False
    assert (await bureau.get("/v1/organisation"))["units"] == []


async def test_an_account_ends_only_when_no_open_case_is_left(
    bureau: Bureau, app: FastAPI, migrator: Connection
) -> None:
    for _ in range(2):
        await bureau.made("/v1/complaints", a_complaint(ownerId=bureau.id("handler")))
    await app.state.parts.starts.idle()
    path = f"{bureau.person('handler')}/appointments"
    await bureau.made(path, {"role": "handler", "startsOn": "2026-01-01"})
    await bureau.made(path, {"role": "investigator", "startsOn": "2027-01-01"})
    end = f"{bureau.person('handler')}/account-end"
    refused = await bureau.post(end, key="end")
    assert (*problem(refused), refused.json()["count"]) == (409, "cases_left", None, 2)
    migrator.execute("update complaint set open = false where owner_id = %s", (bureau.id("handler"),))
    ended = await bureau.post(end, key="end")
    assert (ended.status_code, ended.json()["active"]) == (200, False)
    assert {each["role"]: each["endsOn"] for each in ended.json()["appointments"]} == {
        "handler": TODAY,
        "investigator": "2027-01-01",
    }
    assert (await bureau.post(end, key="end")).json() == ended.json()
    assert problem(await bureau.post(end)) == (409, "person_gone", None)
    headers = bureau.tokens.headers("handler", organisation=bureau.organisation.id)
    assert problem(await bureau.client.get("/v1/people", headers=headers))[:2] == (403, "person_inactive")


async def test_a_complaint_is_given_to_nobody_and_nothing_of_another_organisation(
    bureau: Bureau, make_bureau: Any, app: FastAPI, migrator: Connection
) -> None:
    other: Bureau = make_bureau()
    team, division = await bureau.unit(), await bureau.unit("division")
    reference = (await bureau.made("/v1/complaints", a_complaint()))["reference"]
    await app.state.parts.starts.idle()
    owner = f"/v1/complaints/{reference}/owner"
    for said, error in (
        ({"ownerId": other.id("handler")}, "/ownerId unknown_owner"),
        ({"ownerId": bureau.id("leaver")}, "/ownerId unknown_owner"),
        ({"ownerId": None, "teamId": await other.unit()}, "/teamId unknown_team"),
        ({"ownerId": None, "teamId": division}, "/teamId unknown_team"),
        ({"ownerId": None, "divisionId": team}, "/divisionId unknown_team"),
        ({"teamId": team}, "/ownerId missing"),
    ):
        assert problem(await bureau.post(owner, said)) == (422, "invalid_request", error)
        if "ownerId" in said:
            logged = await bureau.post("/v1/complaints", a_complaint(**said))
            assert problem(logged) == (422, "invalid_request", error)
    kinds = migrator.execute(
        "select kind from submission where organisation_id = %s", (bureau.organisation.id,)
    ).fetchall()
    assert kinds == [("log",)]  # what was refused at the door was not stored
    given = {"ownerId": bureau.id("handler"), "teamId": team, "divisionId": division, "handover": "Ring first."}
    assert (await bureau.post(owner, given, key="given")).status_code == 200
    assert (await bureau.post(owner, {"ownerId": None})).status_code == 200
    # Who asks again under the key is told what was said then, though the new owner has left since.
    migrator.execute("update person set active = false where id = %s", (bureau.id("handler"),))
    assert (await bureau.post(owner, given, key="given")).status_code == 200


async def test_my_tasks_are_those_of_whom_i_cover_too_while_they_are_away(
    bureau: Bureau, app: FastAPI, migrator: Connection, clock: FixedClock
) -> None:
    complaint = (await bureau.made("/v1/complaints", a_complaint()))["id"]
    await app.state.parts.starts.idle()
    for whose, about in (("investigator", complaint), ("handler", complaint), ("handler", None)):
        migrator.execute(
            "insert into task (id, organisation_id, complaint_id, kind, role, assignee_id, act_id, state, raised_at)"
            " values (gen_random_uuid(), %s, %s, 'release_draft', 'owner', %s, gen_random_uuid(), 'open', %s)",
            (bureau.organisation.id, about, bureau.id(whose), clock.instant),
        )

    async def mine() -> list[tuple[str, str | None, bool]]:
        items = (await bureau.get("/v1/tasks", "handler"))["items"]
        return sorted(
            ((each["assigneeId"], each["coveringFor"], each["reference"] is None) for each in items),
            key=str,
        )

    own = [(bureau.id("handler"), None, False), (bureau.id("handler"), None, True)]
    assert await mine() == sorted(own, key=str)
    leave = {"startsOn": TODAY, "endsOn": TOMORROW, "coverId": bureau.id("handler")}
    away = await bureau.made(f"{bureau.person('investigator')}/absences", leave)
    theirs = (bureau.id("investigator"), bureau.id("investigator"), False)
    assert await mine() == sorted([*own, theirs], key=str)
    await bureau.made(f"{bureau.person('investigator')}/absences/{away['id']}/cancellation")
    assert await mine() == sorted(own, key=str)


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("appointments", {"role": "handler", "startsOn": TODAY, "endsOn": TODAY}),
        ("absences", {"startsOn": TODAY, "endsOn": TODAY}),
    ],
)
async def test_a_repeat_after_midnight_gets_the_first_answer(
    bureau: Bureau, clock: FixedClock, what: str, body: dict[str, Any]
) -> None:
    first = await bureau.post(f"{bureau.person('handler')}/{what}", body, key="today")
    clock.instant += timedelta(days=1)
    again = await bureau.post(f"{bureau.person('handler')}/{what}", body, key="today")
    assert (again.status_code, again.json()) == (201, first.json())
    new = await bureau.post(f"{bureau.person('handler')}/{what}", body, key="tomorrow")
    assert problem(new) == invalid("/endsOn", "date_in_past")


async def test_somebody_who_comes_back_has_their_account_again_and_no_appointment(bureau: Bureau) -> None:
    person = bureau.person("investigator")
    await bureau.made(person + "/appointments", {"role": "investigator", "startsOn": TODAY})
    assert problem(await bureau.post(person + "/account-return"))[:2] == (409, "still_here")
    assert (await bureau.made(person + "/account-end"))["active"] is False
    back = await bureau.made(person + "/account-return")
    assert back["active"] is True
    assert [held["endsOn"] for held in back["appointments"]] == [TODAY]
    kinds = [event["kind"] for event in (await bureau.get("/v1/office-events"))["items"]]
    assert kinds.count("account.returned") == 1
