"""The answer that a worker gives its gateway about one page, as both write and read it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class LineAnswer:
    """One line of text.

    Attributes:
        quad: 4 × (x, y), pixels, clockwise from the corner that is at the top left of the picture, whichever way the
            text runs; `pdserving.documents.boxes.reading_quad` turns it.
        text: None when recognition is off.
        score: 0 to 1; None when recognition is off.
        angle: 0 or 180 degrees, how the crop was turned; None when classification is off.
        angle_score: 0 to 1; None when classification is off.
        columns: the centre of each character along the upright crop, ascending, as a fraction 0 to 1.
        laid_down: whether the crop was turned by 90 degrees counter-clockwise, before it was turned by `angle`: a tall
            one is, unless it is a narrow glyph or two that stand; so is a short one on a page that lies on its side.
    """

    quad: list[list[float]]
    text: str | None
    score: float | None
    angle: int | None
    angle_score: float | None
    columns: list[float]
    laid_down: bool = False

    @property
    def direction(self) -> int:
        """The direction in which the line runs in the picture: 0, 90, 180 or 270 degrees, clockwise.

        At 90 it runs from top to bottom.
        """
        return (90 if self.laid_down else 0) + (self.angle or 0)


@dataclass(frozen=True)
class PageAnswer:
    """What was read of one picture.

    Attributes:
        width, height: in pixels, as EXIF turns the picture.
        lines: in reading order of the upright page.
        timings_ms: milliseconds by stage.
        rotation: 0, 90, 180 or 270, as `Page.rotation` of the pipeline. Its quads are in the picture's own coordinates.
        detection_scale: the largest at which any of the picture was looked at, in pixels of the detector's input for
            one of the picture; None where nothing was detected.
    """

    width: int
    height: int
    lines: list[LineAnswer]
    timings_ms: dict[str, float]
    rotation: int = 0
    detection_scale: float | None = None

    def to_json(self) -> str:
        """The fields as JSON; ValueError for a number that is not finite.

        Characters outside ASCII stand as themselves: a JSON escape of one beyond the basic plane would be two
        characters to Python.
        """
        return json.dumps(self, default=vars, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The answer that `to_json` wrote."""
        return cls.from_tree(json.loads(text))

    @classmethod
    def from_tree(cls, tree: Mapping[str, Any]) -> Self:
        """The answer in a parsed JSON text, which may be part of a larger one."""
        return cls(**{**tree, "lines": [LineAnswer(**line) for line in tree["lines"]]})
