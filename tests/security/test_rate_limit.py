"""A caller gets its burst at once and its rate over time, and callers do not share."""

from hypothesis import example, given
from hypothesis import strategies as st

from pdserving.security.guard import network
from pdserving.security.rate_limit import MAX_CALLERS, RateLimiter


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_the_next_request_is_told_when_to_come() -> None:
    clock = Clock()
    limiter = RateLimiter(per_minute=6, burst=3, clock=clock)
    assert [limiter.take("alice") for _ in range(4)] == [0, 0, 0, 10]
    assert limiter.take("bob") == 0
    clock.now += 10
    assert [limiter.take("alice") for _ in range(2)] == [0, 10]


def test_no_limit_keeps_no_books() -> None:
    limiter = RateLimiter(per_minute=0, burst=1)
    assert {limiter.take("alice") for _ in range(1000)} == {0}
    assert len(limiter) == 0


@example(per_minute=1, burst=1, pauses=[1.351121527801893, 0.0])
@given(
    per_minute=st.integers(1, 6000),
    burst=st.integers(1, 50),
    pauses=st.lists(st.floats(0, 30), min_size=1, max_size=200),
)
def test_no_caller_gets_more_than_burst_and_rate_and_who_waits_as_told_gets_in(
    per_minute: int, burst: int, pauses: list[float]
) -> None:
    clock = Clock()
    limiter = RateLimiter(per_minute, burst, clock)
    start, accepted = clock.now, 0
    for pause in pauses:
        clock.now += pause
        wait = limiter.take("alice")
        accepted += wait == 0
        assert accepted <= burst + (clock.now - start) * per_minute / 60 + 1e-6
        if wait:
            clock.now += wait
            assert limiter.take("alice") == 0
            accepted += 1


def test_buckets_are_bounded_and_the_one_that_rested_longest_goes() -> None:
    clock = Clock()
    limiter = RateLimiter(per_minute=1, burst=1, clock=clock)
    for number in range(MAX_CALLERS):
        assert limiter.take(str(number)) == 0
    assert limiter.take("0") > 0
    assert limiter.take("one more") == 0
    assert len(limiter) == MAX_CALLERS
    assert limiter.take("0") > 0
    assert limiter.take("1") == 0  # forgotten, so full again


def test_an_address_counts_for_itself_or_its_ipv6_network() -> None:
    assert network("192.0.2.7") == network("::ffff:192.0.2.7") == "192.0.2.7"
    assert network("2001:db8::1") == network("2001:db8::ffff:2") != network("2001:db8:0:1::1")
    assert network("fe80::1%eth0") == "fe80::/64"
    assert network("") == ""
