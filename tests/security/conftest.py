"""Services that do not let everybody in, and certificates made for the occasion."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from pdserving.security.keys import entry, new_key
from tests.support.running import Service, running_service

BURST = 12  # requests of a key at once; then one every ten seconds
ORIGIN = "https://app.example.com"
NAMES = ("reader", "caller", "limited", "page", "leaving", "secret")


@dataclass(frozen=True)
class Guarded:
    """A service with keys, a rate limit and one foreign origin.

    Attributes:
        service: the service.
        keys: the keys by name; each has a rate of its own.
        keys_file: the file of their hashes.
    """

    service: Service
    keys: dict[str, str]
    keys_file: Path


@dataclass(frozen=True)
class Certificates:
    """PEM files: a server's and a client's, each with its private key in a file of its own, and who signed them."""

    ca: Path
    server: Path
    server_key: Path
    client: Path
    client_key: Path


def write_keys(path: Path, keys: dict[str, str]) -> None:
    """Put a file of these keys in the place of another at once."""
    new = path.with_suffix(".new")
    new.write_text("".join(f"{entry(name, key)}\n" for name, key in keys.items()), encoding="ascii")
    new.rename(path)


@pytest.fixture(scope="session")
def guarded(models: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """The service."""
    path = tmp_path_factory.mktemp("keys") / "keys"
    keys = {name: new_key() for name in NAMES}
    write_keys(path, keys)
    with running_service(
        f"security.keys_file={path}",
        "security.rate_limit=6",
        f"security.rate_burst={BURST}",
        f"security.cors_origins=['{ORIGIN}']",
    ) as service:
        yield Guarded(service, keys, path)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates of one authority, for 127.0.0.1 and for a client."""
    folder = tmp_path_factory.mktemp("certificates")
    authority = trustme.CA()
    files = Certificates(*(folder / name for name in ("ca", "server", "server-key", "client", "client-key")))
    authority.cert_pem.write_to_path(files.ca)
    for certificate, chain, key in (
        (authority.issue_cert("127.0.0.1"), files.server, files.server_key),
        (authority.issue_cert("client@example.com"), files.client, files.client_key),
    ):
        chain.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
        certificate.private_key_pem.write_to_path(key)
    return files
