"""The real client of the engine with nothing behind it: we start, take in, keep, and say so."""

from __future__ import annotations

from api.app import create_app
from runtime.settings import Settings
from tests.api.conftest import serving
from tests.api.fakes import FixedClock
from tests.api.people import Tokens, a_complaint


async def test_without_an_engine_complaints_are_taken_in_and_commands_are_kept(
    settings: Settings, tokens: Tokens, clock: FixedClock
) -> None:
    alone = settings.model_copy(update={"temporal_address": "127.0.0.1:1", "verdict_timeout_seconds": 0.5})
    headers = tokens.headers("handler")
    async with serving(create_app(alone, clock=clock)) as client:
        logged = await client.post("/v1/complaints", json=a_complaint(), headers=headers)
        assert logged.status_code == 201
        kept = await client.post(
            f"{logged.headers['location']}/notes", json={"words": "Hello."}, headers=tokens.headers("handler")
        )
        assert (kept.status_code, kept.json()["state"]) == (202, "pending")
        now = await client.get(f"{logged.headers['location']}/now", headers=headers)
        assert (now.status_code, now.json()["code"]) == (503, "engine_unavailable")
        clock.instant = clock.instant.replace(hour=11)
        ready = await client.get("/health/ready")
        assert ready.status_code == 503
        assert ready.json()["counts"]["late_submission"] >= 2
