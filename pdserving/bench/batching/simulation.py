"""The three stages on one device, in made-up time. The service's own scheduler says whose turn it is."""

from collections import Counter
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import simpy

from pdserving.bench.batching.devices import Device
from pdserving.bench.batching.traffic import Page
from pdserving.config.auto import PREDICTORS_A_GPU
from pdserving.pipeline.recognition_op import RecognitionOp
from pdserving.scheduling import Batch, Batching, Job, Preparation, Row, Scheduler, Turn

STAGES = ("det", "cls", "rec")
_WORK = {"det": 1.0, "cls": 1.0, "rec": float(RecognitionOp.work)}
CLASSIFIER = (3, 48, 192)
HEIGHT = 48  # pixels of the recogniser's input
_IN_PIPELINE = 64  # `worker_num` of configs/gpu.yml

Steps = Generator[simpy.Event, Any, None]


@dataclass
class Outcome:
    """What became of the pages.

    Attributes:
        latencies: the seconds from each page's arrival to its end.
        rows, batches: how many there were, by stage.
        busy: the seconds in which the device computed.
        seconds: the time when the last page ended.
    """

    latencies: dict[Page, float] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    batches: Counter[str] = field(default_factory=Counter)
    busy: float = 0.0
    seconds: float = 0.0


def simulate(pages: Iterable[Page], device: Device, batching: Mapping[str, Batching]) -> Outcome:
    """Let pages come to a service with one device and be served; beyond `_IN_PIPELINE` at a time they wait outside."""
    environment = simpy.Environment()
    service = _Service(environment, device, batching)
    environment.process(service.arrivals(pages))
    environment.run()
    service.outcome.seconds = environment.now
    return service.outcome


class _Service:
    def __init__(self, environment: simpy.Environment, device: Device, batching: Mapping[str, Batching]) -> None:
        self.outcome = Outcome()
        self._environment = environment
        self._times = device.stages
        self._device = simpy.Resource(environment)
        self._cores = simpy.Resource(environment, device.cores)
        self._threads = device.cores + PREDICTORS_A_GPU * len(STAGES)
        self._places = simpy.Resource(environment, _IN_PIPELINE)
        self._ended: dict[Page, simpy.Event] = {}
        self._due = float("inf")
        self._scheduler: Scheduler[Page, None] = Scheduler()
        for stage in STAGES:
            self._scheduler.add_stage(stage, PREDICTORS_A_GPU, batching[stage], _WORK[stage])

    def arrivals(self, pages: Iterable[Page]) -> Steps:
        """Let each page in when it comes."""
        for page in pages:
            yield self._environment.timeout(page.at - self._environment.now)
            self._environment.process(self._serve(page))

    def _serve(self, page: Page) -> Steps:
        with self._places.request() as place:
            yield place
            ended = self._ended[page] = self._environment.event()
            self._scheduler.put(Job(page, STAGES[0]))
            self._dispatch()
            yield ended
        self.outcome.latencies[page] = self._environment.now - page.at

    def _dispatch(self) -> None:
        """Begin all turns that there are threads for."""
        now = self._environment.now
        while self._threads:
            turn = self._scheduler.take(now, lone=len(self._ended) <= 1)
            if turn is None:
                due = self._scheduler.due()
                if due < float("inf") and not now <= self._due <= due:
                    self._due = due
                    self._environment.process(self._wake(due))
                return
            self._threads -= 1
            self._environment.process(self._do(turn))

    def _wake(self, due: float) -> Steps:
        yield self._environment.timeout(due - self._environment.now)
        self._due = float("inf")
        self._dispatch()

    def _do(self, turn: Turn[Page, None]) -> Steps:
        if isinstance(turn, Preparation):
            yield from self._on_core(self._times[turn.stage].page)
            over = self._scheduler.prepared(turn.job, _rows(turn.job), self._environment.now)
            ended = [turn.job] if over else []
        else:
            yield from self._compute(turn)
            ended = self._scheduler.done(turn, {})
        for job in ended:
            self._end(job)
        self._threads += 1
        self._dispatch()

    def _compute(self, batch: Batch[Page, None]) -> Steps:
        times = self._times[batch.stage]
        _, height, width = batch.parts[0].rows[0].shape
        yield from self._on_core(times.row * batch.size / 2)
        with self._device.request() as turn:
            yield turn
            seconds = times.on_device(height * width * batch.size)
            yield self._environment.timeout(seconds)
        self.outcome.busy += seconds
        yield from self._on_core(times.row * batch.size / 2)
        self.outcome.rows[batch.stage] += batch.size
        self.outcome.batches[batch.stage] += 1

    def _on_core(self, milliseconds: float) -> Steps:
        if milliseconds:
            with self._cores.request() as turn:
                yield turn
                yield self._environment.timeout(milliseconds / 1e3)

    def _end(self, job: Job[Page, None]) -> None:
        position = STAGES.index(job.stage)
        if position + 1 < len(STAGES):
            self._scheduler.put(Job(job.key, STAGES[position + 1]))
        else:
            self._ended.pop(job.key).succeed()


def _rows(job: Job[Page, None]) -> list[Row[None]]:
    page = job.key
    if job.stage == "det":
        return [Row((3, *page.detector), None)]
    if job.stage == "cls":
        return [Row(CLASSIFIER, None)] * len(page.lines)
    return [Row((3, HEIGHT, bucket), None) for bucket in page.lines]
