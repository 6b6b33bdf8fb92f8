"""Counts what each address sends. It stands in the memory of one process: several count each for themselves."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final

_HOUR: Final = timedelta(hours=1)
_MOST_ADDRESSES: Final = 20_000


class Sends:
    """A bucket for each address, which holds an hour's sends and fills up again evenly."""

    def __init__(self, an_hour: int) -> None:
        self._most = float(an_hour)
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, address: str | None, now: datetime) -> bool:
        """Count one send of an address at a time. Say whether it may."""
        name = _whose(address)
        left, since = self._buckets.pop(name, (self._most, now))
        left = min(self._most, left + self._most * max(timedelta(0), now - since) / _HOUR)
        may = left >= 1
        self._buckets[name] = (left - 1 if may else left, now)
        if len(self._buckets) > _MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        return may


def _whose(address: str | None) -> str:
    """Return the name of a bucket. A household has a whole /64 of IPv6 addresses to send from."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(int(found) >> 64) if isinstance(found, IPv6Address) else str(found)
