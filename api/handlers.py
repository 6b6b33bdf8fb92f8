"""What every failure becomes: exception in, problem document out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from psycopg import OperationalError as DriverError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from api.problems import FieldError, Problem, problem_response

_CODES: Final = {
    400: "malformed_body",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
}

# Messages of these kinds hold facts of our schema and nothing of what was sent.
_SAFE: Final = frozenset(
    {
        "missing",
        "string_type",
        "string_too_long",
        "string_too_short",
        "string_unicode",
        "bool_type",
        "int_type",
        "literal_error",
        "enum",
        "greater_than_equal",
        "less_than_equal",
        "value_error",
    }
)
_OUR_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}")


def install(app: FastAPI) -> None:
    """Have every failure of an application answered with a problem document."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for away in (OperationalError, InterfaceError, PoolTimeout, DriverError):
        app.add_exception_handler(away, _unavailable)
    app.add_exception_handler(DBAPIError, _database)


async def _problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem_response(problem)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "internal_error")
    headers = dict(error.headers or {})
    if code == "method_not_allowed":
        methods = _methods(request)
        if methods:
            headers["Allow"] = ", ".join(sorted(methods))
    return problem_response(Problem(code), headers)


def _methods(request: Request) -> set[str]:
    """Return every method that an address knows; the router itself names those of one route only."""
    paths = request.app.openapi()["paths"]
    return {
        method.upper()
        for template, operations in paths.items()
        if compile_path(template)[0].match(request.url.path)
        for method in operations
    }


async def _unavailable(request: Request, error: Exception) -> Response:
    return problem_response(Problem("unavailable"))


async def _database(request: Request, error: Exception) -> Response:
    """Tell a connection that broke in mid-statement from a fault of ours."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return problem_response(Problem("unavailable"))
    raise error


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return problem_response(Problem("malformed_body"))
    if any(_is_missing_key(each) for each in found):
        return problem_response(Problem("idempotency_key_missing"))
    return problem_response(Problem("invalid_request", errors=[_field(each) for each in found]))


def _is_missing_key(error: Any) -> bool:
    place, *rest = error["loc"]
    return bool(place == "header" and error["type"] == "missing" and rest and str(rest[0]).lower() == "idempotency-key")


def _field(error: Any) -> FieldError:
    place, *rest = error["loc"]
    kind = str(error["type"])
    if kind == "extra_forbidden":
        detail = "This name is not known here."
        # An unknown name is the caller's own text: shown only while it looks like a name of ours.
        rest = rest if _OUR_NAME.fullmatch(str(rest[-1])) else rest[:-1]
    elif kind in _SAFE:
        detail = str(error["msg"]).removeprefix("Value error, ")
    else:
        detail = "This is not valid."
    return FieldError(place=str(place), pointer=_pointer(_in_document(rest)), code=kind, detail=detail)


def _in_document(parts: Sequence[str | int]) -> list[str | int]:
    """Leave out which of the kinds of correction was meant: pydantic names it in the place, the document does not."""
    return [part for number, part in enumerate(parts) if number == 0 or parts[number - 1] != "correction"]


def _pointer(parts: Sequence[str | int]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
