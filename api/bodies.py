"""Turns away bodies that are too large, of a media type that nothing here reads, or forms from strangers.

FastAPI has a limit of its own, which answers in plain text: here it is a problem like every other.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.identity import InvalidToken, KeysAway, Verifier
from api.joint_door import admitted
from api.part_page import entry
from api.problems import Problem, problem_response
from gateways.part_links import PATH

MEGABYTE: Final = 1024 * 1024
# The longest narrative in its longest spelling is 100,000 astral characters escaped: 1.2 MB.
_JSON: Final = ("application/json", 2 * MEGABYTE)
_FORM: Final = "multipart/form-data"
_MAIL: Final = "message/rfc822"
_JOINT: Final = "/joint/v1/"
# What a page sends. Its longest answer, in its longest spelling, is as long as that of the narrative.
_PAGE: Final = ("application/x-www-form-urlencoded", 2 * MEGABYTE)
# What stands in a form beside the file: boundaries, headers, and the few fields that say what it is.
_AROUND: Final = 64 * 1024
_PARTS: Final = f"{PATH}/"
# Counts of other systems: 20,000 rows of a hundred bytes.
_COUNTS: Final = ("text/csv", 2 * MEGABYTE)
# An event of another installation: thin.
_EVENT: Final = ("application/cloudevents+json", 64 * 1024)
_LARGEST_IMPORT: Final = 50 * MEGABYTE


class Bodies:
    """Wrap an application: each body is of the one media type that its path reads, and within its limit."""

    def __init__(self, app: ASGIApp, largest_file: int, largest_mail: int) -> None:
        self._app = app
        self._mail = (_MAIL, largest_mail)
        self._file = (_FORM, largest_file + _AROUND)
        self._import = (_FORM, _LARGEST_IMPORT + _AROUND)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        media_type, limit = self._expected(scope)
        headers = Headers(scope=scope)
        problem = _declared(headers, media_type, limit)
        if problem is None and media_type == _FORM and scope["method"] == "POST" and scope["path"].startswith(_PARTS):
            page = await entry.turned_away(scope)
            if page is not None:
                await page(scope, receive, send)
                return
        elif problem is None and media_type in (_FORM, _MAIL) and scope["method"] == "POST":
            problem = await self._unknown(scope, headers)
        if problem is not None:
            # Or the server would read on, to the end of what is refused.
            await problem_response(Problem(problem), {"Connection": "close"})(scope, receive, send)
            return
        await self._app(scope, _limited(receive, limit), send)

    async def _unknown(self, scope: Scope, headers: Headers) -> str | None:
        """Return the code of why nothing of a form is read; None where whoever sends it may."""
        if scope["path"].startswith(_JOINT):
            return await _no_speaker(scope, headers)
        return await _stranger(scope["app"].state.parts.verifier, headers)

    def _expected(self, scope: Scope) -> tuple[str, int]:
        """Return the media type and the most bytes of a request's body."""
        # Whatever the method: one that is not known here is answered as such, not for its body.
        if scope["path"].endswith("/files"):
            return self._file
        if scope["path"] == "/v1/imports":
            return self._import
        if scope["path"] == "/v1/insight/csv":
            return _COUNTS
        if scope["path"] == "/v1/intake/emails":
            return self._mail
        if scope["path"].startswith(_JOINT) and "/hooks/" in scope["path"]:
            return _EVENT
        if scope["path"].startswith(("/complain/", "/feedback", _PARTS)):
            return _PAGE
        return _JSON


async def _no_speaker(scope: Scope, headers: Headers) -> str | None:
    """Return the code of what is wrong with the credential of a contribution."""
    code, _, rest = scope["path"].removeprefix(_JOINT).partition("/contributions/")
    scheme, _, shown = headers.get("authorization", "").partition(" ")
    address = scope["client"][0] if scope.get("client") else None
    try:
        contribution_id = UUID(rest.removesuffix("/files"))
        speaks = scheme.lower() == "bearer"
        await admitted(scope["app"].state.parts, address, code, contribution_id, shown if speaks else "")
    except ValueError:
        return "unauthenticated"
    except Problem as problem:
        return problem.code
    return None


async def _stranger(verifier: Verifier, headers: Headers) -> str | None:
    """Return the code of what is wrong with a token. A form is read before a route can ask who sends it: nobody
    without a valid token has us write megabytes to the disk.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return "unauthenticated"
    try:
        await verifier.verify(token)
    except InvalidToken:
        return "unauthenticated"
    except KeysAway:
        return "identity_unavailable"
    return None


def _declared(headers: Headers, media_type: str, limit: int) -> str | None:
    """Return the code of what is wrong with a body as its headers declare it."""
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and (len(length) >= 20 or int(length) > limit):
        return "body_too_large"
    declared = headers.get("content-type")
    if declared is not None and declared.partition(";")[0].strip().lower() != media_type:
        return "unsupported_media_type"
    return None


def _limited(receive: Receive, limit: int) -> Receive:
    """Return a `receive` that counts, for bodies that do not say how long they are."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            # The one exception that passes through the reading of a body unchanged.
            raise HTTPException(413)
        return message

    return limited
