"""The shapes of input that an engine may get, for engines that are built for a range of them."""

from dataclasses import dataclass

Shape = tuple[int, int, int, int]


@dataclass(frozen=True)
class InputShapes:
    """Shapes (N, 3, H, W): no size of an input is outside `smallest` to `largest`; `usual` is what to be fastest at."""

    smallest: Shape
    usual: Shape
    largest: Shape
