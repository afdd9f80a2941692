"""What is computed next, and with what: turns that are fair to pages, and batches that requests share.

Nothing in here has a thread, a lock or a clock of its own: whoever uses it says what time it is.
"""

from pdserving.scheduling.batching import Batching
from pdserving.scheduling.job import Batch, Job, Part, Preparation, Row, Shape, Turn
from pdserving.scheduling.scheduler import Scheduler

__all__ = ["Batch", "Batching", "Job", "Part", "Preparation", "Row", "Scheduler", "Shape", "Turn"]
