"""The loop of every op: take a batch, run the stage, pass finished pages on; what is raised is its page's error."""

import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from paddle_serving_server.pipeline.channel import ChannelData, ChannelDataType, ChannelStopError
from paddle_serving_server.pipeline.error_catch import CustomExceptionCode
from paddle_serving_server.pipeline.operator import Op

from pdserving.engines import Engine
from pdserving.errors import INTERNAL, status_of
from pdserving.models.probe import paddle_reason
from pdserving.pipeline.fair_queue import FairQueue, Job
from pdserving.pipeline.in_flight import InFlight
from pdserving.pipeline.page import Page
from pdserving.setup_errors import ModelUnusableError

OriginT = TypeVar("OriginT")

PAGE = "page"  # the one key of the dict that travels through the channels

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Batch(Generic[OriginT]):
    """A tensor for the engine, what `postprocess` needs to know of where it came from, and if its page has no other."""

    tensor: NDArray[np.float32]
    origin: OriginT
    only: bool = False


class StageOp(Op, Generic[OriginT]):  # type: ignore[misc]  # Paddle Serving is untyped
    """An op of the DAG. Subclasses say what happens before and after the model.

    An op holds an engine and settings, never a request. Paddle Serving's own loop is not used: an exception outside its
    guarded calls ends its thread and with it every later request, and its threads share one predictor.

    Args:
        name: the op's name in the DAG.
        input_ops: the ops before it.
        engine: a warm engine; each further thread gets a clone.
        concurrency: threads.
        in_flight: counts the requests in the pipeline.
    """

    def __init__(self, name: str, input_ops: list[Op], engine: Engine, concurrency: int, in_flight: InFlight) -> None:
        if len(input_ops) != 1:
            raise ValueError(f"op {name} has {len(input_ops)} input ops; a page comes from one")
        super().__init__(name=name, input_ops=input_ops, concurrency=concurrency)
        self._engine = engine
        self._in_flight = in_flight
        self._queue: FairQueue[ChannelData, Batch[OriginT]] = FairQueue(lambda batch: batch.tensor.size)

    def preprocess(self, page: Page) -> Iterable[Batch[OriginT]]:
        """The batches that a page's stage has to compute; taken one at a time, so that one is in memory at a time."""
        raise NotImplementedError

    def process(self, engine: Engine, batch: Batch[OriginT]) -> NDArray[np.float32]:
        """Run the model on a batch, on all cores where there is nothing else to run."""
        return engine.run(batch.tensor, alone=batch.only and self._in_flight.alone)

    def postprocess(self, page: Page, batch: Batch[OriginT], output: NDArray[np.float32]) -> None:
        """Store what the model's output for a batch means in the page.

        Batches of one page may be here at the same time, in several threads. The output is the engine's memory, and
        valid until this returns.
        """
        raise NotImplementedError

    def finish(self, page: Page) -> None:
        """Called once, when all batches of a page are stored."""

    def warm_up_shapes(self) -> list[tuple[int, ...]]:
        """Input shapes to compute before the first request, the largest first."""
        raise NotImplementedError

    def expected_shape(self, shape: tuple[int, ...]) -> tuple[int | None, ...]:
        """The shape of the output for an input of `shape`, None for a size that may be any."""
        raise NotImplementedError

    def init_from_dict(self, conf: dict[str, Any]) -> None:
        """Do nothing: the settings arrive typed and checked in the constructor."""

    def start_with_thread(self) -> list[threading.Thread]:
        """Warm up one engine per thread and start the loops."""
        engines = [self._engine, *(self._engine.clone() for _ in range(self.concurrency - 1))]
        for engine in engines:
            self._warm_up(engine)
        threads = [threading.Thread(target=self._feed, name=f"{self.name}-feed", daemon=True)]
        threads += [
            threading.Thread(target=self._serve, args=(engine,), name=f"{self.name}-{index}", daemon=True)
            for index, engine in enumerate(engines)
        ]
        for thread in threads:
            thread.start()
        return threads

    def _warm_up(self, engine: Engine) -> None:
        shapes = self.warm_up_shapes()
        try:
            found = engine.warm_up(shapes)
        except (RuntimeError, ValueError) as error:
            message = f"op.{self.name}: the model takes no input of shape {shapes[-1]}: {paddle_reason(str(error))}"
            raise ModelUnusableError(message) from error
        expected = self.expected_shape(shapes[-1])
        fits = len(found) == len(expected) and all(
            wanted in (None, size) for wanted, size in zip(expected, found, strict=True)
        )
        if not fits:
            wanted_sizes = ", ".join("any" if size is None else str(size) for size in expected)
            raise ModelUnusableError(
                f"op.{self.name}: the model's output is of shape {found}; accepted for this stage and its "
                f"configuration: ({wanted_sizes})"
            )

    def _feed(self) -> None:
        """Move pages from the input channel to their first turn; errors of earlier ops pass through."""
        while True:
            try:
                (data,) = self._get_input_channel().front(self.name).values()
                if data.error_code == CustomExceptionCode.OK.value:
                    self._queue.put(Job(data, self._batches(data)))
                else:
                    self._push_to_output_channels(data, self._get_output_channels())
            except ChannelStopError:
                self._queue.close()
                return

    def _batches(self, data: ChannelData) -> Iterator[Batch[OriginT]]:
        yield from self.preprocess(data.dictdata[PAGE])

    def _serve(self, engine: Engine) -> None:
        while (turn := self._queue.take()) is not None:
            job, batch = turn
            if batch is not None and not self._compute(job, batch, engine):
                continue
            try:
                self._push_to_output_channels(self._finished(job), self._get_output_channels())
            except ChannelStopError:
                return

    def _compute(self, job: Job[ChannelData, Batch[OriginT]], batch: Batch[OriginT], engine: Engine) -> bool:
        """Run a batch through the model; True if it was the last of its job."""
        try:
            if job.failure is None:
                page: Page = job.key.dictdata[PAGE]
                self.postprocess(page, batch, self.process(engine, batch))
        except BaseException as error:
            return job.give_back(error)
        return job.give_back()

    def _finished(self, job: Job[ChannelData, Batch[OriginT]]) -> ChannelData:
        data = job.key
        try:
            if job.failure is not None:
                return self._failure(data, job.failure)
            page: Page = data.dictdata[PAGE]
            self.finish(page)
        except BaseException as error:
            return self._failure(data, error)
        return ChannelData(ChannelDataType.DICT.value, dictdata={PAGE: page}, data_id=data.id, log_id=data.log_id)

    def _failure(self, data: ChannelData, error: BaseException) -> ChannelData:
        status = status_of(error)
        if status is None:
            _log.error("log_id=%s: %s failed", data.log_id, self.name, exc_info=error)
            status, message = INTERNAL, f"internal error in {self.name}: {type(error).__name__}"
        else:
            message = str(error)
        return ChannelData(
            error_code=CustomExceptionCode.PRODUCT_ERROR.value,
            error_info="",
            prod_error_code=status.err_no,
            prod_error_info=message,
            data_id=data.id,
            log_id=data.log_id,
        )
