"""What a contender reads on each picture, as a file. Only the standard library, as peers import it."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

from pdserving.bench.accuracy.truth import Line, corners

Answers: TypeAlias = dict[str, list[Line] | str]
"""The lines of each picture, by its path, in the order in which they came, or how it failed."""


def read_all(
    read: Callable[[bytes], Iterable[tuple[str, Sequence[Sequence[float]]]]], pictures: Path, result: Path
) -> None:
    """Read the pictures that a file lists, a path a line, and write the answers as JSON."""
    tree: dict[str, object] = {}
    for picture in pictures.read_text(encoding="utf-8").splitlines():
        try:
            tree[picture] = [[text, quad] for text, quad in read(Path(picture).read_bytes())]
        except Exception as error:  # of whatever library
            tree[picture] = f"{type(error).__name__}: {error}"
        print(picture, flush=True)
    result.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")


def load_answers(result: Path) -> Answers:
    """The answers that `read_all` wrote."""
    tree = json.loads(result.read_text(encoding="utf-8"))
    return {
        picture: told if isinstance(told, str) else [Line(text, corners(quad)) for text, quad in told]
        for picture, told in tree.items()
    }
