"""Starts hub services and asks them, over HTTP and as hub's clients do."""

import base64
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.paths import CONFIG, MODELS
from tests.support.running import Service, free_ports, running_command
from tests.support.talking import Address, ask

Results = list[dict[str, Any]]


@dataclass(frozen=True)
class HubAnswer:
    """What came back, its form checked."""

    http_status: int
    status: str
    msg: str
    results: list[Results]

    @property
    def only(self) -> Results:
        """The results of the one picture that was sent."""
        assert self.status == "000", self.msg
        (results,) = self.results
        return results


def ask_hub(service: Address, name: str, *images: bytes) -> HubAnswer:
    """Send pictures."""
    body = json.dumps({"images": [base64.b64encode(image).decode() for image in images]})
    return post_hub(service, name, body.encode())


def post_hub(service: Address, name: str, body: bytes, method: str = "POST") -> HubAnswer:
    """Send an HTTP body as it is."""
    reply = ask(service, f"/predict/{name}", method, body, {"Content-type": "application/json"})
    answer = reply.json
    assert set(answer) == {"msg", "results", "status"}
    assert (reply.status == 200) == (answer["status"] == "000") == (answer["msg"] == "")
    assert answer["status"] in ("000", "-1")
    assert answer["status"] == "000" or answer["results"] == []
    return HubAnswer(reply.status, answer["status"], answer["msg"], answer["results"])


def own_models_dir(folder: Path) -> Path:
    """A folder with the models of `serving_models` and no installed package."""
    folder.mkdir()
    for path in MODELS.iterdir():
        if path.name == "manifest.yml" or (path / "record.json").is_file():
            (folder / path.name).symlink_to(path)
    return folder


def start_command(port: int, rpc_port: int, models_dir: Path, *flags: str) -> list[str]:
    """The command line of `hub serving start` on these ports; the HTTP port is hub's to be told by the flags."""
    command = [sys.executable, "-m", "pdserving", "hub", "serving", "start", *flags, "--settings", str(CONFIG)]
    for pair in (f"rpc_port={rpc_port}", f"models_dir={models_dir}"):
        command += ["--set", pair]
    return command


@contextmanager
def running_hub(models_dir: Path, *modules: str) -> Iterator[Service]:
    """A hub service with these modules, ready; its processes are gone afterwards."""
    port, rpc_port = free_ports(2)
    command = start_command(port, rpc_port, models_dir, "-m", *modules, "-p", str(port))
    with running_command(command, port, rpc_port) as service:
        yield service
