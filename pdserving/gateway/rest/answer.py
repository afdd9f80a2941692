"""The answer, in the form that was asked for, of the pages that were read."""

import asyncio
import base64
import json
from collections.abc import Sequence
from typing import Any

from fastapi import Response

from pdserving.documents.boxes import TextBox, character_boxes, reading_quad, word_boxes
from pdserving.documents.hocr import hocr
from pdserving.documents.markdown import markdown
from pdserving.documents.plain import document_text, joined, page_text
from pdserving.documents.source import SourceFile
from pdserving.errors import BodyInvalidError
from pdserving.gateway.pdf.pool import RequestPdfs
from pdserving.gateway.rest.media import PNG, Form
from pdserving.gateway.rest.options import OcrOptions
from pdserving.gateway.rest.reading import ReadFile, ReadPage
from pdserving.page_answer import LineAnswer

_POINT_DIGITS = 2


async def build_answer(
    files: Sequence[ReadFile], pdfs: RequestPdfs, form: Form, options: OcrOptions, request_id: str
) -> Response:
    """The whole answer.

    Args:
        files: the files with their pages.
        pdfs: writes a PDF.
        form: the form of the answer.
        options: the options of the request.
        request_id: the id of the request.

    Raises:
        BodyInvalidError: a PNG is asked for, but there is more than one page.
        RequestError: a PDF is asked for, and cannot be written.
    """
    if form.name == "pdf":
        sources = [SourceFile(file.upload.data, [page.page for page in file.pages]) for file in files]
        content: str | bytes = await pdfs.write(sources)
    else:
        content = await asyncio.to_thread(_content, files, form, options, request_id)
    return Response(content, media_type=form.media_type)


def _content(files: Sequence[ReadFile], form: Form, options: OcrOptions, request_id: str) -> str | bytes:
    pages = [page for file in files for page in file.pages]
    content: str | bytes = b""
    match form.name:
        case "json":
            content = json.dumps(_tree(pages, options, request_id), ensure_ascii=False, allow_nan=False)
        case "text":
            content = document_text([page.page for page in pages]) + "\n"
        case "markdown":
            text = markdown([page.page for page in pages])
            content = text and text + "\n"
        case "hocr":
            content = hocr([page.page for page in pages])
        case "png":
            if len(pages) != 1:
                raise BodyInvalidError(f"{PNG} is asked for, of {len(pages)} pages; accepted: 1 page, or format=json")
            content = pages[0].drawing
    return content


def _tree(pages: Sequence[ReadPage], options: OcrOptions, request_id: str) -> dict[str, Any]:
    trees = [_page(page, options) for page in pages]
    return {"request_id": request_id, "text": joined(tree["text"] for tree in trees), "pages": trees}


def _page(read: ReadPage, options: OcrOptions) -> dict[str, Any]:
    page, answer = read.page, read.page.answer
    tree: dict[str, Any] = {
        "file": page.file,
        "page": page.page,
        "page_count": read.page_count,
        "width": answer.width,
        "height": answer.height,
        "dpi": page.dpi,
        "rotation": answer.rotation,
        "detection_scale": answer.detection_scale,
        "text": page_text(answer),
        "lines": [_line(line, options) for line in answer.lines],
        "timings_ms": answer.timings_ms,
        "notes": list(read.notes),
    }
    if options.page_image:
        tree["image"] = base64.b64encode(read.image).decode()
        tree["image_type"] = PNG
    if options.visualize:
        tree["drawing"] = base64.b64encode(read.drawing).decode()
    return tree


def _line(line: LineAnswer, options: OcrOptions) -> dict[str, Any]:
    tree: dict[str, Any] = {} if line.text is None else {"text": line.text, "confidence": line.score}
    tree["quad"] = _rounded(reading_quad(line))
    tree["angle"] = None if line.angle is None else line.direction
    if options.boxes == "word":
        tree["words"] = [_box(box) for box in word_boxes(line)]
    elif options.boxes == "character":
        tree["characters"] = [_box(box) for box in character_boxes(line)]
    return tree


def _box(box: TextBox) -> dict[str, Any]:
    return {"text": box.text, "quad": _rounded(box.quad)}


def _rounded(quad: Sequence[Sequence[float]]) -> list[list[float]]:
    return [[round(x, _POINT_DIGITS), round(y, _POINT_DIGITS)] for x, y in quad]
