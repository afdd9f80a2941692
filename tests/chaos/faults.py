"""The faults that are done to a service under load, and what its clients saw of each."""

import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.chaos.load import GATEWAY, WORKER
from tests.chaos.traffic import Tally, Traffic
from tests.support.observing import Metrics, processes, ready, soon
from tests.support.running import Service, running_service

BETWEEN_KILLS_S = 5.0
RELOADS = 2
SOME = 20  # answers, by which each client has had one
SETTINGS = ("profile=ppocrv4", "log_level=error")


@dataclass(frozen=True)
class Outcome:
    """The outcome of a fault: what the clients saw, and how many processes the service replaced."""

    fault: str
    tally: Tally
    restarts: int


def workers_killed(seconds: float) -> Outcome:
    """One of 2 workers killed every 5 s, at 4 HTTP and 2 gRPC clients."""
    with running_service("workers=2", *SETTINGS) as service:
        with Traffic(service, http_clients=4, rpc_clients=2) as traffic:
            for _ in _every(BETWEEN_KILLS_S, seconds):
                random.choice(soon(lambda: processes(service, WORKER))).kill()  # noqa: S311
        return _outcome("a random one of 2 workers killed every 5 s", traffic, service)


def only_worker_killed(_: float = 0) -> Outcome:
    """The only worker killed, at 4 HTTP and 1 gRPC clients, who wait for the next one."""
    with running_service(*SETTINGS) as service:
        with Traffic(service, http_clients=4, rpc_clients=1) as traffic:
            _answers_go_on(traffic)
            processes(service, WORKER)[0].kill()
            _answers_go_on(traffic)
        return _outcome("the only worker killed", traffic, service)


def worker_stopped(_: float = 0) -> Outcome:
    """The only worker stopped by SIGSTOP, at 4 HTTP clients."""
    with running_service("hang_s=3", *SETTINGS) as service:
        with Traffic(service, http_clients=4) as traffic:
            _answers_go_on(traffic)
            processes(service, WORKER)[0].send_signal(signal.SIGSTOP)
            _answers_go_on(traffic)
        return _outcome("the only worker stops (hang_s: 3)", traffic, service)


def gateway_killed(seconds: float) -> Outcome:
    """The gateway killed every 5 s, at 4 HTTP clients, who ask again where their connection breaks."""
    with running_service(*SETTINGS) as service:
        with Traffic(service, http_clients=4, tries=2) as traffic:
            answers = 0
            for _ in _every(BETWEEN_KILLS_S, seconds):
                # On a busy machine a start takes long, and who asked again would be asked for a third try.
                soon(lambda least=answers + SOME: traffic.answers >= least, "the answers of those who asked again")  # type: ignore[misc]
                soon(lambda: processes(service, GATEWAY))[0].kill()
                answers = traffic.answers
        return _outcome("the gateway killed every 5 s; clients ask again", traffic, service)


def reloaded(_: float = 0) -> Outcome:
    """Reloads one after the other, at 3 HTTP and 1 gRPC clients."""
    with running_service(*SETTINGS) as service:
        with Traffic(service, http_clients=3, rpc_clients=1) as traffic:
            for number in range(RELOADS):
                service.process.send_signal(signal.SIGHUP)
                soon(lambda count=number + 1: service.log.read_text().count("reloaded,") == count, "a reload")  # type: ignore[misc]
                _answers_go_on(traffic)
        return _outcome(f"{RELOADS} reloads", traffic, service)


def _every(pause_s: float, seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    while time.monotonic() + pause_s <= end:
        time.sleep(pause_s)
        yield


def _answers_go_on(traffic: Traffic) -> None:
    before = traffic.answers
    soon(lambda: traffic.answers >= before + SOME, f"{SOME} answers")


def _outcome(fault: str, traffic: Traffic, service: Service) -> Outcome:
    soon(lambda: ready(service), "a worker is ready")
    return Outcome(fault, traffic.tally(), restarts(service))


def restarts(service: Service) -> int:
    """How many processes the service has replaced, by its metrics."""
    samples = Metrics(service).samples
    return int(sum(value for (name, _), value in samples.items() if name == "pdserving_restarts_total"))


Fault = Callable[[float], Outcome]

FAULTS: tuple[Fault, ...] = (workers_killed, only_worker_killed, worker_stopped, gateway_killed, reloaded)
"""All faults. Each takes the seconds of its load; those that end by themselves do not use them."""
