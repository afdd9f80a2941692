"""Whether a picture is an animation, told without decoding it."""

import struct

_MAX_CHUNKS = 1000
_WEBP_ANIMATION = 0x02  # a bit of the flags of a WebP in the extended format


def is_animation(data: bytes) -> bool:
    """Whether a PNG or WebP has several frames, of which the first is decoded; False for any other file."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _is_animated_png(data)
    is_extended_webp = data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8X"
    return is_extended_webp and bool(data[20:21] and data[20] & _WEBP_ANIMATION)


def _is_animated_png(data: bytes) -> bool:
    position = 8
    for _ in range(_MAX_CHUNKS):
        if position + 12 > len(data):
            break
        length, name = struct.unpack_from(">I4s", data, position)
        # The chunk that says so stands before the first frame.
        if name == b"IDAT":
            break
        if name == b"acTL":
            (frames,) = struct.unpack_from(">I", data, position + 8)
            return int(frames) > 1
        position += 12 + length
    return False
