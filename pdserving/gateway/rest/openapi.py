"""The OpenAPI description of `POST /v1/ocr`, as far as FastAPI cannot make it from the code."""

from typing import Any, get_args

from pdserving.config.schema import Limits
from pdserving.errors import ClientError, ModuleFailedError, WrongServiceError
from pdserving.gateway.deadline import HEADER as DEADLINE_HEADER
from pdserving.gateway.errors import rest_content
from pdserving.gateway.openapi import CONFIDENCE, PICTURE, QUAD, REQUEST_ID, TEXT, failures
from pdserving.gateway.rest.media import PNG
from pdserving.gateway.rest.options import Format, OcrOptions
from pdserving.gateway.rest.page_range import MAX_DPI, MIN_DPI
from pdserving.gateway.rest.schema import ErrorOut, OcrOut
from pdserving.gateway.rest.upload import FILE_FIELD, FORM, JSON, JsonFile

_FILES = (
    "pictures (JPEG, PNG, BMP, WebP, GIF, AVIF, HEIC, JPEG 2000), TIFFs and PDFs, in any mixture; "
    "answered in this order"
)
_HOCR_EXAMPLE = '<div class="ocr_page" id="page_1" title="image &quot;a.png&quot;; bbox 0 0 120 40; ppageno 0">…</div>'


def description(limits: Limits) -> str:
    """What the route does, with its limits."""
    return f"""\
Files come as `{FILE_FIELD}` parts of a form, or as base64 in JSON; options are further fields of the form, or keys
beside `files`. An empty field of a form is as one left out. No address is fetched and no path is read: a file's name is
only repeated in the answer.

    curl http://127.0.0.1:9998/v1/ocr -F file=@invoice.pdf -F pages=1-3 -H 'Accept: text/plain'

Limits: {limits.max_images} files (`max_images`), {limits.max_message_bytes} bytes of body and of pictures in the answer
(`max_message_bytes`), {limits.max_image_pixels} pixels of a picture or a rendered page (`max_image_pixels`),
{limits.max_pages} pages of PDFs and TIFFs (`max_pages`), {limits.max_lines} lines of a page (`max_lines`),
{limits.request_timeout_s:g} seconds from a request's arrival to its answer (`request_timeout_s`), or those of the
header `{DEADLINE_HEADER}` where they are fewer.
PDFs are rendered at {MIN_DPI} to {MAX_DPI} dots per inch. Every frame of a TIFF is a page. Of an animation the first
frame is read, and of several pictures in an AVIF or HEIC the main one; `notes` of the page says so.

The models of the default profile, PP-OCRv6 small, read simplified and traditional Chinese, English, Japanese and 46
languages in Latin script. Single signs are not in their list: ¡, № and „, and of Vietnamese, one of the 46, letters
such as ạ and ế.

The answer's form follows from `format`, or else from `Accept`. With `visualize` and `Accept: {PNG}` a single page is
answered as its drawing. `X-Request-ID`, 1 to 128 printable ASCII characters without blanks, is the request's id in the
answer and in the logs; without one, the service makes one up.
"""


def parameters() -> list[dict[str, Any]]:
    """The parameters in the query."""
    return [
        {
            "name": "format",
            "in": "query",
            "description": "as the option of this name, and before it",
            "schema": {"type": "string", "enum": list(get_args(Format))},
        },
        {
            "name": "visualize",
            "in": "query",
            "description": "as the option of this name, and before it",
            "schema": {"type": "boolean"},
        },
    ]


def request_body(limits: Limits) -> dict[str, Any]:
    """The two kinds of body."""
    options = OcrOptions.model_json_schema()
    form_options = {name: _without_null(schema) for name, schema in options["properties"].items()}
    form_file = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
    some = {"minItems": 1, "maxItems": limits.max_images, "description": _FILES}
    form = {
        "type": "object",
        "required": [FILE_FIELD],
        "properties": {FILE_FIELD: {"type": "array", "items": form_file, **some}, **form_options},
        "additionalProperties": False,
    }
    json_body = {
        "type": "object",
        "required": ["files"],
        "properties": {
            "files": {"type": "array", "items": JsonFile.model_json_schema(), **some},
            **options["properties"],
        },
        "additionalProperties": False,
    }
    return {
        "required": True,
        "content": {FORM: {"schema": form}, JSON: {"schema": json_body, "examples": _json_examples()}},
    }


def success() -> dict[str, Any]:
    """The response of status 200, in each of its forms."""
    return {
        "model": OcrOut,
        "description": "what was read",
        "content": {
            "application/json": {"examples": {"a picture of one line": {"value": _answer()}}},
            "text/plain": {"schema": {"type": "string"}, "example": f"{TEXT}\n"},
            "text/markdown": {"schema": {"type": "string"}, "example": f"# {TEXT}\n"},
            "application/xhtml+xml": {"schema": {"type": "string"}, "example": _HOCR_EXAMPLE},
            "text/html": {"schema": {"type": "string"}, "example": _HOCR_EXAMPLE},
            "application/pdf": {"schema": {"type": "string", "format": "binary"}},
            PNG: {"schema": {"type": "string", "format": "binary"}},
        },
    }


def failure_responses() -> dict[int | str, dict[str, Any]]:
    """The responses of other statuses."""
    return failures(ErrorOut, _failure, (WrongServiceError, ModuleFailedError))


def _failure(kind: type[ClientError]) -> dict[str, Any]:
    return rest_content(kind.code, kind.example, REQUEST_ID)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """An option's schema in a form, which has no null."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if not kinds:
        return schema
    kept = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    return {**kept, **kinds[0]}


def _json_examples() -> dict[str, Any]:
    file = {"name": "a.png", "content": PICTURE}
    return {
        "a picture": {"value": {"files": [file]}},
        "two pictures, words": {"value": {"files": [file, {**file, "name": "b.png"}], "boxes": "word"}},
        "where lines are, no text": {"value": {"files": [file], "rec": False, "det_box_thresh": 0.4}},
        "the text alone": {"value": {"files": [file], "format": "text", "drop_score": 0.3}},
    }


def _answer() -> dict[str, Any]:
    line = {"text": TEXT, "confidence": CONFIDENCE, "quad": QUAD, "angle": 0}
    page = {
        "file": "a.png",
        "page": 1,
        "page_count": 1,
        "width": 120,
        "height": 40,
        "dpi": None,
        "rotation": 0,
        "detection_scale": 1.0,
        "text": TEXT,
        "lines": [line],
        "timings_ms": {"decode": 0.6, "det": 21.4, "cls": 3.0, "rec": 16.0, "total": 41.2},
        "notes": [],
    }
    return {"request_id": REQUEST_ID, "text": TEXT, "pages": [page]}
