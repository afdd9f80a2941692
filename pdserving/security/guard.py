"""The guard that every request from outside passes: it asks for a key, where keys are set, and counts rates."""

import ipaddress
from collections.abc import Iterable

from pdserving.config.schema import SecuritySection
from pdserving.errors import RateLimitedError, UnauthenticatedError
from pdserving.security.key_store import KeyStore
from pdserving.security.rate_limit import RateLimiter

AUTHORIZATION, API_KEY = "authorization", "x-api-key"
_BEARER = "bearer "
_ACCEPTED = "accepted: 'Authorization: Bearer KEY' or 'X-API-Key: KEY'"

_IPV6_NETWORK = 64  # bits of an address that a provider gives to one customer


class Guard:
    """The guard of one process: gateway and workers each count rates for themselves.

    Args:
        security: the section of the configuration.
    """

    def __init__(self, security: SecuritySection) -> None:
        self._keys = KeyStore(security.keys_file)
        self._limiter = RateLimiter(security.rate_limit, security.rate_burst)
        self._limit = f"security.rate_limit, {security.rate_limit} requests a minute"

    @property
    def asks_for_keys(self) -> bool:
        """Whether keys are set."""
        return self._keys.required

    def admit(self, headers: Iterable[tuple[str, str]], client: str) -> str | None:
        """The name of the request's key; None where no keys are set.

        Args:
            headers: the headers of HTTP, or the metadata of gRPC; their names in lower case.
            client: the address that the request came from.

        Raises:
            UnauthenticatedError: keys are set, and the request has none of them.
            RateLimitedError: the key, or without keys the address, has had its requests for now.
        """
        name = self._identify(headers) if self._keys.required else None
        wait_s = self._limiter.take(f"key {name}" if name is not None else network(client))
        if wait_s:
            raise RateLimitedError(f"{self._limit}, is met; accepted again in {wait_s} s", wait_s, name)
        return name

    def _identify(self, headers: Iterable[tuple[str, str]]) -> str:
        keys = [key for header, value in headers if (key := _key(header, value))]
        if not keys:
            raise UnauthenticatedError(f"no API key; {_ACCEPTED}")
        if len(set(keys)) > 1:
            raise UnauthenticatedError(f"two API keys; {_ACCEPTED}")
        name = self._keys.identify(keys[0])
        if name is None:
            raise UnauthenticatedError(f"the API key is not accepted; {_ACCEPTED}")
        return name


def network(client: str) -> str:
    """What the rate of an address is counted for: itself, or the /64 of an IPv6 address, which one caller has whole."""
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, _IPV6_NETWORK), strict=False))


def _key(header: str, value: str) -> str | None:
    if header == API_KEY:
        return value.strip()
    if header == AUTHORIZATION and value[: len(_BEARER)].lower() == _BEARER:
        return value[len(_BEARER) :].strip()
    return None
