"""The JSON of `POST /v1/ocr`, for its description. Answers are built as plain dicts: checking them would take time."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

Point = Annotated[list[float], Field(min_length=2, max_length=2)]
QuadField = Annotated[
    list[Point],
    Field(
        min_length=4,
        max_length=4,
        description="4 × [x, y] in pixels, clockwise from the top left of the text",
        examples=[[[163, 54], [512, 54], [512, 98], [163, 98]]],
    ),
]


class BoxOut(BaseModel):
    """A word or character."""

    text: str
    quad: QuadField


class LineOut(BaseModel):
    """A line of text."""

    text: str = Field("", description="left out where `rec` is false", examples=["春季书展"])
    confidence: float = Field(0, ge=0, le=1, description="mean of the characters'; left out where `rec` is false")
    quad: QuadField
    angle: Literal[0, 90, 180, 270] | None = Field(
        None,
        description="the direction in which it runs in the picture, in degrees clockwise: at 90 from top to bottom; "
        "null where `cls` is false",
    )
    words: list[BoxOut] = Field([], description="with `boxes=word`")
    characters: list[BoxOut] = Field([], description="with `boxes=character`")


class PageOut(BaseModel):
    """A picture, or a page of a PDF or TIFF."""

    file: str = Field(description="the file's name, as the request gave it", examples=["invoice.pdf"])
    page: int = Field(ge=1, description="in its file")
    page_count: int = Field(ge=1, description="pages of its file")
    width: int = Field(ge=1, description="pixels")
    height: int = Field(ge=1, description="pixels")
    dpi: int | None = Field(description="at which a PDF's page was rendered; null for a picture and for a TIFF's page")
    rotation: Literal[0, 90, 180, 270] = Field(
        description="degrees by which the upright page was turned clockwise to give the picture: 180 for one that is "
        "upside down, 90 for one whose rows run from top to bottom. Its text comes in the order of the upright page, "
        "its quads in the picture's own coordinates"
    )
    detection_scale: float | None = Field(
        description="the largest scale at which the detector looked at any of the page, in pixels of its input for one "
        "of the page: a large picture whose text is large is shrunk, one whose text is small is looked at in parts; "
        "null where `det` is false",
        examples=[1.0],
    )
    text: str = Field(description="a row for each row of a region, in reading order")
    lines: list[LineOut]
    timings_ms: dict[str, float] = Field(
        description="milliseconds by stage: `decode` (part of `det`), `det`, `cls`, `rec`; `total` includes waiting",
        examples=[{"decode": 3.1, "det": 20.5, "cls": 1.2, "rec": 40.0, "total": 66.0}],
    )
    notes: list[str] = Field(
        description="what to know about how the page was read, such as that it is the first frame of an animation; "
        "mostly empty",
        examples=[["the file is an animation; its first frame was read"]],
    )
    image: str = Field("", description="base64, with `page_image`: the page as EXIF turns it, not by `rotation`")
    image_type: str = Field("", description="media type of `image`", examples=["image/png"])
    drawing: str = Field("", description="base64 PNG, with `visualize`: boxes on the page, and beside it the texts")


class OcrOut(BaseModel):
    """What was read."""

    request_id: str
    text: str = Field(description="the text of all pages, a blank line between two")
    pages: list[PageOut]


class ErrorDetail(BaseModel):
    """What was wrong."""

    code: str = Field(description="stable", examples=["image_too_large"])
    message: str = Field(description="a sentence: what was wrong, which limit it met and what is accepted")
    request_id: str


class ErrorOut(BaseModel):
    """Every answer with a status of 400 or more."""

    error: ErrorDetail
