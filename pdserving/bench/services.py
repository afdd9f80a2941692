"""The contenders that are services: each is started, asked at each number of clients, and stopped."""

import contextlib
import itertools
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from pdserving.bench.asking import PipelineClient, read_pictures
from pdserving.bench.closed_loop import ContenderError, measure_in_turn
from pdserving.bench.grpc_client import GrpcClient
from pdserving.bench.http_client import HttpClient
from pdserving.bench.measurement import Measurement
from pdserving.bench.processes import (
    READY_TIMEOUT_S,
    ROOT,
    free_ports,
    how_it_ended,
    peak_rss_mb,
    running,
    wait_ready,
)
from pdserving.bench.task import Task
from pdserving.networking import answers

_ENDING_S = 5  # that a service which answers no more has to end, so that its end can be told
_STOP_S = 90  # above what `serve` gives its processes
_STOCK_PROFILE = "ppocrv4"

Process = subprocess.Popen[bytes]
Levels = Iterator[tuple[str, int | None, Measurement]]
"""Figures, each with its contender's name and the number of clients; None for one that takes a picture after the other
in its own process."""

Asked = Mapping[str, tuple[type[PipelineClient], int]]
"""The class of clients of each contender of a service, and the port that they ask."""


@dataclass(frozen=True)
class Serving:
    """A service of ours that is ready."""

    process: Process
    http_port: int
    rpc_port: int
    log: Path


@contextmanager
def serving(
    config: Path,
    overrides: Sequence[str],
    log: Path,
    *,
    python: Path = Path(sys.executable),
    start_timeout_s: float = READY_TIMEOUT_S,
) -> Iterator[Serving]:
    """Start our service on free ports, and wait until it is ready; it is gone afterwards.

    Args:
        config: the configuration's file.
        overrides: `key=value` for each key that differs.
        log: the file of its output and errors.
        python: the interpreter of the environment that it runs in.
        start_timeout_s: seconds within which it must be ready; its first start may fetch and convert models.

    Raises:
        ContenderError: it does not start.
    """
    http_port, rpc_port = free_ports(2)
    command: list[str | Path] = [python, "-m", "pdserving", "serve", "--fetch", "--config", config]
    for pair in (*overrides, f"http_port={http_port}", f"rpc_port={rpc_port}"):
        command += ["--set", pair]
    with running(command, log, _STOP_S) as process:
        wait_ready(
            process, log, lambda: "ready in " in log.read_text(encoding="utf-8", errors="replace"), start_timeout_s
        )
        yield Serving(process, http_port, rpc_port, log)


def measure_ours(profile: str, task: Task, names: Sequence[str]) -> Levels:
    """Measure our service at each number of clients, over each transport in alternation.

    Args:
        profile: the profile of the models.
        task: what to do.
        names: the contenders' names, `<profile>-<transport>`.
    """
    with serving(task.config, [f"profile={profile}"], task.log(profile)) as service:
        transports: Asked = {
            f"{profile}-http": (HttpClient, service.http_port),
            f"{profile}-grpc": (GrpcClient, service.rpc_port),
        }
        asked = {name: how for name, how in transports.items() if name in names}
        yield from levels(service.process, asked, service.log, task)


def measure_stock(task: Task, names: Sequence[str]) -> Levels:
    """Measure Paddle Serving as it ships, at each number of clients."""
    task.fetch(_STOCK_PROFILE)
    ports = free_ports(2)
    log = task.log("stock")
    with _scratch() as folder:
        models = task.settings(_STOCK_PROFILE).models_dir
        command = [
            sys.executable,
            "-m",
            "pdserving.bench.stock_service",
            *map(str, ports),
            str(models),
            str(task.config),
        ]
        # It writes a file with its process ids into the folder where it runs, and its managers' sockets into TMPDIR.
        env = {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}
        # Told to end it leaves processes behind, so it is killed.
        with running(command, log, grace_s=0, cwd=folder, env=env) as process:
            wait_ready(process, log, lambda: all(answers("127.0.0.1", port) for port in ports))
            yield from levels(process, dict.fromkeys(names, (HttpClient, ports[0])), log, task)


def levels(
    process: Process,
    asked: Asked,
    log: Path,
    task: Task,
    while_timed: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> Levels:
    """Measure a running service at each number of clients; `while_timed` is entered while each of them is timed.

    Raises:
        ContenderError: it does not answer any more.
    """
    images = read_pictures(task.pictures)
    pictures = [picture.name for picture in task.pictures]
    requests = {name: client.prepare(images) for name, (client, _) in asked.items()}
    for count in task.clients:
        parties = [
            [client(port, pictures, requests[name]) for _ in range(count)] for name, (client, port) in asked.items()
        ]
        try:
            measured = measure_in_turn(
                parties, len(pictures), task.seconds, lambda: peak_rss_mb(process.pid), while_timed
            )
        except ContenderError as error:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_ENDING_S)
                raise ContenderError(f"{error}; it {how_it_ended(process, log)}") from None
            raise
        finally:
            for client in itertools.chain(*parties):
                client.close()
        for name, figures in zip(asked, measured, strict=True):
            yield name, count, figures


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
