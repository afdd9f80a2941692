"""What a pipeline finds in an image: lines of text."""

from collections.abc import Mapping
from dataclasses import dataclass

from client_results import Quad, Region, ResultKind, parse_json, parse_number, parse_quad

LINES = ResultKind(name="lines", columns=("text", "score"))


@dataclass(frozen=True)
class Line:
    """One line of text.

    `score` lies in 0…1. `quad` holds the corners in pixels of the upright picture, clockwise from the top left.
    """

    text: str
    score: float
    quad: Quad

    def cells(self) -> Mapping[str, str]:
        return {"text": self.text, "score": f"{self.score:.3f}"}

    def content(self) -> object:
        return {"text": self.text, "score": self.score, "quad": self.quad}

    def region(self) -> Region:
        return Region(self.text, self.quad)


def parse_lines(value: str) -> tuple[Line, ...]:
    """Returns the lines in the server's JSON, a list of `[[text, score], [[x, y] × 4]]`.

    Raises ValueError where it is anything else.
    """
    entries = parse_json(value)
    if not isinstance(entries, list):
        raise ValueError("the result is not a list of lines")
    return tuple(_parse_line(entry) for entry in entries)


def _parse_line(entry: object) -> Line:
    match entry:
        case [[str(text), score], quad]:
            return Line(text, parse_number(score), parse_quad(quad))
        case _:
            raise ValueError("a line is not [[text, score], four corners]")
