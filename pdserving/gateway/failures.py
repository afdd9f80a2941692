"""The errors that every route can answer with, as they are documented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """What an HTTP status means, and an error that has it.

    Attributes:
        meaning: of the status.
        code: of the error.
        message: an example of its own.
    """

    meaning: str
    code: str
    message: str


FAILURES = {
    401: Failure(
        "keys are set, and the request has none that is accepted",
        "unauthenticated",
        "no API key; accepted: 'Authorization: Bearer KEY' or 'X-API-Key: KEY'",
    ),
    408: Failure("the request comes too slowly", "body_too_slow", "nothing of the body came for stall_timeout_s, 20 s"),
    413: Failure(
        "the body or a picture is too large, or has too many lines",
        "body_too_large",
        "the body has 70000000 bytes; the limit max_message_bytes is 67108864",
    ),
    415: Failure(
        "a picture of a format that is not accepted",
        "image_format",
        "this is no image format we know; accepted are JPEG, PNG, BMP, WebP and TIFF",
    ),
    422: Failure(
        "a broken picture", "image_broken", "the JPEG image cannot be decoded: its data is damaged or cut off"
    ),
    429: Failure(
        "the key, or the client's address, has had its requests: come back after `Retry-After` seconds",
        "rate_limited",
        "security.rate_limit, 60 requests a minute, is met; accepted again in 3 s",
    ),
    500: Failure("a fault of the service", "internal", "internal error: KeyError"),
    503: Failure(
        "no worker answers, or there are too many requests: come back after `Retry-After` seconds",
        "overloaded",
        "12 requests are being answered, the limit max_in_flight; try again in 2 s",
    ),
    504: Failure("no answer in time", "timeout", "no answer within request_timeout_s, 120 s"),
}
"""By status. A route that can answer with more says so in its own."""
