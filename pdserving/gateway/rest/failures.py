"""The errors of `POST /v1/ocr`, as they are documented: each code with an example of its message."""

from typing import Any

from pdserving.errors import STATUS
from pdserving.gateway.examples import REQUEST_ID
from pdserving.gateway.failures import FAILURES
from pdserving.gateway.rest.schema import ErrorOut

MEANINGS = {
    **{status: failure.meaning for status, failure in FAILURES.items()},
    400: "not a request of this route, too many files, an option of a wrong value, or an empty picture",
    406: "no form of answer that the client accepts",
    413: "the body, a picture, a page, or the answer is too large, too many pages or lines, or a PDF too complex",
    415: "a body or a file of a format that is not accepted",
    422: "a broken picture or PDF, or an encrypted one",
    431: "the request's line and headers are too large",
    503: "no worker or reader of PDFs answers, or there are too many requests: come back after `Retry-After`",
}
EXAMPLES = {
    **{failure.code: failure.message for failure in FAILURES.values()},
    "body_invalid": "the form is cut off: the boundary that ends it is missing",
    "json_too_deep": "the body's objects and lists are nested too deep; the limit max_json_depth is 16",
    "key_missing": "no file; accepted: 1 to 64 'file' parts with files",
    "key_unknown": "unknown option 'url'; accepted: det, cls, rec, …",
    "option_invalid": "dpi: '20' is not accepted; accepted: greater than or equal to 36",
    "base64_invalid": "files[0].content is not base64: Only base64 data is allowed",
    "image_empty": "file 2 (b.png): the image is empty: 0 bytes",
    "pdf_pages_invalid": "pages has '4-9', but the document has pages 1 to 3",
    "not_acceptable": "Accept is 'image/webp'; accepted: application/json, text/plain, …",
    "headers_too_slow": "the request's line and headers were not complete within header_timeout_s, 10 s",
    "image_too_large": "the image is 10000 × 9000 pixels (90.0 megapixels), more than max_image_pixels allows",
    "too_many_images": "more than 64 files, the limit max_images",
    "too_many_lines": "file 1 (a.png): the picture has 1200 lines; the limit max_lines is 1000",
    "pdf_too_many_pages": "900 pages are asked for, more than the limit of 200 per document; choose some by pages",
    "pdf_too_complex": "the PDF takes more than pdf_timeout_s allows (20 s) to draw page 3; accepted: simpler pages",
    "answer_too_large": "the pictures that page_image and visualize ask for have more than 67108864 bytes, …",
    "content_type": "the content type is 'image/png'; accepted: multipart/form-data, application/json",
    "image_format": "this is no image format we know; accepted are JPEG, PNG, BMP, WebP and TIFF, and PDF documents",
    "image_broken": "file 1 (a.jpg): the JPEG image cannot be decoded: its data is damaged or cut off",
    "pdf_broken": "the PDF is broken: its structure cannot be read; perhaps it was cut off on its way",
    "pdf_encrypted": "the PDF opens only with a password; send it without protection",
    "pdf_empty": "the PDF has no pages",
    "picture_kills_workers": "the picture is refused: the worker process that computed it ended unexpectedly, …",
    "headers_too_large": "the request's line and headers have 40000 bytes or more; the limit max_header_bytes is 32768",
    "pdf_reader_lost": "the process that had the PDF was killed; send it again",
    "worker_unavailable": "no worker was ready within request_timeout_s, 120 s",
}
"""Code to message."""


def failure_responses() -> dict[int | str, dict[str, Any]]:
    """The responses of OpenAPI by status, with the codes that each may have."""
    return {status: _response(status, meaning) for status, meaning in sorted(MEANINGS.items())}


def _response(status: int, meaning: str) -> dict[str, Any]:
    examples = {
        code: {"value": {"error": {"code": code, "message": message, "request_id": REQUEST_ID}}}
        for code, message in EXAMPLES.items()
        if STATUS[code].http == status
    }
    codes = ", ".join(f"`{code}`" for code in examples)
    return {
        "model": ErrorOut,
        "description": f"{meaning}: {codes}",
        "content": {"application/json": {"examples": examples}},
    }
