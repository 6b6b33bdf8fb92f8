"""The OpenAPI document: complete enough to generate a client from."""

from __future__ import annotations

from typing import Any

import pytest

from api.problems import MEDIA_TYPE
from tests.described import described

OPEN = {"/health/live", "/health/ready"}
# A mail brings what tells it from others with it: its Message-ID and its content.
# Notify sends no key: what it tells counts once for each notice and state.
_CALLBACKS = {f"/v1/carriers/notify/{{organisation}}/{each}" for each in ("deliveries", "returned-letters")}
# What another body says, and a file of it, bring an id of their own; and its credential either holds or is none.
_DOOR = "/joint/v1/{organisation_code}/contributions/{contribution_id}"
_SHARED = "/joint/v1/{organisation_code}/shared-learning/{shared_id}"
_AT_THE_DOOR = {_DOOR, f"{_DOOR}/messages", f"{_DOOR}/files", _SHARED}
# A webhook of another body shows no token: it is signed, and its event has an id of its own.
_SIGNED = {"/joint/v1/{organisation_code}/hooks/{partner_id}"}
KEYLESS = {"/v1/intake/emails", *_CALLBACKS, *_AT_THE_DOOR, *_SIGNED}


@pytest.fixture
def document() -> dict[str, Any]:
    return described()


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_operation_has_a_name_of_its_own_a_tag_and_words(document: dict[str, Any]) -> None:
    found = operations(document)
    names = [operation["operationId"] for _, _, operation in found]
    assert len(names) == len(set(names)) > 30
    assert all(name.isidentifier() and name[0].islower() and "_" not in name for name in names)
    assert all(operation["tags"] and operation["description"] for _, _, operation in found)
    assert {operation["tags"][0] for _, _, operation in found} == {tag["name"] for tag in document["tags"]}


def test_every_operation_but_health_needs_a_token_and_says_what_happens_without(
    document: dict[str, Any],
) -> None:
    for path, _, operation in operations(document):
        assert bool(operation.get("security")) is (path not in OPEN | _SIGNED), path
        if path not in OPEN:
            turned_away = {"401"} if path in _AT_THE_DOOR | _SIGNED else {"401", "403"}
            assert turned_away | {"500", "503"} <= set(operation["responses"]), path


def test_every_post_demands_an_idempotency_key(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        if method == "post" and path not in KEYLESS:
            headers = {each["name"]: each for each in operation["parameters"] if each["in"] == "header"}
            assert headers["Idempotency-Key"]["required"] is True, path


def test_every_problem_is_a_problem_document_with_an_example_that_fits(document: dict[str, Any]) -> None:
    required = set(document["components"]["schemas"]["ProblemDocument"]["required"])
    shared = document["components"]["examples"]
    for path, _, operation in operations(document):
        for status, response in operation["responses"].items():
            if int(status) < 400 or (path == "/health/ready" and status == "503"):
                continue
            assert set(response["content"]) == {MEDIA_TYPE}, (path, status)
            examples = response["content"][MEDIA_TYPE]["examples"]
            for code, named in examples.items():
                assert named == {"$ref": f"#/components/examples/{code}"}, (path, status)
                example = shared[code]
                assert required <= set(example["value"]), (path, code)
                assert (example["value"]["code"], example["value"]["status"]) == (code, int(status))


def test_every_success_has_a_schema_and_commands_name_their_headers(document: dict[str, Any]) -> None:
    for path, _, operation in operations(document):
        for status in {"200", "201", "202"} & set(operation["responses"]):
            assert operation["responses"][status]["content"], (path, status)
    logged = document["paths"]["/v1/complaints"]["post"]["responses"]["201"]
    assert "Location" in logged["headers"]
    command = document["paths"]["/v1/complaints/{reference}/acknowledgement"]["post"]["responses"]
    assert "ETag" in command["200"]["headers"]
    assert "Location" in command["202"]["headers"]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def walk(node: Any) -> None:
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str):
                kind, name = reference.removeprefix("#/components/").split("/")
                assert name in document["components"][kind]
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(document)
