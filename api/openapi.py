"""What the OpenAPI document says beyond the routes: problems, headers, and how to read it."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problems import CODES, MEDIA_TYPE, ProblemDocument, status_and_title
from contracts.failures import Refusal

Responses = dict[int | str, dict[str, Any]]

_REF: Final = "#/components/schemas/ProblemDocument"
_EXAMPLE_INSTANCE: Final = "urn:uuid:019a2037-5e5b-774d-8f3f-f4f0af18ca65"
_RETRY_AFTER: Final = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}

TITLE: Final = "Redress"
DESCRIPTION: Final = """
Durable complaint handling: every deadline kept, everyone kept informed, nothing lost.

**What you say is kept.** Every POST carries an `Idempotency-Key`. Once you have an answer of 200, 201 or 202,
what you said is stored; send the same request again under the same key whenever you are in doubt.

**Three answers to a command.** 200: it took effect, and here is the complaint as it stands. 409: it is not
allowed now, with a stable `code` and what would be allowed. 202: it is stored and no verdict is known yet;
ask at the `Location`. A 202 may still be refused later.

**Versions.** The ETag of a complaint is its version. Send it back in `If-Match` to be refused with 412 when
somebody else was faster.

**Problems** are `application/problem+json` (RFC 9457). Branch on `code`.
"""

TAGS: Final = [
    {
        "name": "complaints",
        "description": "Log a complaint, and see the worklist and each complaint.",
    },
    {
        "name": "commands",
        "description": "Say what happened, and so move a complaint on.",
    },
    {"name": "eligibility", "description": "Whether a complaint is handled, and who may speak in it."},
    {"name": "coding", "description": "Codes for the returns, and the lists they are from."},
    {"name": "work", "description": "Tasks, notices and files."},
    {"name": "casework", "description": "Early resolution, the issues, the investigation and what it lacks."},
    {"name": "people", "description": "Who is part of a complaint, what they need, and what they were told."},
    {"name": "staff", "description": "The staff complained about: told, supported, heard and kept informed."},
    {"name": "serious", "description": "How serious a complaint is, and what runs beside one that is."},
    {"name": "reports", "description": "Figures over all complaints: compiled, kept to the byte, opened, published."},
    {"name": "corrections", "description": "Put mistakes right: nothing is rewritten, every correction is on record."},
    {"name": "submissions", "description": "What became of something that was said."},
    {
        "name": "organisation",
        "description": "Who you are, your people, and your calendar.",
    },
    {"name": "governance", "description": "What leaders do regularly: reports, panels, returns, and their meetings."},
    {"name": "incoming", "description": "Mail that comes in, and what became of it."},
    {"name": "imports", "description": "Moving in: complaints from another system."},
    {"name": "webhooks", "description": "Have the events of complaints sent to a system, signed."},
    {"name": "partners", "description": "Other bodies that we speak with, and the secrets that we share with them."},
    {
        "name": "joint protocol",
        "description": "The door of one contribution, for systems of other bodies, and the hook for what they said.",
    },
    {"name": "own part", "description": "What staff complained about see of it themselves, and say to it."},
    {"name": "operations", "description": "Whether all is well."},
]


def problems(*codes: str) -> Responses:
    """Return the documented responses for problem codes, several to a status."""
    responses: Responses = {}
    for code in codes:
        status, title = status_and_title(code)
        entry = responses.setdefault(
            status,
            {
                "description": "",
                "content": {MEDIA_TYPE: {"schema": {"$ref": _REF}, "examples": {}}},
            },
        )
        entry["description"] = f"{entry['description']} `{code}`: {title}".strip()
        entry["content"][MEDIA_TYPE]["examples"][code] = {"$ref": f"#/components/examples/{code}"}
        if status in (429, 503):
            entry["headers"] = _RETRY_AFTER
        if status == 401:
            entry["headers"] = {
                "WWW-Authenticate": {
                    "description": "Bearer",
                    "schema": {"type": "string"},
                }
            }
    return responses


def _examples() -> dict[str, Any]:
    """Return one example of each problem: a command can be refused for any of hundreds of reasons."""
    codes = (*CODES, *(refusal.value for refusal in Refusal))
    return {code: {"value": _example(code, *status_and_title(code))} for code in sorted(codes)}


def _example(code: str, status: int, title: str) -> dict[str, Any]:
    example: dict[str, Any] = {
        "type": f"urn:redress:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "instance": _EXAMPLE_INSTANCE,
    }
    if code == "invalid_request":
        wrong = {
            "place": "body",
            "pointer": "/receivedOn",
            "code": "missing",
            "detail": "Field required",
        }
        example["errors"] = [wrong]
    if status in (409, 412) and code not in CODES:
        example["allowed"] = ["acknowledgement", "notes"]
    return example


def header(name: str, description: str) -> dict[str, Any]:
    """Return the documentation of a response's header."""
    return {name: {"description": description, "schema": {"type": "string"}}}


A_READ: Final = (
    *("unauthenticated", "identity_unavailable", "forbidden", "unknown_organisation"),
    *("person_inactive", "unavailable", "internal_error"),
    *("invalid_request", "method_not_allowed"),
)
ONE_READ: Final = (*A_READ, "not_found")
A_WRITE: Final = (
    *A_READ,
    *("malformed_body", "idempotency_key_missing", "idempotency_key_reused"),
    *("body_too_large", "unsupported_media_type", "person_needed"),
)
A_COMMAND: Final = (
    *A_WRITE,
    *("not_found", "not_your_complaint"),
    *(refusal.value for refusal in Refusal),
)


def answers(status: int, model: Any, description: str, headers: Any = None) -> Responses:
    """Return the documented response of one status, to be joined with those of problems."""
    entry = {"model": model, "description": description}
    return {status: entry | ({"headers": headers} if headers else {})}


def install(app: FastAPI) -> None:
    """Have the application describe itself, with the schema of problems."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
                tags=TAGS,
            )
            _add_problems(document)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]


def _add_problems(document: dict[str, Any]) -> None:
    schema = ProblemDocument.model_json_schema(
        by_alias=True, mode="serialization", ref_template="#/components/schemas/{model}"
    )
    components = document.setdefault("components", {})
    components["examples"] = _examples()
    schemas = components.setdefault("schemas", {})
    schemas.update(schema.pop("$defs", {}))
    schemas["ProblemDocument"] = schema
