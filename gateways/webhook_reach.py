"""Where webhooks may go: https to a public address, looked up at every attempt; private ones in development alone.

Whoever subscribes names the address, so that it must not become a way into the network that this process stands in.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from urllib.parse import SplitResult, urlsplit

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# A host and a port: the addresses that it has now. Raises OSError.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

# Public by their looks, and yet a way to whatever IPv4 address they hold (NAT64, 6to4 and its relays, Teredo), or of
# nobody (RFC 6890, 9637).
_NOBODYS: Final = tuple(
    ipaddress.ip_network(each)
    for each in (
        *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "192.88.99.0/24", "2001::/32"),
        *("3fff::/20", "192.0.0.0/24"),
    )
)
_ISATAP: Final = frozenset({0x0000_5EFE, 0x0200_5EFE})  # before the IPv4 address, in the last 64 bits (RFC 5214)
_MOST_ADDRESSES: Final = 4
_THREADS: Final = ThreadPoolExecutor(8, thread_name_prefix="webhook-names")


class NotReachable(Exception):
    """A webhook may not go there, or the name has no address. Holds a code, never the address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def look_up(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host as the system resolves it now. Raises OSError.

    A name server that never answers holds a thread for long: one of these, and none that other work needs.
    """
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(_THREADS, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class WebhookReach:
    """Decide where a webhook may go."""

    def __init__(self, *, allow_private: bool = False, resolve: Resolve = look_up) -> None:
        self._allow_private = allow_private
        self._resolve = resolve

    def fault_of(self, url: str) -> str | None:
        """Return why an address may not be subscribed, as a code. Its name is resolved when it is used, not here."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return "not_an_address"
        if not url.isascii() or any(sign <= " " or sign == "\\" for sign in url) or not parts.hostname or port == 0:
            return "not_an_address"
        if "@" in parts.netloc or "#" in url:
            return "credentials_or_fragment"
        if parts.scheme != "https" and not (self._allow_private and parts.scheme == "http"):
            return "https_needed"
        literal = _literal(parts.hostname)
        if literal is None:
            return "not_an_address" if _is_number(parts.hostname) else None
        return None if self._may(literal) else "address_refused"

    async def addresses(self, url: str) -> tuple[SplitResult, list[IPAddress]]:
        """Return the parts of an address and where it leads now. Raises NotReachable if any of that is not public."""
        if (fault := self.fault_of(url)) is not None:
            raise NotReachable(fault)
        parts = urlsplit(url)
        assert parts.hostname is not None
        try:
            found = await self._resolve(parts.hostname, port_of(parts))
        except (OSError, UnicodeError):
            raise NotReachable("no_address") from None
        if not found:
            raise NotReachable("no_address")
        addresses = [ipaddress.ip_address(each) for each in found]
        if not all(self._may(each) for each in addresses):
            raise NotReachable("address_refused")
        return parts, addresses[:_MOST_ADDRESSES]

    def _may(self, address: IPAddress) -> bool:
        return self._allow_private or is_public(address)


def is_public(address: IPAddress) -> bool:
    """Say whether an address is of the open internet: not private, shared, local, reserved, or another in disguise."""
    if any(address in each for each in _NOBODYS):
        return False
    if isinstance(address, ipaddress.IPv6Address):
        disguised = address.ipv4_mapped is not None or (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP
        if disguised or address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def port_of(parts: SplitResult) -> int:
    """Return the port of an address."""
    return parts.port or (443 if parts.scheme == "https" else 80)


def _literal(host: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_number(host: str) -> bool:
    """Say whether a system would read a host as an IPv4 address though nobody writes one so: 2130706433, 0x7f.1."""
    try:
        socket.inet_aton(host.removesuffix("."))
    except OSError:
        return False
    return True
