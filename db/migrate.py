"""Bring a database to the newest migration, or say whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, pool


def configuration(dsn: str) -> Config:
    """Return Alembic's configuration for a database address of the migrator role."""
    import migrations

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("sqlalchemy.url", dsn.replace("%", "%%"))
    return config


def migrate(dsn: str) -> None:
    """Apply every migration that is missing."""
    command.upgrade(configuration(dsn), "head")


def is_current(dsn: str) -> bool:
    """Say whether every migration has been applied."""
    head = ScriptDirectory.from_config(configuration(dsn)).get_current_head()
    engine = create_engine(dsn, poolclass=pool.NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() == head
    finally:
        engine.dispose()
