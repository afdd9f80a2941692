"""API keys: made at random, kept as hashes, compared in constant time.

A key is 32 random bytes, so its hash is plain SHA-256: a slow hash (bcrypt, Argon2) protects what people choose, which
can be guessed. Nobody guesses 256 bits, and a slow hash of every request would be a way to keep the service busy.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Self

_KEY_BYTES = 32
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SCHEME = "sha256:"

_ENTRY = re.compile(rf"(?P<name>{NAME.pattern})\s+{_SCHEME}(?P<digest>[0-9a-f]{{64}})")


def new_key() -> str:
    """A new key: 43 characters of A to Z, a to z, 0 to 9, `-` and `_`."""
    key = secrets.token_urlsafe(_KEY_BYTES)
    # A command line would take it for an option.
    return new_key() if key.startswith("-") else key


def entry(name: str, key: str) -> str:
    """The line of the keys file for a key: its name and its hash."""
    return f"{name} {_SCHEME}{_digest(key).hex()}"


class KeyRing:
    """The keys that are accepted; it cannot be changed.

    Args:
        digests: the SHA-256 of each key, by the key's name.
    """

    def __init__(self, digests: Mapping[str, bytes]) -> None:
        self._digests = dict(digests)

    def __len__(self) -> int:
        return len(self._digests)

    @classmethod
    def parse(cls, lines: Iterable[str]) -> Self:
        """The keys of these lines, each `NAME sha256:HEX`; empty ones and comments (`#`) are passed over.

        Raises:
            ValueError: a line is no entry, or a name is there twice. The message holds the line's number and never its
                content, which may be a key in the wrong place.
        """
        digests: dict[str, bytes] = {}
        for number, line in enumerate(lines, 1):
            text = line.partition("#")[0].strip()
            if not text:
                continue
            found = _ENTRY.fullmatch(text)
            if found is None:
                raise ValueError(
                    f"line {number} is no entry; accepted: NAME {_SCHEME}HASH, as `pdserving key new` prints it"
                )
            if found["name"] in digests:
                raise ValueError(f"line {number}: the name {found['name']} is there twice; accepted: a name once")
            digests[found["name"]] = bytes.fromhex(found["digest"])
        return cls(digests)

    def identify(self, key: str) -> str | None:
        """The name of a key; None for one that is not accepted. Either takes as long."""
        digest, found = _digest(key), None
        for name, known in self._digests.items():
            if hmac.compare_digest(digest, known):
                found = name
        return found


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
