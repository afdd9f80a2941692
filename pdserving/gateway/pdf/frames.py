"""The messages of gateway and PDF process: a line of JSON through a pipe, and bytes in memory that both share.

It is not pickle, as what the process answers is made of strangers' files. The bytes do not go through the pipe, as that
would take the time of the gateway's loop.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

_KEPT_BYTES = 32 << 20  # of shared memory, for the next page
_SIZES = "sizes"


@dataclass(frozen=True)
class Frame:
    """One message.

    Attributes:
        fields: the fields of the JSON object.
        blobs: the bytes that belong to them.
    """

    fields: dict[str, Any]
    blobs: Sequence[bytes] = field(default=())


def encode(frame: Frame, memory_fd: int) -> bytes:
    """The line to send. The blobs are written into the memory, where they stay until there is an answer."""
    place = 0
    for blob in frame.blobs:
        view = memoryview(blob)
        while view:
            written = os.pwrite(memory_fd, view, place)
            view, place = view[written:], place + written
    return json.dumps({**frame.fields, _SIZES: [len(blob) for blob in frame.blobs]}).encode("ascii") + b"\n"


def decode(line: bytes, memory_fd: int, most_bytes: int) -> Frame:
    """The message of a line.

    Raises:
        EOFError: the message is not whole, as the other process has ended.
        ValueError: its blobs have more than `most_bytes`.
    """
    if not line.endswith(b"\n"):
        raise EOFError("the line has no end")
    fields = json.loads(line)
    sizes = fields.pop(_SIZES)
    if sum(sizes) > most_bytes:
        raise ValueError(f"{sum(sizes)} bytes; accepted: {most_bytes}")
    blobs, place = [], 0
    for size in sizes:
        blobs.append(os.pread(memory_fd, size, place))
        if len(blobs[-1]) < size:
            raise EOFError("the memory is shorter than the line says")
        place += size
    if place > _KEPT_BYTES:
        os.ftruncate(memory_fd, _KEPT_BYTES)
    return Frame(fields, blobs)
