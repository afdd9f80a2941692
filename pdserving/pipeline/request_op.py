"""RequestOp of ours: a pipeline request in, a page out, and nothing that could run code."""

import logging
from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
from paddle_serving_server.pipeline.operator import RequestOp

from ocr_ops.errors import OcrError
from ocr_ops.image import check_size, read_header
from pdserving.base64_text import decode_base64
from pdserving.config.request_options import ACCEPTED_KEYS, parse_options
from pdserving.config.schema import Settings
from pdserving.errors import (
    BodyInvalidError,
    KeyMissingError,
    PictureKillsWorkersError,
    RequestError,
    TensorRefusedError,
    client_error,
)
from pdserving.pipeline.page import PAGE, Lifetime, Page
from pdserving.protocol import BYTES, IMAGE, REQUEST_ID, STRING, UINT8, Request, Tensor
from pdserving.supervision.journal import Subject
from pdserving.supervision.strikes import REFUSED, SUSPECT, Strikes, digest_of

_log = logging.getLogger(__name__)

_PROFILE = "pipeline.profile"  # Paddle Serving's clients send it to ask for a profile
_MAX_ID_LENGTH = 128  # characters


class Trial:
    """Whether one request's picture may be computed, after what has come of it before.

    Args:
        strikes: what workers died of; None where nobody keeps count.
    """

    def __init__(self, strikes: Strikes | None = None) -> None:
        self._strikes = strikes
        self._subject: Subject | None = None

    def admit(self, encoded: bytes) -> Subject | None:
        """What the journal calls the picture; None where nobody keeps count.

        Raises:
            PictureKillsWorkersError: it has killed a worker, and then another while it was computed alone.
        """
        if self._strikes is None:
            return None
        digest = digest_of(encoded)
        strikes = self._strikes.of(digest)
        if strikes == REFUSED:
            raise PictureKillsWorkersError(
                "the picture is refused: the worker process that computed it ended unexpectedly, and so did the next "
                "one, which computed nothing else at that time; the service accepts it again after a restart"
            )
        self._subject = Subject(digest, strikes == SUSPECT)
        return self._subject

    def acquit(self) -> None:
        """Note that the picture came through, with an answer or with an error in order."""
        if self._strikes is not None and self._subject is not None and self._subject.suspect:
            self._strikes.acquit(self._subject.digest)


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """A request's message, until when its answer is of use, and whether its picture may be computed."""

    message: Request
    lifetime: Lifetime
    trial: Trial = field(default_factory=Trial)


class OcrRequestOp(RequestOp):  # type: ignore[misc]  # Paddle Serving is untyped
    """Reads the `image` and the options of a request.

    The image comes as base64 in a value or a string tensor, or as the bytes of its file in a bytes or uint8 tensor.
    Paddle Serving's own RequestOp unpickles bytes tensors; this one refuses what only pickle could read.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._ops = settings.op
        self._max_pixels = settings.limits.max_image_pixels

    def unpack_request_package(self, pending: PendingRequest) -> tuple[dict[str, Page], int, int | None, str]:
        """A dict with the page, the log id, and the error number and message, None and "" where there is no error."""
        request = pending.message
        try:
            return {PAGE: self._read_page(request, pending)}, request.logid, None, ""
        except (RequestError, OcrError) as error:
            return {}, request.logid, error.number, str(error)
        except Exception as error:
            _log.exception("log_id=%s: the request could not be read", request.logid)
            fault = client_error(error, " in the request")
            return {}, request.logid, fault.number, str(fault)

    def _read_page(self, request: Request, pending: PendingRequest) -> Page:
        if len(request.key) != len(request.value):
            raise BodyInvalidError(f"{len(request.key)} keys with {len(request.value)} values; accepted: as many")
        values: dict[str, str | bytes] = {}
        for key, value in [*zip(request.key, request.value, strict=True), *map(_read_tensor, request.tensors)]:
            if key in values:
                raise BodyInvalidError(f"key {key[:80]!r} is there twice")
            values[key] = value
        values.pop(_PROFILE, None)
        image = values.pop(IMAGE, None)
        if image is None:
            raise KeyMissingError(f"no key {IMAGE!r}; accepted: {IMAGE}, {', '.join(ACCEPTED_KEYS)}")
        request_id = _text(REQUEST_ID, values.pop(REQUEST_ID, ""))[:_MAX_ID_LENGTH]
        encoded = image if isinstance(image, bytes) else decode_base64(image, IMAGE)
        check_size(read_header(encoded), self._max_pixels)
        options = parse_options({key: _text(key, value) for key, value in values.items()}, self._ops)
        return Page(encoded, options, request_id, pending.lifetime, pending.trial.admit(encoded))


def _read_tensor(tensor: Tensor) -> tuple[str, str | bytes]:
    if tensor.elem_type == STRING:
        return tensor.name, "".join(tensor.str_data)
    if tensor.elem_type == BYTES:
        return tensor.name, _read_bytes(tensor)
    if tensor.elem_type == UINT8 and not tensor.uint32_data:
        raise TensorRefusedError(f"tensor {tensor.name[:80]!r} of elem_type {UINT8} has nothing in uint32_data")
    if tensor.elem_type == UINT8:
        try:
            return tensor.name, bytes(tensor.uint32_data)
        except ValueError:
            raise TensorRefusedError(f"tensor {tensor.name[:80]!r}: a uint8 above 255") from None
    raise TensorRefusedError(
        f"tensor {tensor.name[:80]!r} has elem_type {tensor.elem_type}; "
        f"accepted: {UINT8} (uint8), {STRING} (string), {BYTES} (bytes)"
    )


def _read_bytes(tensor: Tensor) -> bytes:
    """The bytes themselves, or the array of uint8 that `numpy.save` wrote, as Paddle Serving's client sends arrays."""
    data: bytes = tensor.byte_data
    if not data.startswith(np.lib.format.MAGIC_PREFIX):
        return data
    stream = BytesIO(data)
    try:
        version = np.lib.format.read_magic(stream)
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read_header(stream)
    except Exception as error:  # hostile headers raise nearly anything
        reason = f"{type(error).__name__}: {error}"[:200]
        raise TensorRefusedError(f"tensor {tensor.name[:80]!r} is no plain array: {reason}") from None
    content = data[stream.tell() :]
    if dtype != np.uint8 or shape != (len(content),):
        raise TensorRefusedError(
            f"tensor {tensor.name[:80]!r} is {dtype} of shape {shape} in {len(content)} bytes; "
            "accepted: uint8 of one dimension, the bytes of an image file"
        )
    return content


def _text(key: str, value: str | bytes) -> str:
    if isinstance(value, str):
        return value
    raise BodyInvalidError(f"key {key[:80]!r} holds bytes; accepted: text")
