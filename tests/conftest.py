"""Fixtures that start the real service with the real models, once a session; and the markers of who uses them."""

import json
from collections.abc import Generator, Iterator

import hypothesis
import pytest

from pdserving.config import load_settings
from pdserving.models.stages import fetch_models
from tests.support.browser import browser  # noqa: F401 (a fixture)
from tests.support.markers import ProcessGuard, group_by_fixtures, mark_by_fixtures
from tests.support.paths import CONFIG, SAMPLES
from tests.support.running import Service, running_service

# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.register_profile("fuzz", deadline=None, max_examples=5_000)
hypothesis.settings.load_profile("any machine")

PROFILES = ("ppocrv4", "ppocrv6")
_GUARD = ProcessGuard()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts a service or a browser by a fixture, before `-m` chooses, and say what runs in one process."""
    mark_by_fixtures(items)
    group_by_fixtures(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test whose fixtures start a process of ours that its markers do not tell of."""
    with _GUARD.watching(item):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test that starts a process of ours that its markers do not tell of."""
    with _GUARD.watching(item):
        yield


@pytest.fixture(scope="session")
def models() -> None:
    """The converted models of every profile, in `serving_models/`. They stay there."""
    with _GUARD.allowing():
        for profile in PROFILES:
            fetch_models(load_settings(CONFIG, [f"profile={profile}"]), print)


@pytest.fixture(scope="session")
def service(models: None) -> Iterator[Service]:
    """A service with `configs/cpu.yml` on free ports."""
    with running_service() as service:
        yield service


@pytest.fixture(scope="session")
def truth() -> dict[str, list[str]]:
    """The lines of each sample picture, by file name."""
    read: dict[str, list[str]] = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))
    return read
