"""What a pipeline finds in an image: lines of text."""

from collections.abc import Mapping
from dataclasses import dataclass

from client_results import Quad, Region, ResultKind, parse_json, parse_number, parse_quad

LINES = ResultKind(name="lines", columns=("text", "score"))


@dataclass(frozen=True)
class Line:
    """One line of text.

    Attributes:
        text: what it says.
        score: how sure that is, 0 to 1.
        quad: the corners in pixels of the upright picture, clockwise from the top left.
    """

    text: str
    score: float
    quad: Quad

    def cells(self) -> Mapping[str, str]:
        """Its text and score, by the names of their columns."""
        return {"text": self.text, "score": f"{self.score:.3f}"}

    def content(self) -> object:
        """Its fields, for JSON."""
        return {"text": self.text, "score": self.score, "quad": self.quad}

    def region(self) -> Region:
        """Its place, with its text."""
        return Region(self.text, self.quad)


def parse_lines(value: str) -> tuple[Line, ...]:
    """The lines in the server's JSON, a list of `[[text, score], [[x, y] × 4]]`.

    Raises:
        ValueError: it is anything else.
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
