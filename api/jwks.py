"""The keys of an issuer: fetched from its JWKS address and kept, or held from the start."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.identity import KeysAway
from gateways.clock import Clock

_LIFETIME: Final = timedelta(hours=1)
_COOL_DOWN: Final = timedelta(seconds=30)
_LONGEST_WAIT_SECONDS: Final = 5.0


class HeldKeys:
    """Keys that never change: those of the development issuer."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    async def known(self) -> KeySet:
        """Return the keys."""
        return self._keys

    async def refetched(self) -> KeySet | None:
        """Return None: there is nowhere to fetch them from."""
        return None


class FetchedKeys:
    """Keys from a JWKS address. While it is away, the keys last fetched go on being used."""

    def __init__(self, url: str, client: httpx2.AsyncClient, clock: Clock) -> None:
        self._url = url
        self._client = client
        self._clock = clock
        self._keys: KeySet | None = None
        self._tried_at: datetime | None = None
        self._fetched_at: datetime | None = None
        self._one_at_a_time = asyncio.Lock()

    async def known(self) -> KeySet:
        """Return the keys, fetched again after an hour. Raises KeysAway when there are none."""
        now = self._clock.now()
        if self._fetched_at is None or now - self._fetched_at > _LIFETIME:
            await self._fetch()
        if self._keys is None:
            raise KeysAway
        return self._keys

    async def refetched(self) -> KeySet | None:
        """Fetch the keys again, unless that was tried less than the cool-down ago."""
        return self._keys if await self._fetch() else None

    async def _fetch(self) -> bool:
        async with self._one_at_a_time:
            now = self._clock.now()
            if self._tried_at is not None and now - self._tried_at < _COOL_DOWN:
                return False
            self._tried_at = now
            try:
                answer = await self._client.get(self._url, timeout=_LONGEST_WAIT_SECONDS)
                answer.raise_for_status()
                self._keys = KeySet.import_key_set(answer.json())
            except (httpx2.HTTPError, JoseError, ValueError, TypeError, KeyError):
                return False
            self._fetched_at = now
            return True
