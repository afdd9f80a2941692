"""A page: one picture and its request, on their way through the ops."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ocr_ops.arrays import Image
from ocr_ops.classification import Angle
from ocr_ops.crop import is_tall, turn_crop
from ocr_ops.detection import Looks, Quad
from ocr_ops.recognition import Piece, Text
from ocr_ops.text_line import TextLine
from ocr_ops.vertical_writing import side_by_side
from pdserving.config.request_options import Options
from pdserving.errors import ClientGoneError, TimedOutError
from pdserving.supervision.journal import Subject

DropReason = Literal["deadline", "client_gone"]

PAGE = "page"
"""The one key of the dict that travels through Paddle Serving's channels."""


class Lifetime:
    """The time for which a request's answer is of use: its deadline has not passed, and its client is there.

    Args:
        deadline: the end of its time, by `time.monotonic`.
        active: whether its client still waits.

    Attributes:
        dropped: why the request was given up, once `check` has found it to be over.
    """

    def __init__(self, deadline: float = math.inf, active: Callable[[], bool] = lambda: True) -> None:
        self._deadline = deadline
        self._active = active
        self.dropped: DropReason | None = None

    def check(self) -> None:
        """Raise if the request's answer is of no use any more.

        Raises:
            TimedOutError: the deadline has passed.
            ClientGoneError: the client has gone.
        """
        # First the deadline: a client whose time is up hangs up too.
        if time.monotonic() >= self._deadline:
            self.dropped = "deadline"
            raise TimedOutError(
                "no answer by the request's deadline: request_timeout_s, or the time that its client gave"
            )
        if not self._active():
            self.dropped = "client_gone"
            raise ClientGoneError("the client has gone")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a line.

    Attributes:
        line: the index of its quad.
        direction: the one in which the line is taken to run, as in `Page.direction`.
        turn: the degrees by which its crop is turned clockwise for it.
        side_by_side: whether some glyphs of a column are read, set side by side as they stand in that direction.
    """

    line: int
    direction: int
    turn: int = 0
    side_by_side: bool = False


@dataclass(slots=True)
class Page:
    """One picture and what the ops found in it. The op that holds it is the only one that touches it.

    Attributes:
        encoded: the picture's file; dropped when it is decoded.
        options: the request's options.
        request_id: by which gateway and worker name the request in their logs.
        lifetime: until when its answer is of use.
        subject: what the journal calls the picture; None where no journal is kept.
        arrived: when the worker had the request, by `time.perf_counter`.
        width, height: the picture's, in pixels.
        image: the picture, BGR, of shape (H, W, 3); dropped when its lines are cropped.
        looks: what the detector sees of the picture; dropped when its lines are cropped.
        detection_scale: the largest at which any of the picture was looked at, in pixels of the detector's input for
            one of the picture; None where nothing was detected.
        rotation: the degrees by which the upright page was turned clockwise to give the picture: 0, 90, 180 or 270. So
            the rows of a page with 90 run from top to bottom in the picture, those of one with 270 from bottom to top.
            Vertical writing is upright as its glyphs stand.
        quads: text quads in reading order of the upright page.
        crops: a BGR crop for each quad, upright as far as is known; dropped as soon as it is read.
        angles: an angle for each quad; none where classification is off.
        disputed: the lines that run against their page, as the classifier says: they are read both ways.
        readings: what is read: each line once, in the order of the quads, and then those that are read in another way.
        set_aside: glyphs of columns, set side by side, by their lines; dropped as soon as they are read.
        pieces: the pieces of each reading's crop, with the reading that they are of.
        texts: the text of each piece; when all are read, the text of each quad.
        against_shape: the lines that run otherwise than the shapes of their quads say: tall ones that are not laid
            down, and others that are.
        timings_ms: how long each stage had it, from its first batch to its last.
    """

    encoded: bytes
    options: Options
    request_id: str = ""
    lifetime: Lifetime = field(default_factory=Lifetime)
    subject: Subject | None = None
    arrived: float = field(default_factory=time.perf_counter)
    width: int = 0
    height: int = 0
    image: NDArray[np.uint8] | None = None
    looks: Looks | None = None
    detection_scale: float | None = None
    rotation: int = 0
    quads: Sequence[Quad] = ()
    crops: list[NDArray[np.uint8]] = field(default_factory=list)
    angles: list[Angle] = field(default_factory=list)
    disputed: set[int] = field(default_factory=set)
    readings: list[Reading] = field(default_factory=list)
    set_aside: dict[int, Image] = field(default_factory=dict)
    pieces: list[tuple[Reading, Piece]] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    against_shape: set[int] = field(default_factory=set)
    timings_ms: dict[str, float] = field(default_factory=dict)

    def crop_of(self, reading: Reading) -> Image:
        """The crop as it is read."""
        crop = turn_crop(self.crops[reading.line], reading.turn)
        if not reading.side_by_side:
            return crop
        if reading.line not in self.set_aside:
            self.set_aside[reading.line] = side_by_side(crop)
        return self.set_aside[reading.line]

    def direction(self, line: int) -> int:
        """The direction in which a line runs in the picture, as far as is known: 0, 90, 180 or 270 degrees, clockwise.

        At 90 it runs from top to bottom.
        """
        return (90 if self._is_laid_down(line) else 0) + (self.angles[line].degrees if self.angles else 0)

    def direct(self, line: int, direction: int) -> None:
        """Note the direction in which a line runs; half a turn only where crops are classified."""
        if (direction % 180 == 90) == is_tall(self.quads[line].points):
            self.against_shape.discard(line)
        else:
            self.against_shape.add(line)
        if self.angles:
            self.angles[line] = replace(self.angles[line], degrees=direction // 180 * 180)

    def lines(self) -> list[TextLine]:
        """The lines in reading order; without text where recognition is off.

        Lines below `rec.drop_score` and lines of blanks alone are left out.
        """
        rec = self.options.rec
        angles: Sequence[Angle | None] = self.angles or [None] * len(self.quads)
        texts = self.texts if rec.enabled else [Text("", 0.0, ())] * len(self.quads)
        return [
            TextLine(text.text, text.score, quad, angle, text.columns, laid_down=self._is_laid_down(index))
            for index, (quad, angle, text) in enumerate(zip(self.quads, angles, texts, strict=True))
            if not rec.enabled or (text.text.strip() and text.score >= rec.drop_score)
        ]

    def _is_laid_down(self, line: int) -> bool:
        return is_tall(self.quads[line].points) != (line in self.against_shape)
