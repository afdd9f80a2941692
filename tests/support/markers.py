"""Marks the tests that need processes of ours or a browser, and fails those that start one without the marker."""

import itertools
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

SERVICE = "service"
MODULES = ("pdserving", "tests.")
"""What the modules of ours that run as a process begin with."""
FIXTURES = {
    "browser": "browser",
    "encrypted": SERVICE,
    "fragile": SERVICE,
    "guarded": SERVICE,
    "models_dir": SERVICE,  # looks at each model in a process of its own
    "service": SERVICE,
    "small": SERVICE,
}
"""The marker of the tests that use a fixture."""


def mark_by_fixtures(items: Sequence[pytest.Item]) -> None:
    """Give each test the markers of the fixtures that it uses."""
    for item in items:
        used = item.fixturenames if isinstance(item, pytest.Function) else ()
        for marker in sorted({FIXTURES[name] for name in used if name in FIXTURES}):
            item.add_marker(marker)


def is_ours(command: object) -> bool:
    """Whether a command line runs a module of ours: `python -m pdserving ...`."""
    words = [str(word) for word in command] if isinstance(command, list | tuple) else str(command).split()
    return any(flag == "-m" and module.startswith(MODULES) for flag, module in itertools.pairwise(words))


class ProcessGuard:
    """Fails a test that starts a process of ours and is not marked with `service`.

    It looks at each process that Python's `subprocess` starts, whoever asks for it.
    """

    def __init__(self) -> None:
        self._watches = False
        sys.addaudithook(self._look)

    @contextmanager
    def watching(self, item: pytest.Item) -> Iterator[None]:
        """Watch a test, unless it has the marker."""
        self._watches = item.get_closest_marker(SERVICE) is None
        try:
            yield
        finally:
            self._watches = False

    @contextmanager
    def allowing(self) -> Iterator[None]:
        """Let a fixture start processes for what is there already when the next session asks for it."""
        before, self._watches = self._watches, False
        try:
            yield
        finally:
            self._watches = before

    def _look(self, event: str, arguments: Sequence[object]) -> None:
        if self._watches and event == "subprocess.Popen" and is_ours(arguments[1]):
            pytest.fail(f"starts a process of ours without the marker {SERVICE}: {arguments[1]}")
