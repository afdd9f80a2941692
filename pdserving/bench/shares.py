"""The stages' shares of the time, from py-spy's samples."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

_COMPUTE_THREAD = "compute-0"

DECODE = "decoding the picture"
_DETECTION_INPUT = "detection input"
DETECTION = "detection model"
BOXES = "decoding boxes"
_CROPS = "crops"
_CLASSIFICATION_INPUT = "classification input"
_CLASSIFICATION = "classification model"
_TURNING = "turning crops"
_RECOGNITION_INPUT = "recognition input"
RECOGNITION = "recognition model"
_TEXT = "decoding text"
PROTOCOL = "protocol and queueing"
OTHER = "other"

GROUPS: Mapping[str, tuple[str, ...]] = {
    DECODE: ("decode_image (ocr_ops/image/",),
    _DETECTION_INPUT: ("detection_tensor (ocr_ops/detection/",),
    DETECTION: ("_Detection.process (pdserving/bench/",),
    BOXES: ("decode_quads (ocr_ops/detection/", "Looks.", "reading_order (ocr_ops/"),
    _CROPS: ("crop_quad (ocr_ops/crop.py", "whole_crop (ocr_ops/crop.py"),
    _CLASSIFICATION_INPUT: ("ClassificationOp.preprocess (pdserving/pipeline/",),
    _CLASSIFICATION: ("_Classification.process (pdserving/bench/",),
    _TURNING: ("ClassificationOp.postprocess (pdserving/pipeline/",),
    _RECOGNITION_INPUT: ("RecognitionOp.preprocess (pdserving/pipeline/",),
    RECOGNITION: ("_Recognition.process (pdserving/bench/",),
    _TEXT: ("RecognitionOp.postprocess (pdserving/pipeline/", "choose_readings (pdserving/pipeline/"),
    PROTOCOL: (
        "ComputePool.",
        "Scheduler.",
        "StageQueue.",
        "Group.",
        "StageOp.prepare ",
        "StageOp.compute ",
        "StageOp.end ",
        "StageOp._",
    ),
    OTHER: ("DetectionOp.", "ClassificationOp.", "RecognitionOp."),
}
"""The beginnings of each group's frames, as py-spy writes them: the function and, in brackets, file and line."""

_SAMPLES = re.compile(r"thread \(\w+\): (?P<thread>[^;]*);(?P<frames>.*) (?P<count>\d+)")


def shares(raw: str) -> dict[str, float]:
    """The share of the compute thread's samples that each group has, 0 to 1; all add up to 1.

    Args:
        raw: the output of `py-spy record --format raw --threads --idle`: lines of `thread (id): name;frame;… count`,
            the outermost frame first.

    Returns:
        The shares by group, in the order of a picture's way.

    Raises:
        ValueError: there is no sample of that thread.
    """
    found: Counter[str] = Counter()
    for line in raw.splitlines():
        match = _SAMPLES.fullmatch(line)
        if match is not None and match["thread"] == _COMPUTE_THREAD:
            found[group_of(match["frames"].split(";"))] += int(match["count"])
    total = found.total()
    if total == 0:
        raise ValueError(f"no sample of a thread {_COMPUTE_THREAD}")
    return {group: found[group] / total for group in GROUPS}


def group_of(frames: Sequence[str]) -> str:
    """The group of the innermost frame that has one."""
    for frame in reversed(frames):
        for group, beginnings in GROUPS.items():
            if frame.startswith(beginnings):
                return group
    return OTHER
