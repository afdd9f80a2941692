"""A peer in its own environment, timed in process; run by `python -m` with the arguments of `main`.

The modules of ours that are imported here need nothing but the standard library.
"""

import resource
import sys
from collections.abc import Callable
from pathlib import Path

from pdserving.bench.closed_loop import measure
from pdserving.bench.measurement import BYTES_PER_MB, write_measurement

RAPIDOCR_ONNXRUNTIME = "rapidocr-onnxruntime"
RAPIDOCR_OPENVINO = "rapidocr-openvino"
FASTER_PADDLE = "faster-paddle"

_WIDEST_SIDE = 960  # pixels of the detector's input, as in our configuration
_KIB = 1024


def open_peer(name: str) -> Callable[[bytes], int]:
    """A function from a picture's file to the number of its lines."""
    if name == FASTER_PADDLE:
        from faster_paddle import OcrEngine  # type: ignore[import-not-found]  # not in our own environment

        small = OcrEngine(model_size="small", det_max_side=_WIDEST_SIDE)
        return lambda file: len(small.ocr(file)["bounds"])
    from rapidocr import EngineType, RapidOCR  # type: ignore[import-not-found]

    params = {"Global.log_level": "critical"}
    if name == RAPIDOCR_OPENVINO:
        params |= {f"{stage}.engine_type": EngineType.OPENVINO for stage in ("Det", "Cls", "Rec")}
    rapid = RapidOCR(params=params)
    return lambda file: len(rapid(file).txts or ())


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
