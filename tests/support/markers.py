"""Marks the tests that need processes of ours or a browser, and fails those that start one without the marker."""

import itertools
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

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
SHARED = ("service", "small", "guarded", "fragile", "models_dir")
"""Fixtures of several files that take seconds: the first that a file uses is what groups it."""


def mark_by_fixtures(items: Sequence[pytest.Item]) -> None:
    """Give each test the markers of the fixtures that it uses."""
    for item in items:
        for marker in sorted({FIXTURES[name] for name in _fixtures(item) if name in FIXTURES}):
            item.add_marker(marker)


def group_by_fixtures(items: Sequence[pytest.Item]) -> None:
    """Give each test its group for `--dist loadgroup`, whose tests run in one process.

    A file is never divided, so the fixtures of a module are made once. Files that use the same shared fixture are one
    group, so it is made once too.
    """
    files: defaultdict[Path, set[str]] = defaultdict(set)
    for item in items:
        files[item.path].update(_fixtures(item))
    for item in items:
        group = next((name for name in SHARED if name in files[item.path]), item.nodeid.partition("::")[0])
        item.add_marker(pytest.mark.xdist_group(group))


def _fixtures(item: pytest.Item) -> Sequence[str]:
    return item.fixturenames if isinstance(item, pytest.Function) else ()


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
