"""The figures of a contender's run. Only the standard library: peers import this in environments of their own."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

BYTES_PER_MB = 1_000_000


@dataclass(frozen=True)
class Measurement:
    """A contender's figures at one number of clients.

    Attributes:
        images_per_s: pictures finished in a second, failed ones included.
        p50_ms, p95_ms: percentiles of the time from a picture's start to its lines, in milliseconds.
        peak_rss_mb: the sum of its processes' largest resident memory, in MB of a million bytes; memory that they share
            counts for each. None where it says nothing.
        lines: the lines found in one pass over the pictures. None where nothing is decoded.
        failures: one text for each picture that failed, in one pass.
    """

    images_per_s: float
    p50_ms: float
    p95_ms: float
    peak_rss_mb: float | None
    lines: float | None
    failures: tuple[str, ...] = ()


FIGURES = ("images_per_s", "p50_ms", "p95_ms", "peak_rss_mb", "lines")


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share (0 to 1) lies, interpolated linearly."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def median_of(rounds: Sequence[Measurement], figures: Sequence[str] = FIGURES) -> Measurement:
    """The median of each figure over the rounds; all else, such as the failures, comes from the last one."""
    medians: dict[str, Any] = {}
    for figure in figures:
        values = [value for measured in rounds if (value := getattr(measured, figure)) is not None]
        medians[figure] = statistics.median(values) if values else None
    return replace(rounds[-1], **medians)


def write_measurement(path: Path, measurement: Measurement) -> None:
    """Write a measurement as JSON."""
    path.write_text(json.dumps(asdict(measurement)), encoding="utf-8")


def read_measurement(path: Path) -> Measurement:
    """Read what `write_measurement` wrote."""
    tree = json.loads(path.read_text(encoding="utf-8"))
    values = {field.name: tree[field.name] for field in fields(Measurement)}
    return Measurement(**{**values, "failures": tuple(values["failures"])})
