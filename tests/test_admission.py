"""There are places for so many requests, and the others are told when to come back."""

from contextlib import ExitStack

import pytest

from pdserving.admission import Admission
from pdserving.errors import OverloadedError


class Clock:
    """Tells the time that it is set to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def refusal(admission: Admission) -> OverloadedError:
    with pytest.raises(OverloadedError) as refused:
        admission.enter()
    return refused.value


def test_one_too_many_is_refused_and_a_place_that_is_left_is_free() -> None:
    admission = Admission(2)
    with admission.enter():
        with admission.enter():
            assert str(refusal(admission)).startswith("2 requests are being answered, the limit max_in_flight; try")
        assert admission.count == 1
        with admission.enter():
            refusal(admission)
    assert admission.count == 0


def test_a_request_that_fails_leaves_its_place() -> None:
    admission = Admission(1)
    with pytest.raises(ZeroDivisionError), admission.enter():
        raise ZeroDivisionError
    assert admission.count == 0


def test_the_first_to_be_refused_may_come_back_in_a_second() -> None:
    admission = Admission(1, Clock())
    with admission.enter():
        assert refusal(admission).retry_after_s == 1


def test_when_to_come_back_follows_from_how_long_answers_took_lately() -> None:
    clock = Clock()
    admission = Admission(1, clock)

    def answer(seconds: float) -> OverloadedError:
        """What one is told that comes just after a request has begun, which then takes so long."""
        with admission.enter():
            refused = refusal(admission)
            clock.now += seconds
        return refused

    answer(7.5)
    assert answer(2.5).retry_after_s == 8
    for _ in range(30):
        answer(2.5)
    refused = answer(2.5)
    assert refused.retry_after_s == 3
    assert "try again in 3 s" in str(refused)


def test_when_to_come_back_follows_from_how_long_those_in_flight_have_waited_where_that_is_longer() -> None:
    clock = Clock()
    admission = Admission(2, clock)
    with ExitStack() as places:
        places.enter_context(admission.enter())
        clock.now += 10
        places.enter_context(admission.enter())
        clock.now += 20
        assert refusal(admission).retry_after_s == 25
