"""Bodies of requests: read up to a limit, and looked at before they are parsed."""

from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from pdserving.errors import BodyInvalidError, BodyTooLargeError
from pdserving.strict_yaml import explain

MAX_JSON_MARKS = 1024
JSON_MARKS = (b'"', b",", b"[", b"{")  # as many as a document has values, or more; base64 has none of them

BodyT = TypeVar("BodyT", bound=BaseModel)


async def read_body(request: Request, limit: int) -> bytes:
    """The body of a request.

    Raises:
        BodyTooLargeError: it has more than `limit` bytes; the rest is not read.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise BodyTooLargeError(f"the body has {announced} bytes; the limit max_message_bytes is {limit}")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise BodyTooLargeError(f"the body has more than {limit} bytes, the limit max_message_bytes")
    except ClientDisconnect:
        raise BodyInvalidError("the client hung up before its body was complete") from None
    return bytes(body)


def parse_json(body: bytes, model: type[BodyT], example: str) -> BodyT:
    """The fields of a JSON body.

    Args:
        body: the whole body.
        model: the fields that it may have.
        example: what is accepted, in words, for messages.

    Raises:
        BodyInvalidError: not JSON, too many values, an unknown field or a field of the wrong type.
    """
    # Before it is parsed: megabytes of empty texts would take seconds and unfold to gigabytes.
    if sum(body.count(mark) for mark in JSON_MARKS) > MAX_JSON_MARKS:
        raise BodyInvalidError(f"the body is not {example}: it has more than {MAX_JSON_MARKS} values")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        problem = explain(error.errors(include_url=False)[0])
        raise BodyInvalidError(f"the body is not {example}: {problem}") from None
