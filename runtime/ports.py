"""Choosing a loopback port: the one used last time, else the customary one, else the next free one."""

import errno
import socket
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
API = 8000
TEMPORAL = 7233
TEMPORAL_UI = 8233
POSTGRES = 5432
_TRIES = 200


class NoFreePortError(RuntimeError):
    """No port near the wanted one is free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortChoice:
    port: int
    wanted: int

    @property
    def note(self) -> str:
        """Say that another port than the wanted one is used, or nothing."""
        return "" if self.port == self.wanted else f"port {self.wanted} is taken, using {self.port}"


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this port of the loopback address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Connections of the server that stood here a moment ago must not make it look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def any_free() -> int:
    """Return a free port that nobody is likely to want: for servers that nobody looks up by a customary one."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def choose_port(customary: int, *, recorded: int | None = None, avoid: frozenset[int] = frozenset()) -> PortChoice:
    """Choose a port: recorded first, then customary, then the next free one above it."""
    wanted = recorded or customary
    candidates = [wanted, *range(customary, min(customary + _TRIES, 65536))]
    for port in candidates:
        if port not in avoid and is_free(port):
            return PortChoice(port=port, wanted=wanted)
    raise NoFreePortError(f"no free port from {customary} upwards")
