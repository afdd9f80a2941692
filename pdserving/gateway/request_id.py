"""The id of a request: the client's own, or a new one."""

import re
import uuid
from collections.abc import Iterable

HEADER = b"x-request-id"

# Printable ASCII without the blank: it is written into log lines as it is.
_SANE = re.compile(rb"[!-~]{1,128}")


def request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The client's `X-Request-ID` where it is 1 to 128 printable ASCII characters without blanks, else a new UUID.

    Args:
        headers: the headers of the request, their names in lower case.
    """
    for name, value in headers:
        if name == HEADER and _SANE.fullmatch(value):
            return value.decode("ascii")
    return uuid.uuid4().hex
