"""The body of a request: read up to limits of size and time, and checked before it is parsed."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from pdserving.config.schema import Limits
from pdserving.errors import BodyInvalidError, BodyTooLargeError, BodyTooSlowError, JsonTooDeepError
from pdserving.strict_yaml import explain

_MAX_JSON_MARKS = 1024
_JSON_MARKS = (b'"', b",", b"[", b"{")  # JSON has as many of them as values, or more; base64 has none
_MARKS_PER_FILE = 16  # a file in JSON has a name and a content
_STRUCTURE = re.compile(rb'["\[\]{}]')

BodyT = TypeVar("BodyT", bound=BaseModel)


async def read_body(request: Request, limits: Limits) -> bytes:
    """The body of a request.

    Raises:
        BodyTooLargeError: it has more than `max_message_bytes`; the rest is not read.
        BodyTooSlowError: nothing of it came for `stall_timeout_s`, or less than `min_body_rate` after that time.
        BodyInvalidError: the client hung up.
    """
    limit = limits.max_message_bytes
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise BodyTooLargeError(f"the body has {announced} bytes; the limit max_message_bytes is {limit}")
    body = bytearray()
    try:
        async for chunk in _in_time(request, limits):
            body += chunk
            if len(body) > limit:
                raise BodyTooLargeError(f"the body has more than {limit} bytes, the limit max_message_bytes")
    except ClientDisconnect:
        raise BodyInvalidError("the client hung up before its body was complete") from None
    return bytes(body)


async def _in_time(request: Request, limits: Limits) -> AsyncIterator[bytes]:
    """The body's chunks as they come, by the rule of Apache's mod_reqtimeout; besides, no chunk may stall."""
    stall, rate = limits.stall_timeout_s, limits.min_body_rate
    begin, received = time.monotonic(), 0
    chunks = aiter(request.stream())
    while True:
        try:
            chunk = await asyncio.wait_for(anext(chunks), stall)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise BodyTooSlowError(f"nothing of the body came for stall_timeout_s, {stall:g} s") from None
        received += len(chunk)
        spent = time.monotonic() - begin
        if received < rate * (spent - stall):
            raise BodyTooSlowError(
                f"{received} bytes of the body came in {spent:.0f} s; "
                f"accepted: min_body_rate, {rate} bytes a second, after the first {stall:g} s"
            )
        yield chunk


def parse_json(body: bytes, model: type[BodyT], example: str, limits: Limits) -> BodyT:
    """The fields of a JSON body.

    Args:
        body: the whole body.
        model: the fields that it may have.
        example: what is accepted, in words, for messages.
        limits: the limits: of depth, and of pictures, from which that of values follows.

    Raises:
        BodyInvalidError: it is not JSON, has too many values, an unknown field or a field of the wrong type.
        JsonTooDeepError: more than `max_json_depth` objects and lists are within each other.
    """
    # Before it is parsed: megabytes of empty texts would take seconds and unfold to gigabytes.
    max_marks = max(_MAX_JSON_MARKS, _MARKS_PER_FILE * limits.max_images)
    if sum(body.count(mark) for mark in _JSON_MARKS) > max_marks:
        raise BodyInvalidError(f"the body is not {example}: it has more than {max_marks} values")
    # Pydantic's parser has a depth limit of its own, about 200: it cannot be set, and its error names no limit.
    check_depth(body, limits.max_json_depth)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        problem = explain(error.errors(include_url=False)[0])
        raise BodyInvalidError(f"the body is not {example}: {problem}") from None


def check_depth(body: bytes, max_depth: int) -> None:
    """Count how many objects and lists are within each other; whether the body is JSON at all is not checked.

    Raises:
        JsonTooDeepError: more than `max_depth`.
    """
    depth = position = 0
    while found := _STRUCTURE.search(body, position):
        mark, position = found.group(), found.end()
        if mark == b'"':
            position = _string_end(body, position)
        elif mark in b"]}":
            depth -= 1
        else:
            depth += 1
            if depth > max_depth:
                raise JsonTooDeepError(
                    f"the body's objects and lists are nested too deep; the limit max_json_depth is {max_depth}"
                )


def _string_end(body: bytes, start: int) -> int:
    """The position behind a JSON string; `start` is the position behind its first quotation mark."""
    position = start
    while (end := body.find(b'"', position)) >= 0:
        position = end + 1
        if _backslashes(body, start, end) % 2 == 0:
            return position
    return len(body)


def _backslashes(body: bytes, start: int, end: int) -> int:
    """The number of backslashes in a row right before `end`, none of them before `start`."""
    size = 1
    while True:
        before = body[max(start, end - size) : end]
        count = len(before) - len(before.rstrip(b"\\"))
        if count < size:
            return count
        size *= 2
