"""The options of `POST /v1/ocr`: fields of its form or keys of its JSON."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError

from pdserving.config.protocol_options import with_options
from pdserving.config.request_options import option_text
from pdserving.errors import KeyUnknownError, OptionInvalidError
from pdserving.gateway.rest.page_range import DEFAULT_DPI, MAX_DPI, MIN_DPI, PAGES_PATTERN, parse_ranges
from pdserving.strict_yaml import Strict, explain

Format = Literal["json", "text", "markdown", "hocr", "pdf"]


def _flag(value: object) -> object:
    if isinstance(value, str) and value.lower() not in ("true", "false"):
        raise ValueError(f"{value[:80]!r} is not accepted; accepted: true, false")
    return value


# Pydantic alone would take 1, on and yes, too; JSON has only the two.
Flag = Annotated[bool, BeforeValidator(_flag)]

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
"""The pipeline's key of each option that is the pipeline's."""


@with_options(PIPELINE_KEYS, Flag)
class OcrOptions(Strict):
    """What a request may ask for. What it leaves out comes from the service's configuration."""

    boxes: Literal["line", "word", "character"] = Field(
        "line", description="`word` and `character` add their quads to each line"
    )
    order: Literal["reading", "top"] = Field(
        "reading",
        description="`reading`: region by region and row by row within, on tilted pages too; "
        "`top`: by the highest corner alone",
    )
    pages: str | None = Field(
        None,
        max_length=1000,
        description="of PDFs and TIFFs: pages and ranges from 1 on; all where it is empty or left out",
        examples=["1-3,7"],
        json_schema_extra={"pattern": PAGES_PATTERN},
    )
    dpi: int = Field(
        DEFAULT_DPI, ge=MIN_DPI, le=MAX_DPI, description="of PDFs: dots per inch at which pages are rendered"
    )
    format: Format | None = Field(None, description="of the answer; instead of the `Accept` header")
    visualize: Flag = Field(False, description="add a PNG of each page with its boxes and texts drawn")
    page_image: Flag = Field(False, description="add a PNG of each page as EXIF turns it, not by its `rotation`")

    def for_pipeline(self) -> dict[str, str]:
        """The options of the pipeline, as text."""
        given = {key: getattr(self, name) for name, key in PIPELINE_KEYS.items()}
        return {key: option_text(value) for key, value in given.items() if value is not None}


def parse_options(values: Mapping[str, object], strict: bool = False) -> OcrOptions:
    """Options from text or JSON values.

    Args:
        values: option to its value.
        strict: whether text is no number and no boolean, as in JSON.

    Raises:
        KeyUnknownError: no option has that name.
        OptionInvalidError: a value of the wrong type or outside its range.
        PdfPagesInvalidError: `pages` is no page range.
    """
    unknown = next((key for key in values if key not in OcrOptions.model_fields), None)
    if unknown is not None:
        accepted = ", ".join(OcrOptions.model_fields)
        raise KeyUnknownError(f"unknown option {unknown[:80]!r}; accepted: {accepted}")
    try:
        options = OcrOptions.model_validate(dict(values), strict=strict)
    except ValidationError as error:
        raise OptionInvalidError(explain(error.errors(include_url=False)[0])) from None
    if options.pages:
        parse_ranges(options.pages)
    return options


def in_rest_words(message: str) -> str:
    """The pipeline's message about an option's value, with the name that the option has here."""
    for name, key in PIPELINE_KEYS.items():
        if message.startswith((f"{key} ", f"{key}:")):
            return name + message.removeprefix(key)
    return message
