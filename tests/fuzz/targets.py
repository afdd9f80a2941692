"""What is fuzzed: each target takes any bytes, and raises only where the code under it is wrong."""

import contextlib
from collections.abc import Callable, Mapping

from ocr_ops.errors import OcrError
from ocr_ops.image import TiffPages, decode_image, is_animation, read_header
from pdserving.base64_text import decode_base64
from pdserving.config import Settings
from pdserving.documents.pdf_input import OpenPdf
from pdserving.documents.picture_formats import decoded_format
from pdserving.documents.picture_input import decode_picture
from pdserving.documents.searchable_pdf import searchable_pdf
from pdserving.documents.source import SourceFile, looks_like_pdf
from pdserving.errors import ERRORS, InternalError, RequestError
from pdserving.gateway.body import parse_json
from pdserving.gateway.hub.routes import EXAMPLE
from pdserving.gateway.hub.schema import HubBody
from pdserving.gateway.pipeline.routes import parse_request
from pdserving.gateway.rest.form import parse_form
from pdserving.gateway.rest.page_range import parse_pages
from pdserving.pipeline.page import Lifetime
from pdserving.pipeline.request_op import OcrRequestOp, PendingRequest
from pdserving.protocol import Request, Tensor
from pdserving.worker.message_check import read_request
from tests.support.documents import box, line, page

MAX_PIXELS = 1_000_000  # few, so that an execution is short
DPI = 36
BOUNDARY = b"b"
LINES = [line("abc", box(5, 5, 40, 12))]

Target = Callable[[bytes], None]

SETTINGS = Settings()
_NUMBERS = {kind.number for kind in ERRORS.values() if kind is not InternalError}


def image_header(data: bytes) -> None:
    """A header or an error of ours."""
    with contextlib.suppress(OcrError):
        header = read_header(data)
        assert header.width > 0
        assert header.height > 0
        assert 1 <= header.orientation <= 8
    assert is_animation(data) in (True, False)


def image(data: bytes) -> None:
    """Pixels as promised, or an error of ours."""
    with contextlib.suppress(OcrError):
        pixels = decode_image(data, MAX_PIXELS)
        assert pixels.dtype == "uint8"
        assert pixels.shape[2:] == (3,)
        assert 0 < pixels.shape[0] * pixels.shape[1] <= MAX_PIXELS
        assert pixels.flags["C_CONTIGUOUS"]


def tiff_pages(data: bytes) -> None:
    """Pages of a TIFF, each a picture with pixels, or an error of ours."""
    with contextlib.suppress(OcrError):
        pages = TiffPages.of(data)
        for number in range(1, min(len(pages), 3) + 1):
            with contextlib.suppress(OcrError):
                picture = pages.picture(number)
                assert len(picture) <= 2 * len(data) + 1000
                decode_image(picture, MAX_PIXELS)


def decoded_picture(data: bytes) -> None:
    """A picture that workers decode, or an error of ours."""
    if decoded_format(data) is None:
        return
    with contextlib.suppress(OcrError, MemoryError):
        image = decode_picture(data, MAX_PIXELS).image
        assert decode_image(image, MAX_PIXELS).size


def base64_text(data: bytes) -> None:
    """Bytes, no more than there were characters, or an error of ours."""
    text = data.decode("utf-8", "surrogateescape")
    with contextlib.suppress(RequestError):
        assert len(decode_base64(text, "image")) <= len(text)


def pdf(data: bytes) -> None:
    """Two pages, rendered and written to a searchable PDF, or an error of ours."""
    if not looks_like_pdf(data):
        return
    with contextlib.suppress(RequestError):
        pages = []
        with OpenPdf(data, MAX_PIXELS) as opened:
            for number in range(1, min(opened.page_count, 2) + 1):
                rendered = opened.render(number, DPI)
                pages.append(page(LINES, number, dpi=DPI))
                assert read_header(rendered.image).width == rendered.width
        assert searchable_pdf([SourceFile(data, pages)]).startswith(b"%PDF")


def picture_pdf(data: bytes) -> None:
    """A picture that can be decoded, written to a searchable PDF."""
    with contextlib.suppress(OcrError):
        decode_image(data, MAX_PIXELS)
        assert searchable_pdf([SourceFile(data, [page(LINES)])]).startswith(b"%PDF")


def message(data: bytes) -> None:
    """A gRPC message: a page or a known error number, by the op that reads requests."""
    request = read_request(data, SETTINGS.limits.max_message_bytes)
    if not isinstance(request, RequestError):
        _read(request)


def tensor(data: bytes) -> None:
    """A tensor of bytes, such as an array by `numpy.save`."""
    _read(Request(tensors=[Tensor(name="image", elem_type=13, byte_data=data)]))


def pipeline_json(data: bytes) -> None:
    """The body of the pipeline's protocol over HTTP."""
    with contextlib.suppress(RequestError):
        _read(parse_request(data, SETTINGS.limits))


def hub_json(data: bytes) -> None:
    """The body of hub's protocol."""
    with contextlib.suppress(RequestError):
        for text in parse_json(data, HubBody, EXAMPLE, SETTINGS.limits).images:
            decode_base64(text, "images")


def form(data: bytes) -> None:
    """The body of a form."""
    with contextlib.suppress(RequestError):
        parts = parse_form(f"multipart/form-data; boundary={BOUNDARY.decode()}", data, SETTINGS.limits.max_images)
        assert sum(len(part.data) for part in parts) <= len(data)


def page_range(data: bytes) -> None:
    """The option `pages` of a PDF of nine pages."""
    with contextlib.suppress(RequestError):
        numbers = parse_pages(data.decode("utf-8", "replace"), 9, 5)
        assert numbers == sorted(set(numbers))
        assert len(numbers) <= 5


TARGETS: Mapping[str, Target] = {
    target.__name__: target
    for target in (
        image_header,
        image,
        tiff_pages,
        decoded_picture,
        base64_text,
        pdf,
        picture_pdf,
        message,
        tensor,
        pipeline_json,
        hub_json,
        form,
        page_range,
    )
}

_op = OcrRequestOp(SETTINGS)


def _read(request: Request) -> None:
    _, _, err_no, error = _op.unpack_request_package(PendingRequest(request, Lifetime()))
    assert err_no is None or err_no in _NUMBERS, error
