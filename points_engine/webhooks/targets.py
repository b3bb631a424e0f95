"""Where messages may go: public addresses, and networks that the deployment names. Nowhere else, whatever a name says.

A name is resolved when a connection is made, every address that it has is looked at, and the connection goes to an
address that was looked at: a name that means something else a moment later gains nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

import httpcore

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

TRANSLATED: Final = ip_network("64:ff9b::/96")
"""IPv6 addresses that stand for IPv4 ones behind a translator (RFC 6052)."""


class TargetRefused(Exception):
    """A name stands for an address that messages may not go to, or for none."""


def networks_of(text: str) -> tuple[Network, ...]:
    """Networks parted by commas.

    >>> networks_of("10.20.0.0/16, fd00::/8")
    (IPv4Network('10.20.0.0/16'), IPv6Network('fd00::/8'))

    Raises: ValueError.
    """
    return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())


def is_allowed(address: Address, networks: Iterable[Network], *, public: bool) -> bool:
    """Whether messages may go to an address: it is in one of the networks, or public where those are meant too.

    >>> is_allowed(ip_address("169.254.169.254"), (), public=True)
    False
    """
    meant = _meant(address)
    if any(meant in network for network in networks if network.version == meant.version):
        return True
    return public and meant.is_global and not meant.is_multicast and not meant.is_reserved


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in TRANSLATED else address


def addresses_of(host: str, port: int) -> list[str]:
    """The addresses of a host.

    Raises: TargetRefused, where it has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as none:
        raise TargetRefused(f"no address for {host}") from none
    return list(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))


def refuse_any(host: str, addresses: Iterable[str], networks: Sequence[Network], *, public: bool) -> None:
    """Refuse a host that has an address where nothing is sent.

    Raises: TargetRefused.
    """
    for address in addresses:
        if not is_allowed(ip_address(address), networks, public=public):
            raise TargetRefused(f"{host} is {address}, where nothing is sent")


class GuardedNetwork(httpcore.SyncBackend):
    """Opens connections to allowed addresses only."""

    def __init__(self, networks: Sequence[Network], *, public: bool) -> None:
        super().__init__()
        self._networks, self._public = tuple(networks), public

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a host that answers; TLS goes on asking for the host's own name.

        Raises: TargetRefused, httpcore.ConnectError, httpcore.ConnectTimeout.
        """
        addresses = addresses_of(host, port)
        refuse_any(host, addresses, self._networks, public=self._public)
        for address in addresses[:-1]:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return super().connect_tcp(addresses[-1], port, timeout, local_address, socket_options)

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Never.

        Raises: TargetRefused.
        """
        raise TargetRefused("nothing is sent to sockets of this machine")
