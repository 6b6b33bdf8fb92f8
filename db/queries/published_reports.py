"""SQL of what anybody may read: the reports that an organisation has published, asked for by whoever is no tenant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_LIST: Final = text("select * from published_by(:address)")
_ONE: Final = text("select * from published_report(:address, :slug)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A report that was published: by whom, of which kind, at which address, about which days, and until when."""

    name: str
    kind: str
    slug: str
    first_on: date
    last_on: date
    published_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published report; without a document where it was withdrawn."""

    name: str
    withdrawn_at: datetime | None
    sha256: str
    document: str | None


async def listed(session: AsyncSession, address: str) -> list[Listed]:
    """Return what the organisation at an address has ever published, the newest days first."""
    rows = await session.execute(_LIST, {"address": address})
    return [Listed(**row) for row in rows.mappings()]


async def one(session: AsyncSession, address: str, slug: str) -> Published | None:
    """Return what is at an address of an organisation; None where nothing ever was."""
    row = (await session.execute(_ONE, {"address": address, "slug": slug})).mappings().first()
    return None if row is None else Published(**row)
