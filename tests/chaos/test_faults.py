"""No client notices what dies: the faults of `make chaos`, for a shorter time."""

import pytest

from tests.chaos import faults

pytestmark = pytest.mark.service

SECONDS = 12.0
# `make chaos` has the others too; their parts are tested where one process dies or hangs.
UNDER_LOAD = (faults.workers_killed, faults.gateway_killed, faults.reloaded)  # two kills where there is one every 5 s


@pytest.mark.parametrize("fault", UNDER_LOAD, ids=lambda fault: fault.__name__)
def test_no_request_fails(models: None, fault: faults.Fault) -> None:
    outcome = fault(SECONDS)
    assert outcome.tally.failures == ()
    assert outcome.tally.sent > 20
    assert (outcome.restarts > 0) == (fault is not faults.reloaded)
