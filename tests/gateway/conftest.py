"""Gateways in the tests' own process, and services whose workers pictures can kill or whose limits are small."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdserving.config import load_settings
from tests.support.in_process import Gateway, running_gateway
from tests.support.paths import CONFIG
from tests.support.running import Service, running_service
from tests.support.small_limits import LIMITS
from tests.support.workers import fragile_worker


@pytest.fixture(scope="package")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where workers tell that they hold a picture up, and are told to go on."""
    return tmp_path_factory.mktemp("held")


@pytest.fixture(scope="package")
def fragile(models: None, held: Path) -> Iterator[Service]:
    """Three workers of the kind of `tests.support.workers.fragile_worker`."""
    os.environ[fragile_worker.FOLDER] = str(held)
    settings = (*fragile_worker.SETTINGS, "workers=3", "limits.max_in_flight=64")
    try:
        with running_service(*settings) as service:
            yield service
    finally:
        del os.environ[fragile_worker.FOLDER]


@pytest.fixture(scope="session")
def small(models: None) -> Iterator[Service]:
    """A service with small limits."""
    with running_service("profile=ppocrv4", *(f"limits.{name}={value}" for name, value in LIMITS.items())) as service:
        yield service


@pytest.fixture(scope="session")
def gateway() -> Iterator[Gateway]:
    """A gateway with `configs/cpu.yml`, in front of no worker: it reads every picture alike."""
    with running_gateway(load_settings(CONFIG, [])) as gateway:
        yield gateway


@pytest.fixture(scope="session")
def small_gateway() -> Iterator[Gateway]:
    """A gateway with small limits, in front of no worker."""
    overrides = [f"limits.{name}={value}" for name, value in LIMITS.items()]
    with running_gateway(load_settings(CONFIG, overrides)) as gateway:
        yield gateway
