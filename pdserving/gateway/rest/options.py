"""The options of `POST /v1/ocr`: fields of its form or keys of its JSON."""

import json
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pdserving.config.schema import Probability
from pdserving.documents.page_range import DEFAULT_DPI, MAX_DPI, MIN_DPI
from pdserving.errors import KeyUnknownError, OptionInvalidError
from pdserving.strict_yaml import explain

Format = Literal["json", "text", "markdown", "hocr", "pdf"]

PIPELINE_KEYS: Mapping[str, str] = {
    "det": "det.enabled",
    "cls": "cls.enabled",
    "rec": "rec.enabled",
    "det_limit_side_len": "det.limit_side_len",
    "det_limit_type": "det.limit_type",
    "det_thresh": "det.thresh",
    "det_box_thresh": "det.box_thresh",
    "det_unclip_ratio": "det.unclip_ratio",
    "det_use_dilation": "det.use_dilation",
    "det_score_mode": "det.score_mode",
    "cls_thresh": "cls.thresh",
    "drop_score": "rec.drop_score",
}
"""Option to the pipeline's key."""


class OcrOptions(BaseModel):
    """What a request may ask for. What it leaves out comes from the service's configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    det: bool | None = Field(None, description="find the lines; `false`: each picture is one line")
    cls: bool | None = Field(None, description="turn lines that stand on their head")
    rec: bool | None = Field(None, description="read the lines; `false`: only where they are")
    det_limit_side_len: int | None = Field(
        None, ge=32, description="pixels of the side that `det_limit_type` names, up to `op.det.max_side_len`"
    )
    det_limit_type: Literal["max", "min"] | None = Field(
        None, description="`max`: shrink until the longest side has that length; `min`: grow until the shortest has"
    )
    det_thresh: Probability | None = Field(None, description="probability above which a pixel is text")
    det_box_thresh: Probability | None = Field(None, description="box score below which a line is dropped")
    det_unclip_ratio: float | None = Field(
        None, ge=0.1, le=10, description="how far a line's quad grows around its shrunken text"
    )
    det_use_dilation: bool | None = Field(None, description="dilate the bitmap by 2 × 2 first")
    det_score_mode: Literal["fast", "slow"] | None = Field(
        None, description="box score over the quad (`fast`) or the contour (`slow`)"
    )
    cls_thresh: Probability | None = Field(None, description="probability from which a line is turned")
    drop_score: Probability | None = Field(None, description="confidence below which a line is left out")
    boxes: Literal["line", "word", "character"] = Field(
        "line", description="`word` and `character` add their quads to each line"
    )
    order: Literal["reading", "top"] = Field(
        "reading", description="`reading`: row by row, on tilted pages too; `top`: by the highest corner alone"
    )
    pages: str | None = Field(
        None,
        max_length=1000,
        description="of PDFs: pages and ranges from 1 on; all where it is left out",
        examples=["1-3,7"],
    )
    dpi: int = Field(
        DEFAULT_DPI, ge=MIN_DPI, le=MAX_DPI, description="of PDFs: dots per inch at which pages are rendered"
    )
    format: Annotated[Format | None, BeforeValidator(lambda value: value or None)] = Field(
        None, description="of the answer; instead of the `Accept` header"
    )
    visualize: bool = Field(False, description="add a PNG of each page with its boxes and texts drawn")
    page_image: bool = Field(False, description="add a PNG of each page as it was read, upright")

    def for_pipeline(self) -> dict[str, str]:
        """The options of the pipeline, as text."""
        given = {key: getattr(self, name) for name, key in PIPELINE_KEYS.items()}
        return {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in given.items()
            if value is not None
        }


def parse_options(values: Mapping[str, object]) -> OcrOptions:
    """Options from text or JSON values.

    Raises:
        KeyUnknownError: no option has that name.
        OptionInvalidError: a value of the wrong type or outside its range.
    """
    unknown = next((key for key in values if key not in OcrOptions.model_fields), None)
    if unknown is not None:
        accepted = ", ".join(OcrOptions.model_fields)
        raise KeyUnknownError(f"unknown option {unknown[:80]!r}; accepted: {accepted}")
    try:
        return OcrOptions.model_validate(values)
    except ValidationError as error:
        raise OptionInvalidError(explain(error.errors(include_url=False)[0])) from None
