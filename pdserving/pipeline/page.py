"""What belongs to one request, on its way through the ops."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ocr_ops.results import Angle, Quad, Text, TextLine
from pdserving.pipeline.options import Options


@dataclass(slots=True)
class Page:
    """One picture and what the ops found in it. The op that holds it is the only one that touches it.

    Attributes:
        encoded: the picture's file; dropped when it is decoded.
        options: the request's options.
        image: the picture, BGR, of shape (H, W, 3); dropped when its lines are cropped.
        quads: text quads in reading order.
        crops: an upright BGR crop for each quad; dropped as soon as it is read.
        angles: an angle for each quad, None for each that was not classified.
        texts: the text of each quad.
        clock: the work that it has had, as the queue of batches counts it.
    """

    encoded: bytes
    options: Options
    image: NDArray[np.uint8] | None = None
    quads: Sequence[Quad] = ()
    crops: list[NDArray[np.uint8]] = field(default_factory=list)
    angles: list[Angle | None] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    clock: float = 0.0

    def lines(self) -> list[TextLine]:
        """The recognised lines in reading order, without those below `rec.drop_score`."""
        return [
            TextLine(text.text, text.score, quad, angle, text.columns)
            for quad, angle, text in zip(self.quads, self.angles, self.texts, strict=True)
            if text.text and text.score >= self.options.rec.drop_score
        ]
