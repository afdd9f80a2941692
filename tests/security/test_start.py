"""What a start says of who may ask, and what it does not start with."""

import re
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from pdserving.config import load_settings
from pdserving.networking import is_loopback
from pdserving.security.key_store import ENVIRONMENT
from pdserving.security.keys import KeyRing, entry, new_key
from pdserving.security.start_check import exposures
from tests.security.conftest import Certificates
from tests.support.paths import CONFIG, ROOT
from tests.support.running import Service, start_that_fails

LANDLOCK = 3


def warnings_of(*settings: str) -> list[str]:
    return exposures(load_settings(CONFIG, settings), LANDLOCK)


def test_what_only_this_machine_reaches_needs_no_warning() -> None:
    assert warnings_of() == warnings_of("http_host=localhost", "rpc_host='::1'") == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104
def test_an_open_port_is_warned_of_with_what_closes_it(host: str) -> None:
    open_to_all, readable = warnings_of(f"http_host='{host}'")
    assert "http_host: " in open_to_all
    assert host in open_to_all
    assert "whoever reaches it may ask; security.keys_file (or PDSERVING_API_KEYS)" in open_to_all
    assert "without TLS" in readable
    assert "security.tls_cert and security.tls_key" in readable
    assert len(warnings_of(f"http_host='{host}'", f"rpc_host='{host}'")) == 4


def test_keys_and_certificates_silence_their_warning(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = f"security.tls_cert={certificates.server}", f"security.tls_key={certificates.server_key}"
    everywhere = "http_host=0.0.0.0"
    (warning,) = warnings_of(everywhere, *tls)
    assert "whoever reaches it may ask" in warning
    assert warnings_of(everywhere, *tls, f"security.tls_client_ca={certificates.ca}") == []
    (warning,) = warnings_of(everywhere, "security.keys_file=keys")
    assert "without TLS" in warning
    monkeypatch.setenv(ENVIRONMENT, entry("alice", new_key()))
    assert warnings_of(everywhere, *tls) == []


@pytest.mark.parametrize(("landlock", "freedom"), [(0, "may write wherever their user may"), (1, "may empty files")])
def test_processes_that_the_system_cannot_confine_are_warned_of_once(landlock: int, freedom: str) -> None:
    (warning,) = exposures(load_settings(CONFIG), landlock)
    assert warning.startswith(f"security.confine: gateway and workers {freedom}")
    assert exposures(load_settings(CONFIG, ["security.confine=false"]), landlock) == []


def test_a_name_that_nobody_knows_is_not_this_machine() -> None:
    assert not is_loopback("no-such-host.invalid")


def test_both_addresses_listen_on_loopback_only(service: Service) -> None:
    for module, port in (("pdserving.gateway", service.http_port), ("pdserving.worker", service.rpc_port)):
        listening = [c for c in service.child(module).net_connections() if c.status == psutil.CONN_LISTEN]
        assert [(c.laddr.ip.removeprefix("::ffff:"), c.laddr.port) for c in listening] == [("127.0.0.1", port)]


@pytest.mark.service
def test_keys_or_certificates_that_cannot_be_used_stop_the_start(models: None, tmp_path: Path) -> None:
    error = start_that_fails(f"security.keys_file={tmp_path / 'none'}")
    assert str(CONFIG) in error
    assert f"security.keys_file: {tmp_path / 'none'} cannot be read: No such file or directory" in error
    error = start_that_fails(f"security.tls_cert={tmp_path / 'a'}", f"security.tls_key={tmp_path / 'b'}")
    assert f"security.tls_cert: {tmp_path / 'a'} cannot be read" in error


def key_command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pdserving", "key", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.service
def test_the_command_prints_a_key_and_the_line_that_lets_it_in() -> None:
    done = key_command("new", "alice")
    assert done.returncode == 0, done.stderr
    key, line = (re.sub("^.*?: +", "", printed) for printed in done.stdout.splitlines())
    assert KeyRing.parse([line]).identify(key) == "alice"


@pytest.mark.service
@pytest.mark.parametrize("name", ["", "a b", "-x", "ä", "a:b", "x" * 65])
def test_a_name_that_no_line_can_hold_is_refused(name: str) -> None:
    done = key_command("new", "--", name)
    assert done.returncode == 2
    assert "is not accepted; accepted: up to 64 of" in done.stderr
