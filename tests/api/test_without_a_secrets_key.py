"""An installation without a key for secrets keeps none, and says so."""

from __future__ import annotations

import httpx2

from tests.api.people import Tokens
from tests.api.test_carriers import CARRIERS, notify


async def test_a_key_of_notify_is_not_kept_in_the_clear(client: httpx2.AsyncClient, tokens: Tokens) -> None:
    answer = await client.put(CARRIERS, json={"notify": notify()}, headers=tokens.headers("complaints_manager"))
    assert (answer.status_code, answer.json()["code"]) == (409, "secrets_key_missing")
    shown = await client.get(CARRIERS, headers={"Authorization": f"Bearer {tokens.of('handler')}"})
    assert shown.json() == {"notify": None, "outTray": True}
