"""Alembic migrations. Each runs as `redress_migrator`; none is ever edited once landed."""
