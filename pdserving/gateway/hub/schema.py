"""What goes in and out of `POST /predict/<name>`."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pdserving.config.schema import HubKind
from pdserving.gateway.openapi import CONFIDENCE, QUAD, TEXT
from pdserving.page_answer import LineAnswer, PageAnswer
from pdserving.strict_yaml import Strict

Confidence = Annotated[float, Field(ge=0, le=1, description="0 to 1")]
Base64 = Annotated[str, Field(json_schema_extra={"format": "byte", "contentEncoding": "base64"})]
Point = Annotated[list[int], Field(min_length=2, max_length=2, description="x and y in pixels")]
Region = Annotated[
    list[Point],
    Field(min_length=4, max_length=4, description="corners of the line, clockwise from its text's top left"),
]
Degrees = Annotated[Literal["0", "180"], Field(description="180: the line is upside down")]


class HubBody(Strict):
    """The pictures of one request."""

    model_config = ConfigDict(strict=True)

    images: list[Base64] = Field(
        min_length=1, description="image files: JPEG, PNG, BMP, WebP or TIFF, of which the first frame is read"
    )


class DetectedLine(BaseModel):
    """A line of kind `det`."""

    text_region: Region


class ClassifiedCrop(BaseModel):
    """A crop of kind `cls`."""

    angle: Degrees
    confidence: Confidence


class RecognisedCrop(BaseModel):
    """A crop of kind `rec`; an empty text has confidence 0."""

    text: str
    confidence: Confidence


class ReadLine(BaseModel):
    """A line of kind `system`; `angle` is 0 where the classifier is off."""

    angle: Degrees
    text: str
    confidence: Confidence
    text_region: Region


Result = DetectedLine | ClassifiedCrop | RecognisedCrop | ReadLine

EXAMPLES: dict[HubKind, Result] = {
    "det": DetectedLine(text_region=QUAD),
    "cls": ClassifiedCrop(angle="0", confidence=0.99998),
    "rec": RecognisedCrop(text=TEXT, confidence=CONFIDENCE),
    "system": ReadLine(angle="0", text=TEXT, confidence=CONFIDENCE, text_region=QUAD),
}
"""The answer of each kind of service for the picture of the description's examples."""

RESULTS: dict[HubKind, type[BaseModel]] = {
    "det": DetectedLine,
    "cls": ClassifiedCrop,
    "rec": RecognisedCrop,
    "system": ReadLine,
}
"""The fields of a line or crop, for each kind of service."""


class HubAnswer(BaseModel):
    """The answer to a request: a list of results for each picture, in the pictures' order."""

    msg: Literal[""] = ""
    results: list[list[dict[str, Any]]]
    status: Literal["000"] = "000"


class HubFailure(BaseModel):
    """The answer to a request that failed: what was wrong is in `msg`."""

    msg: str
    results: list[Any] = Field(default=[], max_length=0)
    status: Literal["-1"] = "-1"


def hub_results(kind: HubKind, page: PageAnswer) -> list[dict[str, Any]]:
    """The results of one picture: a dict for each line, or one dict for a crop."""
    lines: list[Result]
    if kind == "det":
        lines = [DetectedLine(text_region=_region(line)) for line in page.lines]
    elif kind == "cls":
        lines = [ClassifiedCrop(angle=_degrees(line), confidence=_confidence(line.angle_score)) for line in page.lines]
    elif kind == "rec":
        lines = [RecognisedCrop(text=line.text or "", confidence=_confidence(line.score)) for line in page.lines]
        # As in hub, a crop always has a result, even one without a text.
        lines = lines or [RecognisedCrop(text="", confidence=0.0)]
    else:
        lines = [
            ReadLine(
                angle=_degrees(line),
                text=line.text or "",
                confidence=_confidence(line.score),
                text_region=_region(line),
            )
            for line in page.lines
        ]
    return [line.model_dump() for line in lines]


def _degrees(line: LineAnswer) -> Literal["0", "180"]:
    return "180" if line.angle == 180 else "0"


def _confidence(score: float | None) -> float:
    # A softmax in float32 may come out a hair above 1.
    return min(score or 0.0, 1.0)


def _region(line: LineAnswer) -> list[list[int]]:
    return [[round(x), round(y)] for x, y in line.quad]
