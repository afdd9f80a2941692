"""Forms, `multipart/form-data` (RFC 7578), parsed in memory: nothing is written to a disk."""

import logging
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from pdserving.errors import BodyInvalidError, TooManyImagesError

_MAX_FIELDS = 64
_MAX_HEADER_BYTES = 8192  # of one header line of a part, such as that with a file's name

# It warns of whatever it refuses, which the client is told already.
logging.getLogger("python_multipart").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Part:
    """A part of a form: a file where it has a file name, which may be empty, else a field."""

    name: str
    filename: str | None
    data: bytes


def parse_form(content_type: str, body: bytes, max_files: int) -> list[Part]:
    """The parts of a form, in order.

    Args:
        content_type: the request's header of this name, with the boundary.
        body: the whole body.
        max_files: the limit `max_images`.

    Raises:
        BodyInvalidError: it is no form, was cut off, or has too many fields.
        TooManyImagesError: it has more than `max_files` files.
    """
    boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
    if not boundary:
        raise BodyInvalidError("the body is not a form: its content type names no boundary")
    collector = _Collector(max_files)
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": collector.begin,
                "on_header_field": collector.header_name,
                "on_header_value": collector.header_value,
                "on_header_end": collector.header_end,
                "on_headers_finished": collector.headers_finished,
                "on_part_data": collector.data,
                "on_part_end": collector.end,
                "on_end": collector.finish,
            },
            max_header_size=_MAX_HEADER_BYTES,
        )
        parser.write(body)
    except FormParserError as error:
        raise BodyInvalidError(f"the body is not a form: {error}") from None
    if not collector.finished:
        raise BodyInvalidError("the form is cut off: the boundary that ends it is missing")
    return collector.parts


class _Collector:
    """Collects what the parser finds, piece by piece."""

    def __init__(self, max_files: int) -> None:
        self._max_files = max_files
        self._files = 0
        self.parts: list[Part] = []
        self.finished = False
        self.begin()

    def begin(self) -> None:
        self._header = self._value = self._disposition = b""
        self._pieces: list[bytes] = []

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def headers_finished(self) -> None:
        _, parameters = parse_options_header(self._disposition)
        if b"name" not in parameters:
            raise BodyInvalidError("the body is not a form: a part has no name in a header Content-Disposition")
        self._name = _text(parameters[b"name"])
        self._filename = _text(parameters[b"filename"]) if b"filename" in parameters else None
        if self._filename is not None:
            self._files += 1
            if self._files > self._max_files:
                raise TooManyImagesError(f"more than {self._max_files} files, the limit max_images")
        elif len(self.parts) + 1 - self._files > _MAX_FIELDS:
            raise BodyInvalidError(f"more than {_MAX_FIELDS} fields; accepted: each option once")

    def data(self, data: bytes, start: int, end: int) -> None:
        self._pieces.append(data[start:end])

    def end(self) -> None:
        self.parts.append(Part(self._name, self._filename, b"".join(self._pieces)))

    def finish(self) -> None:
        self.finished = True


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")
