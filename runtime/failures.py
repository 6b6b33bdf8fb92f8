"""Failures that a person at the command line can put right: told in one sentence, without a traceback."""

from runtime.account import UnreachableError
from runtime.pollers import NoPollersError
from runtime.ports import NoFreePortError
from runtime.postgres_binaries import NoPostgresError
from runtime.postgres_data import PostgresError
from runtime.settings import SettingMissingError
from runtime.temporal import TemporalError

PUT_RIGHT = (
    NoFreePortError,
    NoPollersError,
    NoPostgresError,
    PostgresError,
    SettingMissingError,
    TemporalError,
    TimeoutError,
    UnreachableError,
)
