"""`op`: the keys of the three ops, and among them the options that a request may set.

To add an option, add it here with its range and its sentence; each protocol names it in a table of its own.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pdserving.config.accepted import Measure
from pdserving.config.fields import MAX_COUNT, Count, FilePath, Probability, Section
from pdserving.config.predictor import LocalService

SMALLEST_SIDE = 32  # pixels; the detector halves its input five times
_LARGEST_SIDE = 4096
SMALLEST_BATCH = 48 * 192  # pixels; one crop of the classifier
LARGEST_BATCH = 64 * SMALLEST_BATCH
_MAX_BATCHING_TIMEOUT = 1000  # milliseconds


class OpSection(Section):
    """The keys that every op has."""

    concurrency: Count = "auto"
    batch_pixels: int
    batch_size: int = Field(default=1, ge=1, le=MAX_COUNT)
    auto_batching_timeout: float = Field(default=0, ge=0, le=_MAX_BATCHING_TIMEOUT)
    local_service_conf: LocalService = LocalService()


class DetectionOptions(Section):
    """The keys of `op.det` that a request may set."""

    enabled: bool = Field(default=True, description="find the lines; `false`: the picture is one line")
    limit_side_len: Annotated[int | None, Measure("pixels", most="op.det.max_side_len")] = Field(
        default=None,
        ge=SMALLEST_SIDE,
        description="limit of the picture's longest or shortest side at the detector, which then looks once; without "
        "it the detector looks as closely as the text needs",
    )
    limit_type: Literal["max", "min"] = Field(
        default="max",
        description="`max`: shrink until the longest side is within the limit; "
        "`min`: grow until the shortest side reaches it",
    )
    thresh: Probability = Field(default=0.3, description="probability above which a pixel is text")
    box_thresh: Probability = Field(default=0.6, description="box score below which a line is dropped")
    unclip_ratio: float = Field(
        default=1.5, ge=0.1, le=10, description="how far a line's quad grows around its shrunken text"
    )
    use_dilation: bool = Field(default=False, description="dilate the bitmap by 2 × 2 first")
    score_mode: Literal["fast", "slow"] = Field(
        default="fast", description="box score over the quad (`fast`) or the contour (`slow`)"
    )


class DetectionSection(DetectionOptions, OpSection):
    """The section `op.det`."""

    max_side_len: int = Field(
        default=1280,
        ge=SMALLEST_SIDE,
        le=_LARGEST_SIDE,
        description="pixels that no side of the detector's input exceeds, whatever a request asks",
    )
    batch_pixels: int = Field(default=1280 * 1280, ge=SMALLEST_SIDE**2, le=4 * _LARGEST_SIDE**2)
    skip_margins: bool = True
    max_candidates: int = Field(
        default=2000, ge=1, le=20_000, description="contours that the detector looks at, the largest first"
    )
    min_size: int = Field(default=3, ge=1)

    @model_validator(mode="after")
    def _limit_within_maximum(self) -> "DetectionSection":
        if self.limit_side_len is not None and self.limit_side_len > self.max_side_len:
            most = f"at most max_side_len {self.max_side_len}"
            raise ValueError(f"limit_side_len is {self.limit_side_len}; accepted: {most}")
        return self


class ClassificationOptions(Section):
    """The keys of `op.cls` that a request may set."""

    enabled: bool = Field(default=True, description="turn lines that are upside down")
    thresh: Probability = Field(
        default=0.9, description="probability from which a line counts as upside down or upright"
    )


class ClassificationSection(ClassificationOptions, OpSection):
    """The section `op.cls`."""

    batch_pixels: int = Field(default=36_864, ge=SMALLEST_BATCH, le=LARGEST_BATCH)


class RecognitionOptions(Section):
    """The keys of `op.rec` that a request may set."""

    enabled: bool = Field(default=True, description="read the lines; `false`: only where they are")
    drop_score: Probability = Field(default=0.5, description="confidence below which a line is left out")


class RecognitionSection(RecognitionOptions, OpSection):
    """The section `op.rec`."""

    bucket_step: int = Field(default=32, ge=8)
    min_width: int = Field(default=64, ge=8)
    max_width: int = Field(default=2560, ge=64, le=8192)
    batch_pixels: int = Field(
        default=30_720, ge=SMALLEST_BATCH, le=LARGEST_BATCH, description="pixels of a recogniser's batch"
    )
    character_list: FilePath | None = None
    use_space_char: bool | None = None
    input_height: int | None = Field(default=None, ge=16, le=256)

    @model_validator(mode="after")
    def _widths_in_order(self) -> "RecognitionSection":
        if self.min_width > self.max_width:
            raise ValueError(f"min_width is {self.min_width}; accepted: at most max_width {self.max_width}")
        return self


class Ops(Section):
    """The section `op`."""

    det: DetectionSection = DetectionSection()
    cls: ClassificationSection = ClassificationSection()
    rec: RecognitionSection = RecognitionSection()

    @property
    def services(self) -> dict[str, LocalService]:
        """The predictor's keys of each op, by the op's name."""
        return {
            "det": self.det.local_service_conf,
            "cls": self.cls.local_service_conf,
            "rec": self.rec.local_service_conf,
        }
