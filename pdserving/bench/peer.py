"""A peer in its own environment, timed in process; run by `python -m` with the arguments of `main`.

The modules of ours that are imported here need nothing but the standard library.
"""

import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from pdserving.bench.closed_loop import measure
from pdserving.bench.measurement import BYTES_PER_MB, write_measurement

RAPIDOCR_ONNXRUNTIME = "rapidocr-onnxruntime"
RAPIDOCR_OPENVINO = "rapidocr-openvino"
FASTER_PADDLE = "faster-paddle"

_WIDEST_SIDE = 960  # pixels of the detector's input, as in our configuration
_KIB = 1024

PeerLine: TypeAlias = tuple[str, list[list[float]]]
"""A line that a peer reads: its text, and its quad's four corners."""


def open_reader(name: str) -> Callable[[bytes], list[PeerLine]]:
    """A function from a picture's file to its lines, in the order in which the peer gives them."""
    if name == FASTER_PADDLE:
        small = _faster_paddle()
        return lambda file: faster_paddle_lines(small.ocr(file))
    rapid = _rapidocr(name)
    return lambda file: _rapidocr_lines(rapid(file))


def open_peer(name: str) -> Callable[[bytes], int]:
    """A function from a picture's file to the number of its lines."""
    if name == FASTER_PADDLE:
        small = _faster_paddle()
        return lambda file: len(small.ocr(file)["bounds"])
    rapid = _rapidocr(name)
    return lambda file: len(rapid(file).txts or ())


def _faster_paddle() -> Any:
    from faster_paddle import OcrEngine  # type: ignore[import-not-found]  # not in our own environment

    return OcrEngine(model_size="small", det_max_side=_WIDEST_SIDE)


def _rapidocr(name: str) -> Any:
    from rapidocr import EngineType, RapidOCR  # type: ignore[import-not-found]

    params = {"Global.log_level": "critical"}
    if name == RAPIDOCR_OPENVINO:
        params |= {f"{stage}.engine_type": EngineType.OPENVINO for stage in ("Det", "Cls", "Rec")}
    return RapidOCR(params=params)


def faster_paddle_lines(answer: Any) -> list[PeerLine]:
    """Its lines, whose boxes are upright, in the order of its text: the list of boxes has none."""
    bounds = sorted(answer["bounds"].values(), key=lambda bound: -len(bound["text"]))
    text, start, ordered = answer["text"], 0, []
    while start < len(text):
        for bound in bounds:
            end = start + len(bound["text"])
            if text.startswith(bound["text"], start) and not text[end : end + 1].strip():
                bounds.remove(bound)
                ordered.append(bound)
                start = end
                break
        start += 1
    lines = []
    for bound in [*ordered, *bounds]:
        (left, top), (right, bottom) = bound["topLeftCoord"], bound["bottomRightCoord"]
        lines.append((bound["text"], [[left, top], [right, top], [right, bottom], [left, bottom]]))
    return lines


def _rapidocr_lines(answer: Any) -> list[PeerLine]:
    if answer.txts is None:
        return []
    return [(text, quad.tolist()) for text, quad in zip(answer.txts, answer.boxes, strict=True)]


def peak_rss_mb() -> float:
    """The largest resident memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB / BYTES_PER_MB


def main(name: str, result: str, seconds: str, *pictures: str) -> None:
    """Measure a peer, one picture after the other."""
    read = open_peer(name)
    files = [Path(picture).read_bytes() for picture in pictures]
    measured = measure([lambda index: read(files[index])], len(files), float(seconds), peak_rss_mb)
    write_measurement(Path(result), measured)


if __name__ == "__main__":
    main(*sys.argv[1:])
