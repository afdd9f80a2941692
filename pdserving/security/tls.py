"""TLS and mutual TLS for both ports, by one certificate."""

import ssl
from pathlib import Path
from typing import Any

import grpc

from pdserving.config.schema import SecuritySection
from pdserving.setup_errors import TlsError

# TLS 1.2's: Mozilla's "intermediate" list without what lacks forward secrecy or an AEAD. TLS 1.3 has nothing weaker.
_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
_NO_CERTIFICATE = "holds no certificate in PEM"


class _PassphraseError(Exception):
    """The private key is encrypted."""


def check_tls(security: SecuritySection) -> None:
    """Check the files of TLS.

    Raises:
        TlsError: a file cannot be read or parsed, or does not match the others; the message names its key and path.
    """
    if security.tls_cert is None or security.tls_key is None:
        return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _check_certificates("tls_cert", security.tls_cert)
    _check_readable("tls_key", security.tls_key)
    place = f"security.tls_key: {security.tls_key}"
    try:
        context.load_cert_chain(security.tls_cert, security.tls_key, _refuse_passphrase)
    except _PassphraseError:
        raise TlsError(f"{place} asks for a passphrase; accepted: a private key without one") from None
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise TlsError(
                f"{place} is not the key of the certificate in security.tls_cert: {security.tls_cert}"
            ) from None
        raise TlsError(f"{place} holds no private key in PEM") from None
    if security.tls_client_ca is not None:
        _check_certificates("tls_client_ca", security.tls_client_ca)


def http_options(security: SecuritySection) -> dict[str, Any]:
    """Uvicorn's options for TLS; none without a certificate. Python's context refuses what is older than TLS 1.2."""
    if security.tls_cert is None:
        return {}
    options: dict[str, Any] = {
        "ssl_certfile": security.tls_cert,
        "ssl_keyfile": security.tls_key,
        "ssl_ciphers": _CIPHERS,
    }
    if security.tls_client_ca is not None:
        options |= {"ssl_ca_certs": security.tls_client_ca, "ssl_cert_reqs": ssl.CERT_REQUIRED}
    return options


def add_public_port(server: grpc.Server, address: str, security: SecuritySection) -> None:
    """Let a gRPC server listen at an address, by TLS if a certificate is configured."""
    if security.tls_cert is None or security.tls_key is None:
        server.add_insecure_port(address)
        return
    roots = None if security.tls_client_ca is None else security.tls_client_ca.read_bytes()
    credentials = grpc.ssl_server_credentials(
        [(security.tls_key.read_bytes(), security.tls_cert.read_bytes())],
        root_certificates=roots,
        require_client_auth=roots is not None,
    )
    server.add_secure_port(address, credentials)


def _check_certificates(key: str, file: Path) -> None:
    _check_readable(key, file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_verify_locations(file)
    except ssl.SSLError:
        raise TlsError(f"security.{key}: {file} {_NO_CERTIFICATE}") from None


def _check_readable(key: str, file: Path) -> None:
    try:
        file.read_bytes()
    except OSError as error:
        raise TlsError(f"security.{key}: {file} cannot be read: {error.strerror}") from None


def _refuse_passphrase() -> str:
    raise _PassphraseError
