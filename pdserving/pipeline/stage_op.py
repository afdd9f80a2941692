"""What every op does: queue a page's batches, compute them, pass the page on; what is raised is its page's error."""

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from paddle_serving_server.pipeline.channel import ChannelData, ChannelDataType, ChannelStopError
from paddle_serving_server.pipeline.error_catch import CustomExceptionCode
from paddle_serving_server.pipeline.operator import Op

from pdserving.config.schema import Count
from pdserving.engines import Engine
from pdserving.errors import INTERNAL, status_of
from pdserving.models.reason import engine_reason
from pdserving.pipeline.compute_pool import ComputePool
from pdserving.pipeline.fair_queue import Job
from pdserving.pipeline.page import Page
from pdserving.setup_errors import ModelUnusableError
from pdserving.supervision.journal import Subject

OriginT = TypeVar("OriginT")

PAGE = "page"  # the one key of the dict that travels through the channels

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Batch(Generic[OriginT]):
    """A tensor for the engine.

    Attributes:
        tensor: float32, shape (N, 3, H, W).
        origin: what `postprocess` needs to know of where it came from.
        only: its page has no other.
        work: that a value of the tensor makes, relative to the detector's; pages share the cores by it.
    """

    tensor: NDArray[np.float32]
    origin: OriginT
    only: bool = False
    work: float = 1

    @property
    def cost(self) -> float:
        """How much work it is."""
        return self.work * self.tensor.size


class StageOp(Op, Generic[OriginT]):  # type: ignore[misc]  # Paddle Serving is untyped
    """An op of the DAG. Subclasses say what happens before and after the model.

    An op holds engines and settings, never a request. Paddle Serving's own loop is not used: an exception outside its
    guarded calls ends its thread and with it every later request, and its threads share one predictor.

    Args:
        name: the op's name in the DAG.
        input_ops: the ops before it.
        engine: an engine, which is cloned.
        concurrency: engines, and so batches of the op that are computed at a time; `auto`: one on each GPU, and on
            the CPU as many as the pool has threads.
        pool: the threads that compute.
    """

    def __init__(self, name: str, input_ops: list[Op], engine: Engine, concurrency: Count, pool: ComputePool) -> None:
        if len(input_ops) != 1:
            raise ValueError(f"op {name} has {len(input_ops)} input ops; a page comes from one")
        count = (engine.devices or pool.threads) if concurrency == "auto" else concurrency
        super().__init__(name=name, input_ops=input_ops, concurrency=count)
        self._engine = engine
        self._engines: queue.SimpleQueue[Engine] = queue.SimpleQueue()
        self._pool = pool

    def skips(self, page: Page) -> bool:
        """Whether the stage has nothing to do for a page, which then waits for nothing."""
        return False

    def preprocess(self, page: Page) -> Iterable[Batch[OriginT]]:
        """The batches that a page's stage has to compute; taken one at a time, so that one is in memory at a time."""
        raise NotImplementedError

    def process(self, engine: Engine, batch: Batch[OriginT]) -> NDArray[np.float32]:
        """Run the model on a batch, on all cores where there is nothing else to run."""
        return engine.run(batch.tensor, alone=batch.only and self._pool.in_flight.alone)

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
        """Warm up the engines and let pages in."""
        for number in range(self.concurrency):
            engine = self._engine if number == 0 else self._engine.clone()
            self._warm_up(engine)
            self._engines.put(engine)
        self._pool.add(self, self.concurrency)
        thread = threading.Thread(target=self._feed, name=f"{self.name}-feed", daemon=True)
        thread.start()
        return [thread]

    def subject(self, job: Job[ChannelData, Batch[OriginT]]) -> Subject | None:
        """The picture that a job is about."""
        page: Page = job.key.dictdata[PAGE]
        return page.subject

    def serve(self, job: Job[ChannelData, Batch[OriginT]], batch: Batch[OriginT] | None) -> None:
        """Compute a batch, and pass the page on with its last one, or where it has none."""
        if batch is not None and not self._compute(job, batch):
            return
        # Where the channels are closed nobody waits for the page.
        with contextlib.suppress(ChannelStopError):
            self._push_to_output_channels(self._finished(job), self._get_output_channels())

    def _warm_up(self, engine: Engine) -> None:
        shapes = self.warm_up_shapes()
        try:
            found = engine.warm_up(shapes)
        except (RuntimeError, ValueError) as error:
            message = f"op.{self.name}: the model takes no input of shape {shapes[-1]}: {engine_reason(error)}"
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
        """Queue pages from the input channel; those that need nothing and errors of earlier ops pass through."""
        while True:
            try:
                (data,) = self._get_input_channel().front(self.name).values()
                if data.error_code != CustomExceptionCode.OK.value:
                    self._push_to_output_channels(data, self._get_output_channels())
                    continue
                page: Page = data.dictdata[PAGE]
                job = Job(data, self._batches(page), self.name)
                if self.skips(page):
                    self.serve(job, None)
                else:
                    self._pool.put(job)
            except ChannelStopError:
                self._pool.close()
                return

    def _batches(self, page: Page) -> Iterator[Batch[OriginT]]:
        """The page's batches, as long as somebody waits for them; looked at when it is their turn."""
        page.lifetime.check()
        page.timings_ms[self.name] = -1e3 * time.perf_counter()  # and its end is added
        for batch in self.preprocess(page):
            yield batch
            page.lifetime.check()

    def _compute(self, job: Job[ChannelData, Batch[OriginT]], batch: Batch[OriginT]) -> bool:
        """Run a batch through the model; True if it was the last of its job."""
        engine = self._engines.get_nowait()
        try:
            if job.failure is None:
                page: Page = job.key.dictdata[PAGE]
                self.postprocess(page, batch, self.process(engine, batch))
        except BaseException as error:
            return job.give_back(error)
        finally:
            self._engines.put(engine)
        return job.give_back()

    def _finished(self, job: Job[ChannelData, Batch[OriginT]]) -> ChannelData:
        data = job.key
        try:
            if job.failure is not None:
                return self._failure(data, job.failure)
            page: Page = data.dictdata[PAGE]
            self.finish(page)
            if self.name in page.timings_ms:
                page.timings_ms[self.name] += 1e3 * time.perf_counter()
        except BaseException as error:
            return self._failure(data, error)
        return ChannelData(ChannelDataType.DICT.value, dictdata={PAGE: page}, data_id=data.id, log_id=data.log_id)

    def _failure(self, data: ChannelData, error: BaseException) -> ChannelData:
        status = status_of(error)
        if status is None:
            request_id = data.dictdata[PAGE].request_id
            _log.error("request %s, log_id=%s: %s failed", request_id, data.log_id, self.name, exc_info=error)
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
