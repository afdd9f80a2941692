"""Fixtures that start the real service with the real models, once a session."""

import json
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from pdserving.config import load_settings
from pdserving.models.stages import fetch_models
from tests.support.browser import browser  # noqa: F401 (a fixture)
from tests.support.running import CONFIG, Service, running_service

# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.register_profile("fuzz", deadline=None, max_examples=5_000)
hypothesis.settings.load_profile("any machine")

PROFILES = ("ppocrv4", "ppocrv6")
SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(scope="session")
def models() -> None:
    """The converted models of every profile, in `serving_models/`."""
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
