"""How a stage makes its batches."""

from dataclasses import dataclass

from pdserving.scheduling.job import Shape


@dataclass(frozen=True)
class Batching:
    """A stage's rule for its batches.

    Attributes:
        pixels: the most that a batch has, height × width for each row, which bounds memory. A row that has more by
            itself is a batch of its own.
        size: the rows at which a batch of several pages is full; with 1, pages share none.
        timeout_s: how long a row may wait for others before a batch that is not full is computed.
    """

    pixels: int
    size: int = 1
    timeout_s: float = 0.0

    @property
    def shared(self) -> bool:
        """Whether a batch may hold rows of several pages."""
        return self.size > 1

    def most(self, shape: Shape) -> int:
        """How many rows of a shape a batch may have."""
        _, height, width = shape
        within = max(1, self.pixels // (height * width))
        return min(self.size, within) if self.shared else within

    def most_of_pages(self, shape: Shape) -> int:
        """How many rows of a shape a batch may have where every page has one row: 1 unless pages share batches."""
        return self.most(shape) if self.shared else 1
