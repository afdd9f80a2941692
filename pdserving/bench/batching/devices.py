"""The GPUs that are simulated: how long a batch takes on each, and what the cores do before and after."""

from collections.abc import Mapping
from dataclasses import dataclass

_MEGAPIXEL = 1e6


@dataclass(frozen=True)
class Stage:
    """The times of one stage, in milliseconds.

    Attributes:
        launch: the device's time for a batch, whatever its size: kernels are started one after another.
        megapixel: the device's time for each million pixels of a batch.
        page: a core's time for a page, before its first row: the picture is decoded.
        row: a core's time for a row, before the model and after it.
    """

    launch: float
    megapixel: float
    page: float
    row: float

    def on_device(self, pixels: int) -> float:
        """The seconds that a batch of so many pixels takes on the device."""
        return (self.launch + self.megapixel * pixels / _MEGAPIXEL) / 1e3


@dataclass(frozen=True)
class Device:
    """A GPU and the cores beside it.

    Attributes:
        name: the kind of GPU.
        stages: the times of det, cls and rec.
        cores: how many cores prepare the rows and read the results.
    """

    name: str
    stages: Mapping[str, Stage]
    cores: int = 8


DEVICES = (
    # Small models on a large GPU: starting their kernels is most of the time, and further rows cost nearly nothing.
    # PaddleOCR says of its mobile models on a T4 that a page takes 9 to 11 ms and a line 5 ms, one at a time.
    Device(
        "large",
        {
            "det": Stage(launch=6, megapixel=4, page=9, row=5),
            "cls": Stage(launch=2, megapixel=5, page=0, row=0.05),
            "rec": Stage(launch=5, megapixel=8, page=0, row=0.2),
        },
    ),
    # Few launches (TensorRT) on a small GPU: the time is proportional to the pixels. So is MobileNetV1's on a T4 in
    # Paddle's benchmark, 0.9, 1.4 and 2.5 ms for 1, 2 and 4 pictures of 224 × 224.
    Device(
        "small",
        {
            "det": Stage(launch=1, megapixel=14, page=9, row=5),
            "cls": Stage(launch=0.4, megapixel=12, page=0, row=0.05),
            "rec": Stage(launch=1, megapixel=40, page=0, row=0.2),
        },
    ),
)
