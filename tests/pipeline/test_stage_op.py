"""What an op makes of a batch that several pages share, and what it leaves in memory."""

import gc
import logging
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pdserving.config import Settings
from pdserving.config.ops import RecognitionSection
from pdserving.config.request_options import parse_options
from pdserving.pipeline.compute_pool import ComputePool
from pdserving.pipeline.page import PAGE, Lifetime, Page
from pdserving.pipeline.stage_op import StageOp
from pdserving.scheduling import Batch, Job, Part, Row

# Paddle Serving is imported after what makes it importable.
from paddle_serving_server.pipeline.channel import ChannelData, ChannelDataType  # isort: skip
from paddle_serving_server.pipeline.operator import RequestOp  # isort: skip

SHAPE = (3, 1, 1)
ROWS = [Row(SHAPE, [index]) for index in range(2)]  # what an op of one's own makes of a picture may be unhashable
LASTING, EXPIRED = Lifetime(), Lifetime(0.0)


class Echo:
    """An engine whose output is its input, and that takes no negative numbers."""

    devices = 0
    device: int | None = None
    logits = False

    def run(self, tensor: NDArray[np.float32], *, alone: bool) -> NDArray[np.float32]:
        if tensor.min() < 0:
            raise RuntimeError("negative")
        return tensor

    def warm_up(self, shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
        return shapes[-1]

    def clone(self) -> "Echo":
        return self


class Numbers(StageOp[list[int]]):
    """Gives a page its own number, which is the width of its picture, for each of its rows; its height is how many."""

    def __init__(self) -> None:
        section = RecognitionSection(concurrency=1, batch_size=64)
        super().__init__("rec", [RequestOp()], Echo(), section, ComputePool(1))
        self._predictors.add(Echo())

    def preprocess(self, page: Page, rows: Sequence[Row[list[int]]]) -> NDArray[np.float32]:
        return np.full((page.height, *SHAPE), page.width, np.float32)

    def postprocess(self, page: Page, rows: Sequence[Row[list[int]]], output: NDArray[np.float32]) -> None:
        page.quads = output[:, 0, 0, 0].tolist()


def job(number: int, rows: int = len(ROWS), lifetime: Lifetime = LASTING) -> Job[ChannelData, Any]:
    page = Page(b"", parse_options({}, Settings().op), lifetime=lifetime, width=number, height=rows)
    data = ChannelData(ChannelDataType.DICT.value, dictdata={PAGE: page}, data_id=number, log_id=number)
    return Job(data, "rec")


def compute(jobs: Sequence[Job[ChannelData, Any]]) -> Mapping[Job[ChannelData, Any], BaseException]:
    return Numbers().compute(Batch("rec", tuple(Part(job, tuple(ROWS)) for job in jobs)))


def found(job: Job[ChannelData, Any]) -> object:
    return job.key.dictdata[PAGE].quads


@pytest.fixture
def uncollected() -> Iterator[None]:
    """No cycle is found meanwhile, and pytest keeps no record of a traceback."""
    gc.disable()
    logging.disable()
    yield
    logging.disable(logging.NOTSET)
    gc.enable()


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_whose_input_has_another_number_of_rows_does_not_shift_the_output_of_others(rows: int) -> None:
    first, odd, last = jobs = [job(1), job(2, rows), job(3)]
    assert [*compute(jobs)] == [odd]
    assert (found(first), found(last)) == ([1, 1], [3, 3])


def test_pages_are_computed_by_themselves_where_a_batch_of_theirs_fails() -> None:
    first, negative, last = jobs = [job(1), job(-2), job(3)]
    assert [*compute(jobs)] == [negative]
    assert (found(first), found(last)) == ([1, 1], [3, 3])


@pytest.mark.parametrize(
    "jobs",
    [
        pytest.param(lambda: [job(1, lifetime=EXPIRED), job(2)], id="expired"),
        pytest.param(lambda: [job(-1)], id="not computable"),
        pytest.param(lambda: [job(-1), job(2), job(-3)], id="not computable with others"),
    ],
)
def test_a_page_that_failed_is_gone_when_its_error_has_been_passed_on(
    uncollected: None, jobs: Callable[[], list[Job[ChannelData, Any]]]
) -> None:
    op, pages = Numbers(), []
    for failed, error in compute(jobs()).items():
        failed.failure = error
        op.end(failed)
        pages.append(weakref.ref(failed))
    del failed, error
    assert pages
    assert [page() for page in pages] == [None] * len(pages)
