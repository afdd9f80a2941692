"""What was wrong, out of the many lines of Paddle's and OpenVINO's messages."""

import re

_PADDLES_LINE = re.compile(r"\(\w+\) ")  # "(InvalidArgument) The type …", between traces and hints
_WHERE_IN_PADDLE = re.compile(r"\s*\(at [^()]*\)")


def engine_reason(error: Exception) -> str:
    """The line that says it: Paddle's begins with the error's kind in brackets, OpenVINO's is the last."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    line = next((line for line in lines if _PADDLES_LINE.match(line)), lines[-1] if lines else type(error).__name__)
    return _WHERE_IN_PADDLE.sub("", line)
