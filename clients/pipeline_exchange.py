"""What a client and a Paddle Serving pipeline say to each other, whatever carries it."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from client_results import ErrorNumber, RequestError
from pipeline_arguments import IMAGE_KEY
from pipeline_results import Line, parse_lines

_RESULT_KEY = "result"


@dataclass(frozen=True)
class PipelineRequest:
    """Names and their values, in step."""

    keys: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class PipelineResponse:
    """An error, or names and their values in step."""

    err_no: int
    err_msg: str
    keys: tuple[str, ...]
    values: tuple[str, ...]


def request_for(image: bytes, options: Mapping[str, str]) -> PipelineRequest:
    """Returns the request that has an encoded image (JPEG, PNG, …) read with these options."""
    encoded = base64.b64encode(image).decode("ascii")
    return PipelineRequest(keys=(IMAGE_KEY, *options), values=(encoded, *options.values()))


def recogniser(
    infer: Callable[[PipelineRequest], PipelineResponse], options: Mapping[str, str]
) -> Callable[[bytes], tuple[Line, ...]]:
    """Returns what turns an encoded image into lines by way of `infer`; it raises RequestError where that fails."""

    def recognise(image: bytes) -> tuple[Line, ...]:
        return lines_of(infer(request_for(image, options)))

    return recognise


def lines_of(response: PipelineResponse) -> tuple[Line, ...]:
    """Returns the lines that a server answered; raises RequestError with its reason or with what is wrong with it."""
    if response.err_no != 0:
        raise RequestError(response.err_no, response.err_msg or f"the server answered error {response.err_no}")
    named = dict(zip(response.keys, response.values, strict=False))
    if _RESULT_KEY not in named:
        raise RequestError(ErrorNumber.BAD_ANSWER, f"the server's answer holds no {_RESULT_KEY!r}")
    try:
        return parse_lines(named[_RESULT_KEY])
    except ValueError as error:
        raise RequestError(ErrorNumber.BAD_ANSWER, f"the server's result cannot be read: {error}") from error
