"""Our pipeline called in process, without gateway and gRPC; run by `python -m` with the arguments of `main`."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import cv2

from pdserving.bench.closed_loop import measure
from pdserving.bench.measurement import write_measurement
from pdserving.bench.peer import peak_rss_mb
from pdserving.config.schema import Settings
from pdserving.models.stages import resolve_models
from pdserving.pipeline.page import Lifetime
from pdserving.protocol import BYTES, IMAGE, Request, Tensor
from pdserving.worker.service import OcrService

ReadLine: TypeAlias = tuple[tuple[str, float], Any]
"""A line of an answer: its text and score, and its quad as nested lists of shape (4, 2)."""


def open_reader(settings: Settings, service_class: type[OcrService] = OcrService) -> Callable[[bytes], list[ReadLine]]:
    """A function from a picture's file to its lines, through the whole pipeline.

    Returns:
        The function, which raises ValueError where the service answers with an error.
    """
    cv2.setNumThreads(1)  # as in the worker
    service = service_class(settings, resolve_models(settings))

    def read(file: bytes) -> list[ReadLine]:
        request = Request(tensors=[Tensor(name=IMAGE, elem_type=BYTES, byte_data=file)])
        response = service.servicer.answer(request, Lifetime())
        if response.err_no != 0:
            raise ValueError(response.err_msg)
        lines: list[ReadLine] = json.loads(response.value[0])
        return lines

    return read


def open_pipeline(settings: Settings, service_class: type[OcrService] = OcrService) -> Callable[[bytes], int]:
    """A function from a picture's file to the number of its lines, through the whole pipeline."""
    read = open_reader(settings, service_class)
    return lambda file: len(read(file))


def main(settings: str, result: str, seconds: str, *pictures: str) -> None:
    """Measure the pipeline, one picture after the other."""
    read = open_pipeline(Settings.model_validate_json(settings))
    files = [Path(picture).read_bytes() for picture in pictures]
    measured = measure([lambda index: read(files[index])], len(files), float(seconds), peak_rss_mb)
    write_measurement(Path(result), measured)


if __name__ == "__main__":
    main(*sys.argv[1:])
