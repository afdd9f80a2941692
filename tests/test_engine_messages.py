"""One line out of the messages of Paddle and OpenVINO."""

import pytest

from pdserving.engine_messages import engine_reason

PADDLE = """

--------------------------------------
C++ Traceback (most recent call last):
--------------------------------------
Not support stack backtrace yet.

----------------------
Error Message Summary:
----------------------
InvalidArgumentError: as above
(InvalidArgument) The program is damaged. (at /paddle/inference/io.cc:12)
  [Hint: expected 1]
"""
OPENVINO = """Exception from src/inference/src/cpp/infer_request.cpp:104:
Check 'shape.compatible(tensor)' failed at src/plugins/intel_cpu/src/infer_request.cpp:385:
the model input (shape=[?,3,?,?]) and the tensor (shape=(1.5.48.64)) are incompatible


"""


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (PADDLE, "(InvalidArgument) The program is damaged."),
        (OPENVINO, "the model input (shape=[?,3,?,?]) and the tensor (shape=(1.5.48.64)) are incompatible"),
        ("one line", "one line"),
        (" \n", "RuntimeError"),
    ],
)
def test_the_line_that_says_what_was_wrong_is_found(message: str, reason: str) -> None:
    assert engine_reason(RuntimeError(message)) == reason
