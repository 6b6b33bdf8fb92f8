"""Brings the database to the newest revision, and tells whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from runtime.places import checkout


def upgrade(dsn: str) -> None:
    """Apply every revision that is missing, as the migrator."""
    command.upgrade(alembic_config(dsn), "head")


def pending(dsn: str) -> tuple[str, ...]:
    """Return the head revisions that the database does not have yet."""
    heads = set(ScriptDirectory.from_config(alembic_config(dsn)).get_heads())
    engine = create_engine(dsn, poolclass=NullPool, connect_args={"connect_timeout": 5})
    with engine.connect() as connection:
        current = set(MigrationContext.configure(connection).get_current_heads())
    return tuple(sorted(heads - current))


def alembic_config(dsn: str) -> Config:
    """Return Alembic's configuration for this database; env.py finds the DSN in the usual option."""
    ini = checkout() / "alembic.ini"
    config = Config(ini) if ini.exists() else Config()
    config.set_main_option("script_location", str(Path(checkout() / "migrations")))
    # The option is interpolated, and a quoted password may hold percent signs.
    config.set_main_option("sqlalchemy.url", dsn.replace("%", "%%"))
    return config
