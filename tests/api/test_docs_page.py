"""The page that explains the API: it works without reaching outside."""

from __future__ import annotations

import re

import httpx2


async def test_the_docs_page_and_all_it_loads_come_from_the_api_itself(client: httpx2.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) >= 3
    for address in loaded:
        assert address.startswith("/")
        assert (await client.get(address)).status_code == 200
