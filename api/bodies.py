"""Turns away bodies that are too large, or of a media type that nothing here reads.

FastAPI has a limit of its own, which answers in plain text: here it is a problem like every other.
"""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.attachments import LARGEST_REQUEST
from api.problems import Problem, problem_response

# The longest narrative in its longest spelling is 100,000 astral characters escaped: 1.2 MB.
_LARGEST_JSON: Final = 2 * 1024 * 1024
_JSON: Final = ("application/json", _LARGEST_JSON)
_FILE: Final = ("multipart/form-data", LARGEST_REQUEST)


class Bodies:
    """Wrap an application: files come as a form, everything else as JSON, each within its limit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_file = scope["method"] == "POST" and scope["path"].endswith("/files")
        media_type, limit = _FILE if is_file else _JSON
        problem = _declared(Headers(scope=scope), media_type, limit)
        if problem is not None:
            await problem_response(Problem(problem))(scope, receive, send)
            return
        await self._app(scope, _limited(receive, limit), send)


def _declared(headers: Headers, media_type: str, limit: int) -> str | None:
    """Return the code of what is wrong with a body as its headers declare it."""
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and len(length) < 20 and int(length) > limit:
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
