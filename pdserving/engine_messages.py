"""The one line that says what was wrong, out of the many of Paddle's and OpenVINO's messages."""

import re

_PADDLES_LINE = re.compile(r"\(\w+\) ")  # "(InvalidArgument) The type …", between traces and hints
_WHERE_IN_PADDLE = re.compile(r"\s*\(at [^()]*\)")


def engine_reason(error: Exception) -> str:
    """The line of an error that says what was wrong.

    Paddle's begins with the error's kind in brackets; OpenVINO's is the last.
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    line = next((line for line in lines if _PADDLES_LINE.match(line)), lines[-1] if lines else type(error).__name__)
    return _WHERE_IN_PADDLE.sub("", line)
