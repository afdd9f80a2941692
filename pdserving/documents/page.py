"""A page as a picture, what the pipeline answers about it, and the file that it is of, as all formats take them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class LineAnswer:
    """One line of a picture, as the worker answers it.

    Attributes:
        quad: 4 × (x, y), pixels, clockwise from the corner that is at the top left of the picture, whichever way the
            text runs; `pdserving.documents.boxes.reading_quad` turns it.
        text: None when recognition is off.
        score: 0 to 1; None when recognition is off.
        angle: 0 or 180 degrees, how the crop was turned; None when classification is off.
        angle_score: 0 to 1; None when classification is off.
        columns: the centre of each character along the upright crop, ascending, as a fraction 0 to 1.
    """

    quad: list[list[float]]
    text: str | None
    score: float | None
    angle: int | None
    angle_score: float | None
    columns: list[float]


@dataclass(frozen=True)
class PageAnswer:
    """One picture.

    Attributes:
        width, height: in pixels, upright.
        lines: in reading order.
        timings_ms: milliseconds by stage.
    """

    width: int
    height: int
    lines: list[LineAnswer]
    timings_ms: dict[str, float]


@dataclass(frozen=True)
class DocumentPage:
    """One page of a file that was read.

    Attributes:
        file: the file's name, as the client gave it.
        page: from 1, in its file.
        dpi: at which the page was rendered; None for a picture.
        answer: what was read.
    """

    file: str
    page: int
    dpi: int | None
    answer: PageAnswer


@dataclass(frozen=True)
class RenderedPage:
    """A page as a picture.

    Attributes:
        image: an encoded picture, lossless.
        width, height: in pixels.
    """

    image: bytes
    width: int
    height: int


@dataclass(frozen=True)
class SourceFile:
    """A picture or PDF that was read.

    Attributes:
        data: the file.
        pages: of a picture, one; of a PDF, those that were asked for, in order.
    """

    data: bytes
    pages: Sequence[DocumentPage]
