"""What every op does: find a page's rows, compute batches, pass the page on. What is raised is the page's error."""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from paddle_serving_server.pipeline.channel import ChannelData, ChannelDataType, ChannelStopError
from paddle_serving_server.pipeline.error_catch import CustomExceptionCode
from paddle_serving_server.pipeline.operator import Op

from pdserving.config.auto import concurrency
from pdserving.config.ops import OpSection
from pdserving.engine_messages import engine_reason
from pdserving.engines import Engine
from pdserving.errors import client_error, is_fault
from pdserving.pipeline.compute_pool import ComputePool
from pdserving.pipeline.page import PAGE, Page
from pdserving.pipeline.predictors import Predictors
from pdserving.scheduling import Batch, Batching, Job, Part, Row
from pdserving.setup_errors import ModelUnusableError
from pdserving.supervision.journal import Subject

OriginT = TypeVar("OriginT")
PageJob = Job[ChannelData, OriginT]
PagePart = Part[ChannelData, OriginT]

_log = logging.getLogger(__name__)


def stage_batching(section: OpSection) -> Batching:
    """How an op makes its batches."""
    return Batching(section.batch_pixels, section.batch_size, section.auto_batching_timeout / 1e3)


class StageOp(Op, Generic[OriginT]):  # type: ignore[misc]  # Paddle Serving is untyped
    """An op of the DAG. Subclasses say what happens before and after the model.

    An op holds engines and settings, never a request. Paddle Serving's own loop is not used: an exception outside its
    guarded calls ends its thread and with it every later request, and its threads share one predictor.

    Args:
        name: the op's name in the DAG.
        input_ops: the ops before it.
        engine: an engine, which is cloned.
        section: the op's configuration: how its batches are made, and how many are computed at a time, each with an
            engine of its own.
        pool: the threads that compute.

    Attributes:
        batching: how its batches are made.
        work: how long a pixel of a row takes, relative to one of the detector's; pages share the cores by it.
    """

    work: float = 1

    def __init__(
        self,
        name: str,
        input_ops: list[Op],
        engine: Engine,
        section: OpSection,
        pool: ComputePool,
    ) -> None:
        if len(input_ops) != 1:
            raise ValueError(f"op {name} has {len(input_ops)} input ops; a page comes from one")
        super().__init__(name=name, input_ops=input_ops, concurrency=concurrency(section, pool.threads))
        self.batching = stage_batching(section)
        self._engine = engine
        self._predictors = Predictors(pool.load)
        self._pool = pool

    def skips(self, page: Page) -> bool:
        """Whether the stage has nothing to do for a page, which then waits for nothing."""
        return False

    def rows(self, page: Page) -> Sequence[Row[OriginT]]:
        """What the model has to compute for a page; called once, before everything else."""
        raise NotImplementedError

    def preprocess(self, page: Page, rows: Sequence[Row[OriginT]]) -> NDArray[np.float32]:
        """The model's input for some of a page's rows, all of one shape: float32, shape (rows, 3, H, W)."""
        raise NotImplementedError

    def process(self, engine: Engine, tensor: NDArray[np.float32], *, alone: bool) -> NDArray[np.float32]:
        """Run the model on a batch, which may be of several pages; `alone`: nothing else needs the cores."""
        return engine.run(tensor, alone=alone)

    def postprocess(self, page: Page, rows: Sequence[Row[OriginT]], output: NDArray[np.float32]) -> None:
        """Store in the page what the model's output for some of its rows means.

        Several threads may be here with rows of one page at the same time. The output is the engine's memory, and valid
        until this returns.
        """
        raise NotImplementedError

    def further_rows_of(self, page: Page) -> Sequence[Row[OriginT]]:
        """What the model has to compute after all that it had to compute for a page is stored; nothing as a rule."""
        return ()

    def finish(self, page: Page) -> None:
        """Called once, when all rows of a page are stored and there are no further ones."""

    def warm_up_shapes(self) -> list[tuple[int, ...]]:
        """Input shapes to compute before the first request, the largest first."""
        raise NotImplementedError

    def expected_shape(self, shape: tuple[int, ...]) -> tuple[int | None, ...]:
        """The shape of the output for an input of `shape`, None for a size that may be any."""
        raise NotImplementedError

    def start_with_thread(self) -> list[threading.Thread]:
        """Warm up the engines and let pages in."""
        for number in range(self.concurrency):
            engine = self._engine if number == 0 else self._engine.clone()
            self._warm_up(engine)
            self._predictors.add(engine)
        self._pool.add(self, self.concurrency)
        thread = threading.Thread(target=self._feed, name=f"{self.name}-feed", daemon=True)
        thread.start()
        return [thread]

    def subject(self, job: PageJob[OriginT]) -> Subject | None:
        """The picture that a job is about."""
        return _page(job).subject

    def prepare(self, job: PageJob[OriginT]) -> Sequence[Row[OriginT]]:
        """The rows of a page that somebody waits for."""
        page = _page(job)
        try:
            page.lifetime.check()
            page.timings_ms[self.name] = -1e3 * time.perf_counter()  # and its end is added
            return self.rows(page)
        except BaseException as error:  # whatever a stage raises is its page's failure, never the thread's end
            job.failure = error
            return []

    def further_rows(self, job: PageJob[OriginT]) -> Sequence[Row[OriginT]]:
        """The rows that a page has after those that are computed."""
        if job.failure is not None:
            return ()
        try:
            return self.further_rows_of(_page(job))
        except BaseException as error:  # as in `prepare`
            job.failure = error
            return ()

    def compute(self, batch: Batch[ChannelData, OriginT]) -> Mapping[PageJob[OriginT], BaseException]:
        """Run a batch through the model, without pages that nobody waits for; the jobs that failed, and why."""
        failures: dict[PageJob[OriginT], BaseException] = {}
        inputs: dict[PagePart[OriginT], NDArray[np.float32]] = {}
        for part in batch.parts:
            page = _page(part.job)
            with _noting(failures, part.job):
                page.lifetime.check()
                inputs[part] = self._preprocessed(page, part.rows)
        with self._predictors.borrowed() as engine:
            self._run(engine, inputs, failures, alone=batch.whole and self._pool.in_flight.alone)
        return failures

    def end(self, job: PageJob[OriginT]) -> None:
        """Pass a page on, or its error."""
        # Where the channels are closed, nobody waits for the page.
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
        """Queue pages from the input channel. Errors of earlier ops, and pages that need nothing here, pass through."""
        while True:
            try:
                (data,) = self._get_input_channel().front(self.name).values()
                if data.error_code != CustomExceptionCode.OK.value:
                    self._push_to_output_channels(data, self._get_output_channels())
                    continue
                page: Page = data.dictdata[PAGE]
                suspect = page.subject is not None and page.subject.suspect
                job: PageJob[OriginT] = Job(data, self.name, solitary=suspect)
                if self._needs_no_turn(job):
                    self.end(job)
                else:
                    self._pool.put(job)
            except ChannelStopError:
                self._pool.close()
                return

    def _needs_no_turn(self, job: PageJob[OriginT]) -> bool:
        try:
            return self.skips(_page(job))
        except BaseException as error:  # as in `prepare`
            job.failure = error
            return True

    def _preprocessed(self, page: Page, rows: Sequence[Row[OriginT]]) -> NDArray[np.float32]:
        """A page's part of a batch. One of another size would give the pages after it each other's output."""
        tensor = self.preprocess(page, rows)
        if len(tensor) != len(rows):
            raise ValueError(f"preprocess made {len(tensor)} rows of {len(rows)}")
        return tensor

    def _run(
        self,
        engine: Engine,
        inputs: Mapping[PagePart[OriginT], NDArray[np.float32]],
        failures: dict[PageJob[OriginT], BaseException],
        *,
        alone: bool = False,
    ) -> None:
        """Compute several parts at once, and each by itself where that fails: no page suffers from another's."""
        if not inputs:
            return
        try:
            tensor = np.concatenate([*inputs.values()]) if len(inputs) > 1 else next(iter(inputs.values()))
            output = self.process(engine, tensor, alone=alone)
        except BaseException as error:
            if len(inputs) == 1:
                failures.update({part.job: error for part in inputs})
                return
        else:
            self._store([*inputs], output, failures)
            return
        for part, own in inputs.items():
            self._run(engine, {part: own}, failures)

    def _store(
        self,
        parts: Sequence[PagePart[OriginT]],
        output: NDArray[np.float32],
        failures: dict[PageJob[OriginT], BaseException],
    ) -> None:
        start = 0
        for part in parts:
            stop = start + len(part.rows)
            with _noting(failures, part.job):
                self.postprocess(_page(part.job), part.rows, output[start:stop])
            start = stop

    def _finished(self, job: PageJob[OriginT]) -> ChannelData:
        data = job.key
        try:
            if job.failure is not None:
                return self._failure(data, job.failure)
            page = _page(job)
            self.finish(page)
            if self.name in page.timings_ms:
                page.timings_ms[self.name] += 1e3 * time.perf_counter()
        except BaseException as error:
            return self._failure(data, error)
        return ChannelData(ChannelDataType.DICT.value, dictdata={PAGE: page}, data_id=data.id, log_id=data.log_id)

    def _failure(self, data: ChannelData, error: BaseException) -> ChannelData:
        if is_fault(error):
            request_id = data.dictdata[PAGE].request_id
            _log.error("request %s, log_id=%s: %s failed", request_id, data.log_id, self.name, exc_info=error)
        shown = client_error(error, f" in {self.name}")
        # Its frames hold the batch that it was raised in, and they the error: pages and tensors would stay in memory
        # until the next full garbage collection, which is rare.
        error.__traceback__ = None
        return ChannelData(
            error_code=CustomExceptionCode.PRODUCT_ERROR.value,
            error_info="",
            prod_error_code=shown.number,
            prod_error_info=str(shown),
            data_id=data.id,
            log_id=data.log_id,
        )


def _page(job: PageJob[OriginT]) -> Page:
    page: Page = job.key.dictdata[PAGE]
    return page


@contextlib.contextmanager
def _noting(failures: dict[PageJob[OriginT], BaseException], job: PageJob[OriginT]) -> Iterator[None]:
    """Note whatever is raised as the job's failure: it is never the thread's end."""
    try:
        yield
    except BaseException as error:
        failures[job] = error
