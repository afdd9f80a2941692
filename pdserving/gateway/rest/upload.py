"""What comes with a request: files and options, as a form or as JSON."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from pdserving.base64_text import decode_base64
from pdserving.config.schema import Limits
from pdserving.errors import BodyInvalidError, KeyMissingError
from pdserving.gateway.body import parse_json, read_body
from pdserving.gateway.rest.options import OcrOptions, parse_options

FORM = "multipart/form-data"
JSON = "application/json"
FILE_FIELD = "file"
MAX_FIELDS = 64
EXAMPLE = 'an OCR request such as {"files": [{"name": "a.png", "content": "<base64>"}]}'


@dataclass(frozen=True)
class Upload:
    """A file; its name is as the client gave it, or empty."""

    name: str
    data: bytes


class JsonFile(BaseModel):
    """A file in a JSON body."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field("", max_length=255, description="repeated in the answer; no path is read")
    content: str = Field(description="base64", examples=["<base64>"])


class JsonBody(OcrOptions):
    """A JSON body: the files, and the options beside them."""

    files: list[JsonFile] = Field(description="pictures (JPEG, PNG, BMP, WebP, TIFF) and PDFs")


async def read_upload(request: Request, limits: Limits) -> tuple[list[Upload], OcrOptions]:
    """The files and options of a request; `format` and `visualize` may also be in its query.

    Raises:
        RequestError: the body is too large, of another kind, has no file or too many, or an option is not accepted.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await read_body(request, limits.max_message_bytes)
    if kind == FORM:
        uploads, values = await _read_form(request, body, limits)
    elif kind == JSON:
        uploads, values = _read_json(body)
    else:
        raise BodyInvalidError(f"the content type is {kind[:80]!r}; accepted: {FORM}, {JSON}")
    for name in ("format", "visualize"):
        if name in request.query_params:
            values[name] = request.query_params[name]
    if not uploads:
        raise KeyMissingError(f"no file; accepted: 1 to {limits.max_images} files, as {FILE_FIELD!r} parts of a form")
    if len(uploads) > limits.max_images:
        raise BodyInvalidError(f"{len(uploads)} files; the limit max_images is {limits.max_images}")
    return uploads, parse_options(values)


class _Parser(MultiPartParser):
    """It keeps files in memory, which the body is already in, and writes none to a disk."""

    spool_max_size = 1 << 40


async def _read_form(request: Request, body: bytes, limits: Limits) -> tuple[list[Upload], dict[str, object]]:
    async def stream() -> AsyncIterator[bytes]:
        yield body

    parser = _Parser(
        request.headers,
        stream(),  # type: ignore[arg-type]  # any asynchronous iterator will do
        max_files=limits.max_images,
        max_fields=MAX_FIELDS,
        max_part_size=limits.max_message_bytes,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise BodyInvalidError(f"the body is not a form: {error.message}") from None
    except (ValueError, KeyError, UnicodeDecodeError) as error:
        raise BodyInvalidError(f"the body is not a form: {type(error).__name__}") from None
    uploads: list[Upload] = []
    values: dict[str, object] = {}
    for key, value in form.multi_items():
        if isinstance(value, UploadFile):
            if key != FILE_FIELD:
                raise BodyInvalidError(f"a file in the field {key[:80]!r}; accepted: {FILE_FIELD!r}")
            uploads.append(Upload((value.filename or "")[:255], await value.read()))
        elif key in values:
            raise BodyInvalidError(f"the field {key[:80]!r} is there twice")
        else:
            values[key] = value
    return uploads, values


def _read_json(body: bytes) -> tuple[list[Upload], dict[str, object]]:
    fields = parse_json(body, JsonBody, EXAMPLE)
    uploads = [
        Upload(file.name, decode_base64(file.content, f"files[{index}].content"))
        for index, file in enumerate(fields.files)
    ]
    return uploads, fields.model_dump(exclude={"files"}, exclude_unset=True)
