"""Run migrations with the DSN that the caller put into the configuration."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, pool, text

from db.models.registry import metadata

# Two migrators started together wait for each other instead of colliding.
_LOCK = text("select pg_advisory_xact_lock(7242026)")


def run() -> None:
    """Apply the migrations in one transaction."""
    dsn = context.config.get_main_option("sqlalchemy.url")
    if not dsn:
        raise RuntimeError("no database address was given to the migrations")
    engine = create_engine(dsn, poolclass=pool.NullPool, hide_parameters=True)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, compare_type=True)
        with context.begin_transaction():
            connection.execute(_LOCK)
            context.run_migrations()
    engine.dispose()


run()
