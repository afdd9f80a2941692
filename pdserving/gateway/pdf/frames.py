"""What gateway and PDF process say to each other: a line of JSON, and the bytes that it announces.

No pickle: what the process answers is made of strangers' files.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

MAX_LINE = 1 << 20  # bytes
_SIZES = "sizes"


@dataclass(frozen=True)
class Frame:
    """One message.

    Attributes:
        fields: of JSON.
        blobs: bytes that follow them.
    """

    fields: dict[str, Any]
    blobs: Sequence[bytes] = field(default=())

    def parts(self) -> list[bytes]:
        """As it is sent, one after the other."""
        line = json.dumps({**self.fields, _SIZES: [len(blob) for blob in self.blobs]})
        return [line.encode("ascii") + b"\n", *self.blobs]


def read_frame(pipe: BinaryIO) -> Frame | None:
    """The next message; None where the other end is closed."""
    line = pipe.readline()
    if not line.endswith(b"\n"):
        return None
    fields = json.loads(line)
    blobs = [pipe.read(size) for size in fields.pop(_SIZES)]
    return Frame(fields, blobs)


async def receive(pipe: asyncio.StreamReader, most_bytes: int) -> Frame:
    """The next message.

    Raises:
        EOFError: the other end is closed.
        ValueError: it is none, or has more than `most_bytes`.
    """
    try:
        line = await pipe.readuntil(b"\n")
    except asyncio.LimitOverrunError:
        raise ValueError(f"a line of more than {MAX_LINE} bytes") from None
    fields = json.loads(line)
    sizes = fields.pop(_SIZES)
    if sum(sizes) > most_bytes:
        raise ValueError(f"{sum(sizes)} bytes; accepted: {most_bytes}")
    return Frame(fields, [await pipe.readexactly(size) for size in sizes])
