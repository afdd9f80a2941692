"""When a request's time is up."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdserving.errors import OptionInvalidError
from pdserving.gateway.deadline import Deadline, read_deadline

MOST_S = 120.0


def read(value: bytes) -> Deadline:
    return read_deadline([(b"host", b"x"), (b"x-request-timeout", value)], MOST_S)


@pytest.mark.parametrize(("value", "seconds"), [(b"2.5", 2.5), (b"1", 1), (b"0.001", 0.001), (b"119.9", 119.9)])
def test_a_client_may_have_less_time(value: bytes, seconds: float) -> None:
    before = time.monotonic()
    deadline = read(value)
    assert before + seconds <= deadline.at <= time.monotonic() + seconds
    assert str(deadline.error()) == f"no answer within X-Request-Timeout, {seconds:g} s"


@pytest.mark.parametrize("value", [b"120", b"121", b"999999999"])
def test_but_not_more(value: bytes) -> None:
    assert str(read(value).error()) == "no answer within request_timeout_s, 120 s"


def test_without_a_header_the_time_is_the_services() -> None:
    assert read_deadline([], MOST_S).seconds == MOST_S


@given(st.binary(max_size=12))
def test_what_is_no_number_of_seconds_is_refused(value: bytes) -> None:
    try:
        deadline = read(value)
    except OptionInvalidError:
        return
    assert 0 < deadline.seconds == min(float(value), MOST_S)


@pytest.mark.parametrize("value", [b"0", b"0.0", b"-1", b"nan", b"inf", b"1e3", b" 1", b"", b"5s", "١".encode()])
def test_what_only_looks_like_one_is_refused_too(value: bytes) -> None:
    with pytest.raises(OptionInvalidError):
        read(value)


def test_no_time_remains_when_it_is_up() -> None:
    assert Deadline(time.monotonic() - 5, 1, "x").remaining_s == 0
