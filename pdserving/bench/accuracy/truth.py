"""The truth about a page, in memory and as `truth.json`, which drawn pages and labelled pictures share.

Only the standard library: peers import this in environments of their own.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

TRUTH_FILE = "truth.json"

Point: TypeAlias = tuple[float, float]
Corners: TypeAlias = tuple[Point, Point, Point, Point]


class TruthError(ValueError):
    """A file of truth that cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Line:
    """A line of text, as a page's truth has it or as a contender reads it.

    Attributes:
        text: what it says.
        quad: its corners in pixels of the picture, in order around it.
        ordered: whether it has a place in the reading order. Labels scattered over a picture have none.
    """

    text: str
    quad: Corners
    ordered: bool = True


@dataclass(frozen=True)
class TruePage:
    """A picture and what it says.

    Attributes:
        picture: the path of the picture.
        category: the kind of page.
        lines: its lines, in reading order.
    """

    picture: Path
    category: str
    lines: tuple[Line, ...]


def corners(quad: Sequence[Sequence[float]]) -> Corners:
    """Four points as a quad.

    Raises:
        ValueError: there are not four points of two numbers.
    """
    points = [(float(x), float(y)) for x, y in quad]
    first, second, third, fourth = points
    return first, second, third, fourth


def write_truth(pages: Sequence[TruePage], folder: Path) -> None:
    """Write the truth about pages whose pictures are in that folder."""
    tree = [
        {
            "picture": page.picture.relative_to(folder).as_posix(),
            "category": page.category,
            "lines": [_line_tree(line) for line in page.lines],
        }
        for page in pages
    ]
    text = json.dumps({"pages": tree}, ensure_ascii=False, indent=1)
    (folder / TRUTH_FILE).write_text(text + "\n", encoding="utf-8")


def read_truth(folder: Path) -> list[TruePage]:
    """The pages that a folder's `truth.json` describes, in its order.

    Raises:
        TruthError: the file or a picture is missing, or an entry is not as it should be.
    """
    path = folder / TRUTH_FILE
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["pages"]
    except OSError as error:
        raise TruthError(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise TruthError(f'{path}: not JSON of the form {{"pages": [...]}}') from None
    return [_page(entry, folder, f"{path}: page {number}") for number, entry in enumerate(entries, 1)]


def _page(entry: Mapping[str, Any], folder: Path, where: str) -> TruePage:
    try:
        lines = tuple(
            Line(str(line["text"]), corners(line["quad"]), bool(line.get("ordered", True))) for line in entry["lines"]
        )
        page = TruePage((folder / entry["picture"]).resolve(), str(entry.get("category", "pictures")), lines)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TruthError(f"{where}: {type(error).__name__}: {error}") from None
    if not page.picture.is_file():
        raise TruthError(f"{where}: {entry['picture']} is not there")
    return page


def _line_tree(line: Line) -> dict[str, Any]:
    tree: dict[str, Any] = {"text": line.text, "quad": [[round(x, 1), round(y, 1)] for x, y in line.quad]}
    return tree if line.ordered else {**tree, "ordered": False}
