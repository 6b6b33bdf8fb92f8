"""Roles: who may do what, over the whole table, and who sees words."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from api.permissions import GRANTS, NEEDED, Permission, Role
from api.said_at import SAID_AT
from contracts.commands import CommandKind
from tests.api.people import ACORN, BIRCH, ROLES, Tokens, a_complaint

MACHINE_ONLY = {
    *(CommandKind.NOTICE_OUTCOME, CommandKind.REDATE, CommandKind.IMPORT, CommandKind.HEAR_LEAD),
    CommandKind.HAND_OVER_ACTIONS,
}

MAY: dict[str, set[str]] = {
    "log": {"case_system", "handler", "complaints_manager", "responsible_person", "system"},
    "drive": {"case_system", "handler", "complaints_manager", "responsible_person"},
    "write": {
        *("case_system", "handler", "investigator", "complaints_manager"),
        *("responsible_person", "senior_leader"),
    },
    "work": set(ROLES) - {"auditor"},
    "approve": {"complaints_manager", "responsible_person"},
    "decide": {"complaints_manager", "responsible_person"},
    "investigate": {"handler", "investigator", "complaints_manager", "responsible_person"},
    "hold": {"complaints_manager", "responsible_person", "senior_leader"},
    "take_in_hand": {"handler", "investigator", "complaints_manager", "responsible_person", "senior_leader"},
    "release": {"handler", "complaints_manager", "responsible_person"},
    "draft": {"handler", "investigator", "complaints_manager", "responsible_person", "senior_leader"},
    "sign": {"handler", "complaints_manager", "responsible_person", "senior_leader"},
    "read": set(ROLES),
    "read_words": set(ROLES) - {"operator"},
    "propose_calendar": {"complaints_manager", "operator"},
    "decide_calendar": {"complaints_manager", "responsible_person", "operator"},
    "change_nation": {"operator"},
    "export": {"complaints_manager", "auditor"},
    "appoint": {"complaints_manager", "responsible_person"},
    "see_office": {"complaints_manager", "responsible_person", "auditor"},
    "see_caseload": {"complaints_manager", "responsible_person"},
    "tidy_filters": {"complaints_manager"},
    "see_attention": {"complaints_manager", "responsible_person", "operator"},
    "see_digest": {"complaints_manager", "responsible_person", "senior_leader", "auditor"},
    "see_reports": {"complaints_manager", "responsible_person", "senior_leader", "auditor"},
    "compile": {"complaints_manager", "responsible_person"},
    "govern": {"complaints_manager", "responsible_person", "senior_leader"},
    "operate": {"operator"},
    "subscribe": {"case_system", "complaints_manager", "operator"},
    "import": {"complaints_manager", "operator"},
    "speak_as_body": {"body"},
    "own_part": (set(ROLES) - {"case_system"}) | {"colleague"},
}


def test_the_table_of_permissions_is_the_one_that_was_decided() -> None:
    found = {permission.value: {role.value for role in Role if permission in GRANTS[role]} for permission in Permission}
    assert found == MAY


def test_everything_that_people_can_say_needs_a_permission_and_has_an_address() -> None:
    assert set(NEEDED) == set(CommandKind) - MACHINE_ONLY
    assert set(SAID_AT) == set(NEEDED) - {CommandKind.LOG, CommandKind.FROM_BODY}  # said at a door of its own


_ANY_ID: defaultdict[str, UUID] = defaultdict(lambda: ACORN.id)
POSTS: list[tuple[str, str]] = [
    ("log", "/v1/complaints"),
    ("log", "{complaint}/reopening"),
    *(
        (NEEDED[kind].value, "{complaint}/" + path.format_map(_ANY_ID))
        for kind, path in SAID_AT.items()
        if kind is not CommandKind.ATTACH_FILE
    ),
    ("operate", "{complaint}/resumption"),
    ("operate", f"/v1/submissions/{ACORN.id}/retry"),
]


@pytest.fixture
async def complaint(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> str:
    logged = await client.post("/v1/complaints", json=a_complaint(), headers=tokens.headers("handler"))
    await app.state.parts.starts.idle()
    return str(logged.headers["location"])


async def test_a_role_that_may_not_is_told_so_before_its_body_is_looked_at(
    client: httpx2.AsyncClient, tokens: Tokens, complaint: str
) -> None:
    for needs, path in POSTS:
        for role in ROLES:
            answer = await client.post(path.format(complaint=complaint), json={"x": 1}, headers=tokens.headers(role))
            forbidden = answer.status_code == 403 and answer.json()["code"] == "forbidden"
            assert forbidden is (role not in MAY[needs]), (path, role, answer.text)


async def test_roles_that_are_not_known_allow_nothing(client: httpx2.AsyncClient, tokens: Tokens) -> None:
    answer = await client.get("/v1/complaints", headers=tokens.headers("superuser", subject="handler"))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_words_are_released_and_signed_by_a_person_and_never_by_a_stranger(
    client: httpx2.AsyncClient, tokens: Tokens, complaint: str
) -> None:
    stranger = {"subject": "nobody-we-know"}
    release = await client.post(
        f"{complaint}/notices/{ACORN.id}/release",
        json={},
        headers=tokens.headers("complaints_manager", **stranger),
    )
    assert (release.status_code, release.json()["code"]) == (403, "person_needed")
    logged = await client.post("/v1/complaints", json=a_complaint(), headers=tokens.headers("case_system", **stranger))
    assert logged.status_code == 201


async def test_an_operator_sees_ids_and_codes_but_no_words_and_no_names(
    client: httpx2.AsyncClient, tokens: Tokens, complaint: str
) -> None:
    headers = tokens.headers("operator")
    paths = ("", "/timeline", "/clocks", "/tasks", "/notices", "/files", "/notes")
    answers = [await client.get(complaint + path, headers=headers) for path in paths]
    answers.append(await client.get("/v1/complaints", headers=headers))
    answers.append(await client.get("/v1/organisation", headers=headers))
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    together = "".join(answer.text for answer in answers)
    for word in ("Una", "hearing aids", "handler of ACORN"):
        assert word not in together
    assert answers[0].json()["words"] is None


async def test_the_organisation_says_who_i_am_and_who_works_here(client: httpx2.AsyncClient, tokens: Tokens) -> None:
    shown: dict[str, Any] = (await client.get("/v1/organisation", headers=tokens.headers("complaints_manager"))).json()
    assert shown["me"]["personId"] == str(ACORN.person("complaints_manager"))
    assert "sign" in shown["me"]["permissions"]
    people = {person["id"]: person for person in shown["people"]}
    held = people[str(ACORN.person("responsible_person"))]["appointments"]
    assert held == [{"role": "responsible_person", "unitId": None, "startsOn": "2020-01-01", "endsOn": None}]
    assert str(BIRCH.person("handler")) not in people
