"""Metrics in Prometheus's text format: what the registries of gateway and worker have in common."""

import threading
from pathlib import Path

import prometheus_client
from prometheus_client import CollectorRegistry, Gauge, ProcessCollector

CONTENT_TYPE = prometheus_client.CONTENT_TYPE_PLAIN_0_0_4
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
"""Bounds of the buckets of a histogram of seconds."""

_TASKS = Path("/proc/self/task")


def new_registry(namespace: str) -> CollectorRegistry:
    """A registry with the metrics of this process: memory, processor time, files and threads.

    Args:
        namespace: what their names start with, such as `pdserving_worker`: two processes share one page of metrics.
    """
    # Else every counter has a gauge beside it that tells when it began. Nothing here reads those.
    prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]  # it has no annotations
    registry = CollectorRegistry()
    ProcessCollector(namespace=namespace, registry=registry)
    threads = Gauge(f"{namespace}_process_threads", "Threads of the process.", registry=registry)
    threads.set_function(_threads)
    return registry


def exposition(registry: CollectorRegistry) -> bytes:
    """All metrics of a registry as text."""
    return prometheus_client.generate_latest(registry)


def _threads() -> int:
    # The system counts native threads too.
    return len([*_TASKS.iterdir()]) if _TASKS.is_dir() else threading.active_count()
