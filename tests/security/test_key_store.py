"""Keys change with their file while the service runs; a broken file changes nothing."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from pdserving.security.key_store import CHECK_S, ENVIRONMENT, KeyStore
from pdserving.security.keys import entry, new_key

FIRST, SECOND = new_key(), new_key()


class Clock:
    """A clock that stands until it is told to go on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def go_on(self) -> None:
        self.now += CHECK_S


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "keys"
    replace(path, entry("first", FIRST))
    return path


def replace(path: Path, text: str) -> None:
    """Write as an operator should: the new file is whole before it has the name."""
    new = path.with_name("new")
    new.write_text(f"{text}\n", encoding="utf-8")
    new.rename(path)


def test_keys_are_exchanged_without_a_restart(file: Path, clock: Clock) -> None:
    store = KeyStore(file, {}, clock)
    assert (store.identify(FIRST), store.identify(SECOND)) == ("first", None)
    replace(file, f"{entry('first', FIRST)}\n{entry('second', SECOND)}")
    assert store.identify(SECOND) is None  # not looked at more often than that
    clock.go_on()
    assert (store.identify(FIRST), store.identify(SECOND)) == ("first", "second")
    replace(file, entry("second", SECOND))
    clock.go_on()
    assert (store.identify(FIRST), store.identify(SECOND)) == (None, "second")


@pytest.mark.parametrize("damage", [lambda file: replace(file, "oops"), lambda file: replace(file, "é"), Path.unlink])
def test_a_broken_file_keeps_the_old_keys_and_the_log_says_why_once(
    file: Path,
    clock: Clock,
    damage: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = KeyStore(file, {}, clock)
    assert store.identify(FIRST) == "first"
    with caplog.at_level(logging.ERROR):
        damage(file)
        for _ in range(3):
            clock.go_on()
            assert store.identify(FIRST) == "first"
    (record,) = caplog.records
    assert f"security.keys_file: {file}" in record.getMessage()
    replace(file, entry("second", SECOND))
    clock.go_on()
    assert (store.identify(FIRST), store.identify(SECOND)) == (None, "second")


def test_an_empty_file_takes_all_keys_away(file: Path, clock: Clock) -> None:
    store = KeyStore(file, {}, clock)
    assert store.identify(FIRST) == "first"
    replace(file, "# nobody")
    clock.go_on()
    assert store.required
    assert store.identify(FIRST) is None


def test_a_store_that_never_read_its_file_lets_nobody_in(tmp_path: Path, clock: Clock) -> None:
    store = KeyStore(tmp_path / "none", {}, clock)
    assert store.required
    assert store.identify(FIRST) is None


def test_keys_come_from_the_environment_too(file: Path, clock: Clock) -> None:
    third = new_key()
    environment = {ENVIRONMENT: f"{entry('second', SECOND)},{entry('third', third)}"}
    store = KeyStore(file, environment, clock)
    assert [store.identify(key) for key in (FIRST, SECOND, third)] == ["first", "second", "third"]
    assert KeyStore(None, environment, clock).identify(third) == "third"
    assert not KeyStore(None, {}, clock).required


@pytest.mark.parametrize(
    ("text", "problem"), [("", "has no key"), ("alice", "line 1 is no entry"), (None, "cannot be read: No such file")]
)
def test_a_start_without_keys_is_refused(tmp_path: Path, text: str | None, problem: str) -> None:
    path = tmp_path / "keys"
    if text is not None:
        replace(path, text)
    with pytest.raises(ValueError, match=problem) as caught:
        KeyStore(path, {}).load()
    assert str(path) in str(caught.value)
