"""People at the API: they log complaints and add notes over HTTP, and watch until a complaint is opened."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import httpx2
import psycopg

from policies.calendars import local_date

_LOOK_AGAIN = 0.01
_SETTLED = "select id, state from submission where id = any(%s) and state <> 'pending'"
_UNFINISHED = (
    "select (select count(*) from submission where state = 'pending')"
    " + (select count(*) from notice where state = 'queued')"
)


class Unexpected(RuntimeError):
    """The API or a complaint did something else than was measured."""


class Callers:
    """Send requests, and look into the database for what became of them."""

    def __init__(self, http: httpx2.AsyncClient, connection: psycopg.AsyncConnection[Any]) -> None:
        self._http = http
        self._connection = connection
        self._watched: dict[UUID, asyncio.Future[str]] = {}
        self._watcher: asyncio.Task[None] | None = None
        self.answered_202 = 0

    async def __aenter__(self) -> Self:
        self._watcher = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._watcher is not None
        self._watcher.cancel()
        with suppress(asyncio.CancelledError):
            await self._watcher

    async def log(self, *, email: bool = True) -> tuple[str, UUID]:
        """Log a complaint; return its reference and its submission as soon as the API answers.

        Without an e-mail address no receipt goes out.
        """
        answer = await self._post("/v1/complaints", _a_complaint(email=email), (201,))
        return answer["reference"], UUID(answer["submissionId"])

    async def log_until_opened(self, *, email: bool = True) -> str:
        """Log a complaint and wait until its workflow has applied it; return its reference."""
        reference, submission = await self.log(email=email)
        watched = self._watched[submission] = asyncio.get_running_loop().create_future()
        if (state := await watched) != "applied":
            raise Unexpected(f"a logged complaint is {state}")
        return reference

    async def note(self, reference: str) -> None:
        """Add a note, and count the answers that could not yet say what became of it."""
        path = f"/v1/complaints/{reference}/notes"
        await self._post(path, {"words": "Rang the ward; the notes are with the matron."}, (200, 202))

    async def all_done(self) -> None:
        """Wait until nothing that was said is pending and no notice is on its way."""
        while (await self.fetch(_UNFINISHED))[0][0]:  # noqa: ASYNC110  it happens in other processes
            await asyncio.sleep(0.1)

    async def fetch(self, sql: str, *parameters: Any) -> list[Any]:
        """Read rows behind the API's back."""
        return await (await self._connection.execute(sql.encode(), parameters)).fetchall()

    async def _post(self, path: str, body: dict[str, Any], expected: tuple[int, ...]) -> dict[str, Any]:
        answer = await self._http.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})
        if answer.status_code not in expected:
            raise Unexpected(f"{path} answered {answer.status_code}: {answer.text[:300]}")
        self.answered_202 += answer.status_code == 202
        found: dict[str, Any] = answer.json()
        return found

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_AGAIN)
            if not self._watched:
                continue
            for submission, state in await self.fetch(_SETTLED, list(self._watched)):
                self._watched.pop(submission).set_result(state)


def _a_complaint(*, email: bool) -> dict[str, Any]:
    reached = {"email": "pat.complainant@example.org"} if email else {"address": "3 Mill Lane\nMarlow Vale"}
    return {
        "channel": "written",
        "receivedOn": local_date(datetime.now(UTC)).isoformat(),
        "summary": "Long wait, and lost notes",
        "narrative": "I waited for nine hours on a trolley, and then my notes could not be found. " * 8,
        "complainant": {"name": "Pat Example"} | reached,
    }
