"""The form of answer that a client wants, by `format` or by its `Accept` header (RFC 9110, 12.5.1)."""

from dataclasses import dataclass
from typing import Literal

from pdserving.errors import NotAcceptableError
from pdserving.gateway.rest.options import OcrOptions

PNG = "image/png"


@dataclass(frozen=True)
class Form:
    """A form of answer and its media type."""

    name: Literal["json", "text", "markdown", "hocr", "pdf", "png"]
    media_type: str


_HOCR = Form("hocr", "application/xhtml+xml")
_DRAWING = Form("png", PNG)
_FORMS = {
    "json": Form("json", "application/json"),
    "text": Form("text", "text/plain; charset=utf-8"),
    "markdown": Form("markdown", "text/markdown; charset=utf-8"),
    "hocr": _HOCR,
    "pdf": Form("pdf", "application/pdf"),
}
"""The forms by the value of `format`."""

# Where a client accepts several alike, it gets the first of them.
_BY_TYPE = {
    "application/json": _FORMS["json"],
    "text/plain": _FORMS["text"],
    "text/markdown": _FORMS["markdown"],
    "text/html": Form("hocr", "text/html; charset=utf-8"),
    "application/xhtml+xml": _HOCR,
    "application/pdf": _FORMS["pdf"],
}


def wanted_form(options: OcrOptions, accept: str) -> Form:
    """The form of the answer.

    Args:
        options: the options of the request.
        accept: the `Accept` header, or empty.

    Raises:
        NotAcceptableError: the client accepts none that there is.
    """
    if options.format is not None:
        return _FORMS[options.format]
    types = {**_BY_TYPE, PNG: _DRAWING} if options.visualize else _BY_TYPE
    ranges = _ranges(accept) or [("*/*", 1.0)]
    best, form = 0.0, None
    for media_type, candidate in types.items():
        quality = _quality(media_type, ranges)
        if quality > best:
            best, form = quality, candidate
    if form is None:
        raise NotAcceptableError(f"Accept is {accept[:80]!r}; accepted: {', '.join(_BY_TYPE)}, {PNG} with visualize")
    return form


def _ranges(accept: str) -> list[tuple[str, float]]:
    ranges = []
    for part in accept.split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((value[2:] for value in parameters if value[:2].lower() == "q="), "1")
        try:
            weight = min(max(float(quality), 0.0), 1.0)
        except ValueError:
            weight = 0.0
        if media_range:
            ranges.append((media_range.lower(), weight))
    return ranges


def _quality(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """The weight of the most specific range that holds the type, 0 where none does."""
    for pattern in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        for media_range, weight in ranges:
            if media_range == pattern:
                return weight
    return 0.0
