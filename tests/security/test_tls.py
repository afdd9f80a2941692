"""TLS and mutual TLS on both ports, and a start that stops where a certificate cannot be used."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from cryptography.hazmat.primitives import serialization

from pdserving.config.schema import SecuritySection
from pdserving.security.tls import check_tls
from pdserving.setup_errors import TlsError
from tests.security.conftest import Certificates
from tests.support.client_process import HTTP_CLIENT, HUB_CLIENT, RPC_CLIENT, ClientProgram
from tests.support.paths import SAMPLES
from tests.support.running import Service, running_service
from tests.support.talking import ask, call, rpc_request

BURST = 30  # requests of an address at once; then one every ten seconds
POSTER = SAMPLES / "poster.jpg"


@pytest.fixture(scope="module")
def encrypted(models: None, certificates: Certificates) -> Iterator[Service]:
    """A service that speaks TLS, and only with clients that have a certificate."""
    files = (
        ("tls_cert", certificates.server),
        ("tls_key", certificates.server_key),
        ("tls_client_ca", certificates.ca),
    )
    rate = "security.rate_limit=6", f"security.rate_burst={BURST}"
    with running_service(*(f"security.{key}={file}" for key, file in files), *rate) as service:
        yield service


def context_with(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=certificates.ca)
    context.load_cert_chain(certificates.client, certificates.client_key)
    return context


def test_a_client_with_a_certificate_is_answered_by_https(encrypted: Service, certificates: Certificates) -> None:
    assert ask(encrypted, "/readyz", context=context_with(certificates)).json == {"status": "ready"}
    assert f": https://127.0.0.1:{encrypted.http_port}/" in encrypted.log.read_text()


def test_a_client_without_a_certificate_gets_no_answer_by_https(encrypted: Service, certificates: Certificates) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        ask(encrypted, "/readyz", context=ssl.create_default_context(cafile=certificates.ca))


def test_what_is_older_than_tls_1_2_and_plain_http_get_no_answer(
    encrypted: Service, certificates: Certificates
) -> None:
    context = context_with(certificates)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    assert ask(encrypted, "/healthz", context=context).status == 200
    context.set_ciphers("AES128-SHA:AES256-SHA256:ECDHE-RSA-AES128-SHA:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        ask(encrypted, "/healthz", context=context)
    with socket.create_connection(("127.0.0.1", encrypted.http_port), timeout=60) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200" not in plain.recv(100)


def test_grpc_speaks_tls_with_clients_that_have_a_certificate(encrypted: Service, certificates: Certificates) -> None:
    ca, key, cert = (file.read_bytes() for file in (certificates.ca, certificates.client_key, certificates.client))
    response = call(encrypted, rpc_request(POSTER.read_bytes()), None, grpc.ssl_channel_credentials(ca, key, cert))
    assert (response.err_no, response.err_msg) == (0, "")
    for credentials in (grpc.ssl_channel_credentials(ca), None):
        with pytest.raises(grpc.RpcError) as caught:
            call(encrypted, rpc_request(b""), None, credentials)
        assert caught.value.code() == grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("program", [HTTP_CLIENT, RPC_CLIENT, HUB_CLIENT], ids=["http", "rpc", "hub"])
def test_the_clients_take_certificates(encrypted: Service, certificates: Certificates, program: ClientProgram) -> None:
    paths = {HTTP_CLIENT: "/ocr/prediction", HUB_CLIENT: "/predict/ocr_system"}
    url = f"https://127.0.0.1:{encrypted.http_port}{paths.get(program)}"
    address = encrypted.rpc_endpoint if program is RPC_CLIENT else url
    own = ("--cert", certificates.client, "--cert-key", certificates.client_key)
    ended = program.run(POSTER, "--ca", certificates.ca, *own, address=address)
    assert ended.returncode == 0, ended.stderr
    assert "SPRING" in ended.stdout
    stranger = program.run(POSTER, *own, *(("--tls",) if program is RPC_CLIENT else ()), address=address)
    assert stranger.returncode == 1


def encrypt_key(certificates: Certificates, path: Path) -> None:
    key = serialization.load_pem_private_key(certificates.server_key.read_bytes(), None)
    secret = serialization.BestAvailableEncryption(b"word")
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, secret))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"tls_cert": "none"}, r"security.tls_cert: \S+none cannot be read: No such file"),
        ({"tls_key": "none"}, r"security.tls_key: \S+none cannot be read: No such file"),
        ({"tls_client_ca": "none"}, r"security.tls_client_ca: \S+none cannot be read: No such file"),
        ({"tls_cert": "text"}, r"security.tls_cert: \S+text holds no certificate in PEM"),
        ({"tls_cert": "server_key"}, r"security.tls_cert: \S+server-key holds no certificate in PEM"),
        ({"tls_client_ca": "text"}, r"security.tls_client_ca: \S+text holds no certificate in PEM"),
        ({"tls_key": "server"}, r"security.tls_key: \S+server holds no private key in PEM"),
        (
            {"tls_key": "client_key"},
            r"security.tls_key: \S+client-key is not the .*key of .*security.tls_cert: \S+server$",
        ),
        ({"tls_key": "encrypted"}, r"security.tls_key: \S+encrypted asks for a passphrase"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_key(
    certificates: Certificates, tmp_path: Path, changes: dict[str, str], problem: str
) -> None:
    (tmp_path / "text").write_text("no PEM")
    if "encrypted" in changes.values():
        encrypt_key(certificates, tmp_path / "encrypted")
    files = {"tls_cert": certificates.server, "tls_key": certificates.server_key, "tls_client_ca": certificates.ca}
    files |= {key: getattr(certificates, name, tmp_path / name) for key, name in changes.items()}
    with pytest.raises(TlsError, match=problem):
        check_tls(SecuritySection.model_validate(files))


def test_files_that_belong_together_are_accepted(certificates: Certificates) -> None:
    check_tls(SecuritySection(tls_cert=certificates.server, tls_key=certificates.server_key))


def test_without_keys_an_address_is_limited_by_http_and_grpc(encrypted: Service, certificates: Certificates) -> None:
    context = context_with(certificates)
    replies = [ask(encrypted, "/openapi.json", context=context) for _ in range(2 * BURST)]
    assert replies[0].status == 200
    assert any(reply.status == 429 and int(reply.headers["retry-after"]) > 0 for reply in replies)
    assert ask(encrypted, "/readyz", context=context).status == 200
    files = (certificates.ca, certificates.client_key, certificates.client)
    credentials = grpc.ssl_channel_credentials(*(file.read_bytes() for file in files))

    def call_many() -> None:
        for _ in range(2 * BURST):
            call(encrypted, rpc_request(b""), None, credentials)

    with pytest.raises(grpc.RpcError) as caught:
        call_many()
    assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert dict(caught.value.trailing_metadata())["err-no"] == "5031"
