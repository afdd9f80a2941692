"""From the configuration of an op to the rule of its batches."""

from pdserving.config.schema import OpSection
from pdserving.scheduling import Batching


def stage_batching(section: OpSection) -> Batching:
    """How an op makes its batches."""
    return Batching(section.batch_pixels, section.batch_size, section.auto_batching_timeout / 1e3)
