"""The watch over a service while it is timed: on its GPUs, and on how full its batches are."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pdserving.bench.closed_loop import ContenderError
from pdserving.bench.gpu.batches import Counts, mean_rows, read_counts
from pdserving.bench.gpu.figures import DeviceMeasurement, Readings, device_figures
from pdserving.bench.measurement import Measurement
from pdserving.bench.processes import family
from pdserving.bench.services import Serving

_INTERVAL_S = 0.1


class Watch:
    """Takes samples of a service while it is `timed`, and adds them to what was measured in that time.

    Args:
        service: the service.
        read: gives a reading of each of its GPUs, of which there may be none.
        before_mib: the memory that was in use on them before the service started, in MiB.
    """

    def __init__(self, service: Serving, read: Callable[[], Readings], before_mib: float) -> None:
        self._service = service
        self._read = read
        self._before_mib = before_mib
        self._samples: list[Readings] = []
        self._counts: tuple[Counts, Counts] = ({}, {})

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Take samples until the end; earlier ones are forgotten."""
        counts = self._read_counts()
        with sampling(self._read, _INTERVAL_S) as self._samples:
            yield
        self._counts = (counts, self._read_counts())

    def add_to(self, measured: Measurement) -> DeviceMeasurement:
        """The figures, and beside them those of the samples."""
        device = device_figures(self._samples, family(self._service.process.pid), self._before_mib)
        rows = mean_rows(*self._counts)
        return DeviceMeasurement(
            **vars(measured), **vars(device), det_rows=rows["det"], cls_rows=rows["cls"], rec_rows=rows["rec"]
        )

    def _read_counts(self) -> Counts:
        try:
            return read_counts(self._service.http_port)
        except OSError as error:
            raise ContenderError(f"no answer to /metrics: {type(error).__name__}: {error}") from None


@contextmanager
def sampling(read: Callable[[], Readings], interval_s: float) -> Iterator[list[Readings]]:
    """Take a sample every so many seconds, the first at once, in a thread; the list has those taken so far."""
    samples: list[Readings] = []
    ended = threading.Event()

    def sample() -> None:
        while not ended.is_set():
            samples.append(read())
            ended.wait(interval_s)

    thread = threading.Thread(target=sample, name="samples", daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        ended.set()
        thread.join()
