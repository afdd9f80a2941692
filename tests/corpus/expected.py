"""What each file of the corpus must give, and the forms in which the protocols say it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.corpus.make import FILES

TRUTH = Path(__file__).parent / "truth.json"

# A traceback, a source file, or a path of the machine's file system.
_INTERNALS = re.compile(r'Traceback|File "|\.(?:py|cpp|hpp|so)\b|/(?:home|usr|tmp|root|opt|var|work|io|lib)/')


@dataclass(frozen=True)
class Expected:
    """Lines, or an error: exactly one of both is None."""

    text: list[str] | None
    code: str | None
    status: int
    err_no: int

    @classmethod
    def parse(cls, tree: Mapping[str, Any]) -> "Expected":
        """The expectation in an entry of `truth.json`."""
        if "text" in tree:
            return cls(tree["text"], None, 200, 0)
        return cls(None, tree["code"], tree["status"], tree["err_no"])


@dataclass(frozen=True)
class Case:
    """A file, what it gives as a picture, and what it gives to REST, which reads PDFs, too."""

    name: str
    picture: Expected
    rest: Expected

    @property
    def data(self) -> bytes:
        """The file."""
        return (FILES / self.name).read_bytes()


def cases() -> list[Case]:
    """All files, by name."""
    tree = json.loads(TRUTH.read_text(encoding="utf-8"))
    return [Case(name, Expected.parse(entry), Expected.parse(entry.get("rest", entry))) for name, entry in tree.items()]


def assert_for_clients(message: str) -> None:
    """An error's message tells nothing of the machine that it was made on, and is no number alone."""
    assert not _INTERNALS.search(message), message
    assert "internal error" not in message
    assert len(message) > 10, message
