"""Looks through a serialized pipeline `Request` before it is parsed, as a small message can unfold to a large one.

Protocol buffers' wire format: https://protobuf.dev/programming-guides/encoding/
"""

from collections.abc import Iterator

from pdserving.errors import BodyInvalidError, BodyTooLargeError, RequestError, TensorRefusedError
from pdserving.protocol import Request

_MAX_ENTRIES = 256  # keys, values, tensors and what each tensor consists of
_SMALL = 1024  # bytes of what is not the picture, such as a tensor's shape

_TENSORS = 3  # field of Request
_UINT32_DATA, _STR_DATA, _BYTE_DATA, _NAME = 5, 9, 10, 23  # fields of Tensor that may be large
_MAX_NUMBERS = 16 << 20  # of a uint8 tensor; each takes a byte or two on the wire and four when it is parsed

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def read_request(data: bytes, max_bytes: int) -> Request | RequestError:
    """The request, or the error that it is answered with: gRPC has no way to answer an exception from here.

    Args:
        data: the message as it came.
        max_bytes: the limit `max_message_bytes`.
    """
    if len(data) > max_bytes:
        return BodyTooLargeError(f"the message has {len(data)} bytes; the limit max_message_bytes is {max_bytes}")
    try:
        check_message(data)
        return Request.FromString(data)
    except RequestError as error:
        return error
    except Exception as error:  # protobuf's own type depends on its version
        return BodyInvalidError(f"the message is no pipeline Request: {type(error).__name__}")


def check_message(data: bytes) -> None:
    """Refuse a message that would unfold to much more than its size.

    Raises:
        BodyInvalidError: more than 256 entries, or not the wire format.
        TensorRefusedError: a large tensor of a type that is not accepted, or of many small numbers.
    """
    view = memoryview(data)
    entries = 0
    for number, content in _fields(view):
        entries += 1
        if number == _TENSORS and content is not None:
            for part, inner in _fields(content):
                entries += 1
                _check_part(part, 0 if inner is None else len(inner))
                _check_count(entries)
        _check_count(entries)


def _check_count(entries: int) -> None:
    if entries > _MAX_ENTRIES:
        raise BodyInvalidError(f"the message has more than {_MAX_ENTRIES} entries; accepted: an image and its options")


def _check_part(part: int, size: int) -> None:
    if size <= _SMALL or part in (_STR_DATA, _BYTE_DATA, _NAME):
        return
    if part != _UINT32_DATA:
        raise TensorRefusedError("a large tensor of another type; accepted: 7 (uint8), 12 (string), 13 (bytes)")
    if size > _MAX_NUMBERS:
        raise TensorRefusedError(f"a uint8 tensor of over {_MAX_NUMBERS} numbers; accepted: bytes (elem_type 13)")


def _fields(view: memoryview) -> Iterator[tuple[int, memoryview | None]]:
    """The number and content of each field; the content is None where the field is a number."""
    position = 0
    while position < len(view):
        tag, position = _varint(view, position)
        kind, content = tag & 7, None
        if kind == _VARINT:
            _, position = _varint(view, position)
        elif kind == _BYTES:
            size, position = _varint(view, position)
            content, position = view[position : position + size], position + size
        elif kind in (_FIXED32, _FIXED64):
            position += 4 if kind == _FIXED32 else 8
        else:
            raise BodyInvalidError("the message is no pipeline Request")
        if position > len(view):
            raise BodyInvalidError("the message is cut off")
        yield tag >> 3, content


def _varint(view: memoryview, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if position >= len(view):
            raise BodyInvalidError("the message is cut off")
        byte = view[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise BodyInvalidError("the message is no pipeline Request")
