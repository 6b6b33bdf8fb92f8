"""Sessions. Every session of a tenant carries its organisation and its time; none opens without them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

_TENANT = text("select set_config('app.tenant', :tenant, true), set_config('app.now', :now, true)")


class NoTenant(RuntimeError):
    """A session was asked for without an organisation. Always a bug: refuse rather than read nothing."""


def make_engine(dsn: str, *, pool_size: int = 10) -> AsyncEngine:
    """Return an engine that never shows bound parameters in an exception's text."""
    return create_async_engine(
        dsn,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        pool_timeout=10,
        hide_parameters=True,
        connect_args={"connect_timeout": 5},
    )


class Database:
    """Open sessions as the application role. Row-level security sees the organisation of each."""

    def __init__(self, dsn: str, *, pool_size: int = 10) -> None:
        self.engine = make_engine(dsn, pool_size=pool_size)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def tenant(self, organisation_id: UUID, now: datetime) -> AsyncIterator[AsyncSession]:
        """Open one transaction for an organisation at `now`; commit on success, roll back otherwise.

        Raises NoTenant when the organisation is missing, ValueError when `now` has no time zone.
        """
        if not isinstance(organisation_id, UUID):
            raise NoTenant
        if now.tzinfo is None:
            raise ValueError("now needs a time zone")
        async with self._sessions.begin() as session:
            await session.execute(_TENANT, {"tenant": str(organisation_id), "now": now.isoformat()})
            yield session

    async def close(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()


class SweeperDatabase:
    """Open read-only sessions as the sweeper role, which sees views of ids, states and instants only."""

    def __init__(self, dsn: str, *, pool_size: int = 2) -> None:
        self.engine = make_engine(dsn, pool_size=pool_size)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """Open one transaction over the sweeper's views."""
        async with self._sessions.begin() as session:
            yield session

    async def close(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()
