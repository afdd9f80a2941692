"""A service whose limits a test can meet soon."""

from collections.abc import Iterator

import pytest

from tests.gateway.small_limits import LIMITS
from tests.running import Service, running_service


@pytest.fixture(scope="session")
def small(models: None) -> Iterator[Service]:
    """A service with small limits."""
    with running_service("profile=ppocrv4", *(f"limits.{name}={value}" for name, value in LIMITS.items())) as service:
        yield service
