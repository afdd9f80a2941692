"""Keys are long and random, kept as hashes, and read from lines that are exactly right."""

import re
from collections.abc import Callable

import pytest

from pdserving.security.keys import KeyRing, entry, new_key


def test_a_new_key_has_256_bits_and_never_comes_twice() -> None:
    keys = {new_key() for _ in range(1000)}
    assert len(keys) == 1000
    assert all(re.fullmatch(r"\w[\w-]{42}", key, re.ASCII) for key in keys)


def test_a_key_is_known_by_its_line_and_the_line_does_not_hold_it() -> None:
    key, other = new_key(), new_key()
    line = entry("alice", key)
    ring = KeyRing.parse(["# who may ask", "", f"  {line}   # since May", entry("bob", other)])
    assert key not in line
    assert (ring.identify(key), ring.identify(other)) == ("alice", "bob")


@pytest.mark.parametrize(
    "change", [str.lower, lambda key: key[:-1], lambda key: f"{key}=", lambda _: "", lambda _: "é"]
)
def test_what_is_nearly_a_key_is_none(change: Callable[[str], str]) -> None:
    key = "Q" + new_key()
    assert KeyRing.parse([entry("alice", key)]).identify(change(key)) is None


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([new_key()], "line 1 is no entry"),
        (["alice " + new_key()], "line 1 is no entry"),
        (["alice sha256:12"], "line 1 is no entry"),
        ([entry("a b", "x")], "line 1 is no entry"),
        ([entry("alice", "x"), entry("alice", "y")], "line 2: the name alice is there twice"),
    ],
)
def test_a_wrong_line_is_named_by_its_number_and_not_repeated(lines: list[str], problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as caught:
        KeyRing.parse(lines)
    assert lines[-1] not in str(caught.value)
