"""What the OpenAPI descriptions of all routes share: their examples, and the errors that they can answer with."""

from collections.abc import Callable, Iterable, Iterator
from inspect import getdoc
from typing import Any

from pydantic import BaseModel

from pdserving.errors import (
    ERRORS,
    AnswerTooLargeError,
    ClientError,
    ClientGoneError,
    ContentTypeError,
    HeadersTooLargeError,
    HeadersTooSlowError,
    NotAcceptableError,
    PdfError,
    TensorRefusedError,
)

PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAHgAAAAoAQAAAAAdkQOIAAAAfklEQVR42mP8z4ACmBgGJf/CAgR/wS8GBgYGhv8NZJv3V4GB4SES"
    "//sKBoZ1Dgj+FxkGho0JSPoFUPW/YGD472AA4z/kQDVf/sdHNPX8fwi47wsDAwMjwj8SDAyMBy6gyf9FyPM8+PIiYQFCnjNCwcHx"
    "AAMDAwMD49CITzgAAJNcHw7lpNViAAAAAElFTkSuQmCC"
)
"""A PNG of 120 × 40 pixels that says "Hello!", as base64."""

TEXT = "Hello!"
CONFIDENCE = 0.99191
QUAD = [[13, 7], [84, 7], [84, 36], [13, 36]]
REQUEST_ID = "93165d99e12642b2b50347d3da441f2c"

REST_ONLY = (
    PdfError,
    NotAcceptableError,
    ContentTypeError,
    AnswerTooLargeError,
    HeadersTooLargeError,
    HeadersTooSlowError,
)
"""Errors that REST alone answers with: of PDFs, of the answer's form, and of heads, which are answered in its form."""

_NEVER_SEEN = (TensorRefusedError, ClientGoneError)  # tensors come over gRPC, and nobody listens any more


def failures(
    model: type[BaseModel],
    content: Callable[[type[ClientError]], dict[str, Any]],
    left_out: tuple[type[ClientError], ...],
) -> dict[int | str, dict[str, Any]]:
    """The failures of a route, by status: each code with what it means and an example.

    Args:
        model: the body of a failure.
        content: makes the body of an error's example.
        left_out: errors that the route does not answer with, or bases of such errors.
    """
    kinds = [kind for kind in ERRORS.values() if not issubclass(kind, (*_NEVER_SEEN, *left_out))]
    return {
        status: {
            "model": model,
            "description": "\n".join(_sentences(kind for kind in kinds if kind.http_status == status)),
            "content": {
                "application/json": {
                    "examples": {kind.code: {"value": content(kind)} for kind in kinds if kind.http_status == status}
                }
            },
        }
        for status in sorted({kind.http_status for kind in kinds})
    }


def _sentences(kinds: Iterable[type[ClientError]]) -> Iterator[str]:
    for kind in kinds:
        meaning = (getdoc(kind) or "").partition("\n")[0]
        yield f"- `{kind.code}`: {meaning}"
