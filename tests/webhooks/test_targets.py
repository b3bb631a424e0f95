"""Where messages may go: public addresses, and what the deployment names; whatever a name says, and however."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Any

import httpcore
import pytest

from points_engine.webhooks.targets import GuardedNetwork, TargetRefused, is_allowed, networks_of

OFFICE = networks_of("10.20.0.0/16, fd12::/16")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
        "2002:0a00:0001::1", "64:ff9b::a00:1", "64:ff9b::7f00:1", "192.0.2.1", "2001:db8::1",
    ],
)  # fmt: skip
def test_nothing_goes_to_this_machine_or_its_networks(address: str) -> None:
    assert not is_allowed(ip_address(address), (), public=True)
    assert not is_allowed(ip_address(address), OFFICE, public=True)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_public_addresses_are_for_tls_only(address: str) -> None:
    assert is_allowed(ip_address(address), (), public=True)
    assert not is_allowed(ip_address(address), OFFICE, public=False)


@pytest.mark.parametrize("address", ["10.20.3.4", "fd12::4", "::ffff:10.20.3.4"])
def test_the_deployments_networks_are_for_both(address: str) -> None:
    assert is_allowed(ip_address(address), OFFICE, public=True)
    assert is_allowed(ip_address(address), OFFICE, public=False)


def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
    """Let a name stand for these addresses, one list after the other."""
    left = list(answers)

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_a_name_with_one_forbidden_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, ["1.1.1.1", "169.254.169.254"])
    with pytest.raises(TargetRefused, match=r"169\.254\.169\.254"):
        GuardedNetwork((), public=True).connect_tcp("metadata.example.org", 443)


def test_the_connection_goes_to_an_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that means something else a moment later gains nothing: it is not looked up again."""
    names(monkeypatch, ["1.1.1.1"], ["127.0.0.1"])
    asked = []

    def connect(self: object, host: str, *rest: object) -> httpcore.NetworkStream:
        asked.append(host)
        raise httpcore.ConnectError("nobody there")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    with pytest.raises(httpcore.ConnectError):
        GuardedNetwork((), public=True).connect_tcp("rebinding.example.org", 443)
    assert asked == ["1.1.1.1"]


def test_a_name_that_means_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(TargetRefused, match="no address"):
        GuardedNetwork((), public=True).connect_tcp("nowhere.example.org", 443)


def test_sockets_of_this_machine_are_never_opened() -> None:
    with pytest.raises(TargetRefused):
        GuardedNetwork((), public=True).connect_unix_socket("/run/points.sock")


@pytest.mark.parametrize("text", ["10.20.0.0/33", "example.org", "10.20.0.1/16"])
def test_networks_are_written_in_one_way(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        networks_of(text)
