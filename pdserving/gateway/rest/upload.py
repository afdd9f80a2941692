"""The files and options of a request, from a form or from JSON."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from pdserving.base64_text import decode_base64
from pdserving.config.schema import Limits
from pdserving.errors import BodyInvalidError, ContentTypeError, KeyMissingError, KeyUnknownError, TooManyImagesError
from pdserving.gateway.body import parse_json, read_body
from pdserving.gateway.openapi import PICTURE
from pdserving.gateway.rest.form import parse_form
from pdserving.gateway.rest.options import OcrOptions, parse_options
from pdserving.strict_yaml import Strict

FORM = "multipart/form-data"
JSON = "application/json"
FILE_FIELD = "file"
_QUERY = ("format", "visualize")
"""The options that may be in the query too."""

_MAX_NAME_LENGTH = 255  # characters
_EXAMPLE = 'an OCR request such as {"files": [{"name": "a.png", "content": "<base64>"}]}'


@dataclass(frozen=True)
class Upload:
    """A file with its name as the client gave it, which may be empty."""

    name: str
    data: bytes


class JsonFile(Strict):
    """A file in a JSON body."""

    model_config = ConfigDict(strict=True)

    name: str = Field(
        "", max_length=_MAX_NAME_LENGTH, description="repeated in the answer; no path is read", examples=["a.png"]
    )
    content: str = Field(
        description="base64, as such or as a `data:` URL",
        examples=[PICTURE],
        json_schema_extra={"format": "byte", "contentEncoding": "base64"},
    )


class _JsonBody(BaseModel):
    """A JSON body: the files, and the options beside them."""

    model_config = ConfigDict(extra="allow", strict=True)

    files: list[JsonFile]


async def read_upload(request: Request, limits: Limits) -> tuple[list[Upload], OcrOptions]:
    """The files and options of a request. An option in the query wins over that in the body.

    Raises:
        RequestError: the body is too large or of another type, has no file or too many, or an option is not accepted.
    """
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    body = await read_body(request, limits)
    if kind == FORM:
        uploads, values = await asyncio.to_thread(_read_form, content_type, body, limits.max_images)
    elif kind == JSON:
        uploads, values = await asyncio.to_thread(_read_json, body, limits)
    else:
        raise ContentTypeError(f"the content type is {kind[:80]!r}; accepted: {FORM}, {JSON}")
    return uploads, parse_options({**values, **_read_query(request)})


def _read_form(content_type: str, body: bytes, max_images: int) -> tuple[list[Upload], dict[str, object]]:
    uploads: list[Upload] = []
    values: dict[str, object] = {}
    for part in parse_form(content_type, body, max_images):
        name = part.name
        if part.filename is not None:
            if name != FILE_FIELD:
                raise BodyInvalidError(f"a file in the field {name[:80]!r}; accepted: {FILE_FIELD!r}")
            uploads.append(Upload(part.filename[:_MAX_NAME_LENGTH], part.data))
            continue
        if name == FILE_FIELD:
            raise BodyInvalidError(f"the part {FILE_FIELD!r} has no filename, and so is a field; send it as a file")
        if name in values:
            raise BodyInvalidError(f"the field {name[:80]!r} is there twice")
        try:
            values[name] = part.data.decode("utf-8")
        except UnicodeDecodeError:
            raise BodyInvalidError(f"the field {name[:80]!r} is not UTF-8") from None
    _require_files(uploads, f"1 to {max_images} {FILE_FIELD!r} parts with files")
    # Checked here, where the query has not yet taken the place of the body's options.
    return uploads, parse_options(_without_empty(values)).model_dump(exclude_unset=True)


def _read_json(body: bytes, limits: Limits) -> tuple[list[Upload], dict[str, object]]:
    fields = parse_json(body, _JsonBody, _EXAMPLE, limits)
    _require_files(fields.files, f"1 to {limits.max_images} entries of 'files'")
    if len(fields.files) > limits.max_images:
        raise TooManyImagesError(f"{len(fields.files)} files; the limit max_images is {limits.max_images}")
    options = parse_options(fields.model_extra or {}, strict=True)
    uploads = [
        Upload(file.name, decode_base64(file.content, f"files[{index}].content"))
        for index, file in enumerate(fields.files)
    ]
    return uploads, options.model_dump(exclude_unset=True)


def _read_query(request: Request) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, value in request.query_params.multi_items():
        if name not in _QUERY:
            raise KeyUnknownError(f"{name[:80]!r} in the query; accepted there: {', '.join(_QUERY)}")
        if name in values:
            raise BodyInvalidError(f"{name!r} is in the query twice")
        values[name] = value
    return _without_empty(values)


def _without_empty(values: dict[str, object]) -> dict[str, object]:
    """The values without the options that a form has and nobody filled in."""
    return {name: value for name, value in values.items() if value != "" or name not in OcrOptions.model_fields}


def _require_files(files: Sequence[object], accepted: str) -> None:
    if not files:
        raise KeyMissingError(f"no file; accepted: {accepted}")
