"""The environment of the processes that compute: what the allocator and oneDNN read when a process starts."""

from collections.abc import Mapping

from pdserving.hardware.processor import usable_cores

# For glibc.
# Arenas: a heap for each core instead of one for each thread, which would lose a fifth of the worker's memory between
# the heaps. On a single heap the threads that compute would wait for each other, as OpenVINO allocates much at each
# change of shape.
# Thresholds: what is large goes back to the system when it is freed. With a threshold below the size of a recogniser's
# intermediate tensors the models take a tenth longer.
# tcache: a thread keeps a hundred freed pieces of each size at hand, not seven, which takes a sixth off a worker's time
# in malloc and free.
_MALLOC = {
    "MALLOC_ARENA_MAX": str(max(4, usable_cores())),
    "MALLOC_MMAP_THRESHOLD_": "4194304",
    "MALLOC_TRIM_THRESHOLD_": "67108864",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=100",
}

# For oneDNN, which computes for OpenVINO and Paddle: how many operations, each for one shape of its input, it keeps for
# all predictors of a process, at 40 kB each. Its own 1,024 are those of twenty shapes. With pictures of more sizes than
# that, every predictor prepared its own, again and again.
_ONEDNN = {"ONEDNN_PRIMITIVE_CACHE_CAPACITY": "4000"}

TUNING: Mapping[str, str] = {**_MALLOC, **_ONEDNN}
"""Variables of the environment. One that is set already stays as it is."""
