"""What a client and a Paddle Serving pipeline say to each other, over HTTP or gRPC."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from client_results import ErrorNumber, RequestError
from pipeline_arguments import IMAGE_KEY
from pipeline_results import Line, parse_lines

_RESULT_KEY = "result"


@dataclass(frozen=True)
class PipelineRequest:
    """A request: names, and the value of each."""

    keys: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class PipelineResponse:
    """A response: names, and the value of each; or an error, whose number is not 0."""

    err_no: int
    err_msg: str
    keys: tuple[str, ...]
    values: tuple[str, ...]


def request_for(image: bytes, options: Mapping[str, str]) -> PipelineRequest:
    """The request to read an image file (JPEG, PNG, …) with these options."""
    encoded = base64.b64encode(image).decode("ascii")
    return PipelineRequest(keys=(IMAGE_KEY, *options), values=(encoded, *options.values()))


def recogniser(
    infer: Callable[[PipelineRequest], PipelineResponse], options: Mapping[str, str]
) -> Callable[[bytes], tuple[Line, ...]]:
    """A function that has the server read an image file.

    Args:
        infer: what sends a request and returns the response, or raises RequestError.
        options: the options to send with each image.

    Returns:
        A function from an image file to its lines, which raises RequestError where there are none to be had.
    """

    def recognise(image: bytes) -> tuple[Line, ...]:
        return lines_of(infer(request_for(image, options)))

    return recognise


def lines_of(response: PipelineResponse) -> tuple[Line, ...]:
    """The lines in a response.

    Raises:
        RequestError: the response is an error, or holds no result that can be read.
    """
    if response.err_no != 0:
        raise RequestError(response.err_no, response.err_msg or f"the server answered error {response.err_no}")
    named = dict(zip(response.keys, response.values, strict=False))
    if _RESULT_KEY not in named:
        raise RequestError(ErrorNumber.BAD_ANSWER, f"the server's answer holds no {_RESULT_KEY!r}")
    try:
        return parse_lines(named[_RESULT_KEY])
    except ValueError as error:
        raise RequestError(ErrorNumber.BAD_ANSWER, f"the server's result cannot be read: {error}") from error
