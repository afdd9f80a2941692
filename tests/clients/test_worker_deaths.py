"""The gRPC client goes on where workers die."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.client_process import RPC_CLIENT
from tests.support.observing import processes, soon
from tests.support.paths import SAMPLES
from tests.support.running import running_service

pytestmark = pytest.mark.service

PICTURES = [SAMPLES / "invoice.png", SAMPLES / "poster.jpg"] * 20
LARGE = 300_000  # bytes; above what gRPC sends again unless it is told to


@pytest.mark.parametrize(("workers", "deaths_after"), [(1, [2]), (2, [2, 15])])
def test_a_client_with_the_retry_policy_sees_no_worker_die(
    models: None, tmp_path: Path, workers: int, deaths_after: list[int]
) -> None:
    large = tmp_path / "large.png"
    # Decoders do not look at what follows the picture.
    large.write_bytes(PICTURES[0].read_bytes() + bytes(LARGE))
    with running_service(f"workers={workers}") as service:
        command = RPC_CLIENT.command(
            large, *PICTURES, "--json", "--concurrency", "4", "--timeout", "100", address=service.rpc_endpoint
        )
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as client:
            assert client.stdout is not None
            results = []
            for line in client.stdout:
                results.append(json.loads(line))
                if len(results) in deaths_after:
                    soon(lambda: len(processes(service, "pdserving.worker")) == workers, "the workers are there")
                    processes(service, "pdserving.worker")[0].kill()
            assert client.stderr is not None
            assert (client.wait(), client.stderr.read()) == (0, "")
        assert len(results) == len(PICTURES) + 1
