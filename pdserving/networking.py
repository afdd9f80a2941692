"""Addresses: whether a server may listen at one, and whether one answers there."""

import errno
import ipaddress
import socket
from typing import ClassVar

from pdserving.setup_errors import SetupError

LOOPBACK = "127.0.0.1"
_EVERY_INTERFACE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # compared with, not listened on


class AddressError(SetupError):
    """An address that no server can listen on."""

    code: ClassVar[str] = "address"


def connectable(host: str) -> str:
    """The address at which a client on this machine reaches a server that listens on `host`."""
    return _EVERY_INTERFACE.get(host, host)


def is_loopback(host: str) -> bool:
    """Whether a server that listens on `host`, an address or a name, is reached from this machine alone."""
    try:
        places = {str(place[4][0]) for place in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return all(ipaddress.ip_address(place.partition("%")[0]).is_loopback for place in places)


def address(host: str, port: int) -> str:
    """Host and port in one, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def check_can_listen(host: str, port: int) -> None:
    """Raise AddressError, with the system's reason, if no server can listen on the address."""
    bound_socket(host, port).close()


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket that is bound to the address and does not listen yet.

    Raises:
        AddressError: it cannot be, with the system's reason.
    """
    return _bound(host, port, socket.SO_REUSEADDR)


def reserved_port(host: str, port: int) -> socket.socket:
    """A socket that keeps the address from other users' processes; those that set SO_REUSEPORT may listen beside it.

    Raises:
        AddressError: it cannot be, with the system's reason.
    """
    return _bound(host, port, socket.SO_REUSEPORT)


def free_port(host: str) -> int:
    """A port of an address of this machine that nobody listens on."""
    with socket.create_server((host, 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def answers(host: str, port: int) -> bool:
    """Whether a server accepts connections there."""
    try:
        with socket.create_connection((connectable(host), port), timeout=1):
            return True
    except OSError:
        return False


def _bound(host: str, port: int, option: int) -> socket.socket:
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind)
        try:
            # Connections of a service that has just ended must not count as taken.
            bound.setsockopt(socket.SOL_SOCKET, option, 1)
            bound.bind(place)
        except OSError:
            bound.close()
            raise
    except OSError as error:
        reason = "is taken by another process" if error.errno == errno.EADDRINUSE else error.strerror
        raise AddressError(f"{address(host, port)} {reason}") from None
    return bound
