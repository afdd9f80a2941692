"""What the tests of the clients share."""

import socket
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.client_process import HTTP_CLIENT, HUB_CLIENT, RPC_CLIENT, Argument, ClientProgram
from tests.support.paths import SAMPLES
from tests.support.running import Service

Samples = dict[Path, list[str]]


@dataclass(frozen=True)
class ConnectedClient:
    """A client that is told the address of the running service."""

    program: ClientProgram
    address: str

    def run(
        self, *arguments: Argument, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return self.program.run(*arguments, address=self.address, environment=environment)

    def command(self, *arguments: Argument) -> list[str]:
        return self.program.command(*arguments, address=self.address)


@pytest.fixture(params=[HTTP_CLIENT, RPC_CLIENT, HUB_CLIENT], ids=["http", "rpc", "hub"])
def program(request: pytest.FixtureRequest) -> ClientProgram:
    """Each of the clients in turn."""
    chosen: ClientProgram = request.param
    return chosen


@pytest.fixture(params=[HTTP_CLIENT, RPC_CLIENT], ids=["http", "rpc"])
def client(request: pytest.FixtureRequest, service: Service) -> ConnectedClient:
    """Each of the pipeline's clients in turn, with the running service's address."""
    return ConnectedClient(request.param, service.http_url if request.param is HTTP_CLIENT else service.rpc_endpoint)


@pytest.fixture
def hub_url(service: Service) -> str:
    """Where the services of PaddleHub's protocol lie, without their name."""
    return f"http://127.0.0.1:{service.http_port}/predict"


@pytest.fixture
def hub_client(hub_url: str) -> ConnectedClient:
    """The client of PaddleHub's protocol, with the address of the running service's `ocr_system`."""
    return ConnectedClient(HUB_CLIENT, f"{hub_url}/ocr_system")


@pytest.fixture(scope="session")
def samples(truth: dict[str, list[str]]) -> Samples:
    """The true lines of each sample, in order of its name."""
    return {SAMPLES / name: truth[name] for name in sorted(truth)}


@pytest.fixture(scope="session")
def sample(samples: dict[Path, list[str]]) -> Path:
    """A sample with text in it."""
    return next(image for image, lines in samples.items() if lines)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A file that is named as an image, for tests in which nobody looks at what is in it."""
    file = tmp_path / "page.png"
    file.write_bytes(b"nobody looks at it")
    return file


@pytest.fixture
def silent_listener() -> Iterator[socket.socket]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        yield listener
