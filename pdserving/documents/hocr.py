"""hOCR 1.2 (https://kba.github.io/hocr-spec/1.2/), as well-formed XHTML."""

import math
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from pdserving.documents.boxes import DESCENT, Corners, reading_quad, word_boxes
from pdserving.documents.characters import pieces, printable
from pdserving.documents.layout import paragraphs, rows
from pdserving.documents.source import DocumentPage
from pdserving.page_answer import LineAnswer

_PROLOGUE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
)
_METAS = {
    "ocr-system": "PP-OCR on Paddle Serving",
    "ocr-capabilities": "ocr_page ocr_carea ocr_par ocr_line ocrx_word ocrp_wconf",
}


def hocr(pages: Sequence[DocumentPage]) -> str:
    """The pages as one hOCR text, to be sent as UTF-8; its lines end with a line feed."""
    html = Element("html", {"xmlns": "http://www.w3.org/1999/xhtml"})
    head = SubElement(html, "head")
    SubElement(head, "title").text = _without_quotes(", ".join(dict.fromkeys(page.file for page in pages))) or "OCR"
    SubElement(head, "meta", {"http-equiv": "Content-Type", "content": "text/html; charset=utf-8"})
    for name, content in {**_METAS, "ocr-number-of-pages": str(len(pages))}.items():
        SubElement(head, "meta", {"name": name, "content": content})
    body = SubElement(html, "body")
    for index, page in enumerate(pages):
        body.append(_page(page, index))
    for element in (html, head, body, *head, *body):
        element.tail = "\n"
    return _PROLOGUE + tostring(html, encoding="unicode")


def _page(page: DocumentPage, index: int) -> Element:
    size = page.answer.width, page.answer.height
    properties = [f'image "{_without_quotes(page.file)}"', f"bbox 0 0 {size[0]} {size[1]}", f"ppageno {index}"]
    if page.dpi is not None:
        properties.append(f"scan_res {page.dpi} {page.dpi}")
    if page.answer.rotation:
        # hOCR has no property for it, and leaves names that begin with x_ to the engines.
        properties.append(f"x_rotation {page.answer.rotation}")
    element = Element("div", {"class": "ocr_page", "id": f"page_{index + 1}", "title": "; ".join(properties)})
    element.text = "\n"
    line_number = 0
    for number, paragraph in enumerate(paragraphs(rows(page.answer)), start=1):
        lines = [line for row in paragraph for line in row.lines]
        box = _bbox([point for line in lines for point in line.quad], size)
        area = _block(element, "div", "ocr_carea", f"block_{index + 1}_{number}", box)
        text = _block(area, "p", "ocr_par", f"par_{index + 1}_{number}", box)
        for line in lines:
            line_number += 1
            _line(text, line, f"{index + 1}_{line_number}", size)
    return element


def _block(parent: Element, tag: str, kind: str, identity: str, box: tuple[int, int, int, int]) -> Element:
    element = SubElement(parent, tag, {"class": kind, "id": identity, "title": _bbox_property(box)})
    element.text = element.tail = "\n"
    return element


def _line(parent: Element, line: LineAnswer, place: str, size: tuple[int, int]) -> None:
    box = _bbox(line.quad, size)
    title = f"{_bbox_property(box)}; {_direction(reading_quad(line), box)}"
    element = SubElement(parent, "span", {"class": "ocr_line", "id": f"line_{place}", "title": title})
    element.tail = "\n"
    confidence = "" if line.score is None else f"; x_wconf {round(100 * min(max(line.score, 0.0), 1.0))}"
    boxes = iter(word_boxes(line))
    for number, piece in enumerate(pieces(line.text or ""), start=1):
        if piece.blank:
            if len(element):
                element[-1].tail = " "
            continue
        word = next(boxes)
        text = printable(word.text)
        if text:
            title = _bbox_property(_bbox(word.quad, size)) + confidence
            attributes = {"class": "ocrx_word", "id": f"word_{place}_{number}", "title": title}
            SubElement(element, "span", attributes).text = text


def _direction(quad: Corners, box: tuple[int, int, int, int]) -> str:
    """The property `baseline` of a line that runs from left to right, `textangle` of any other.

    Args:
        quad: the line's quad, in the direction of reading.
        box: the line's bbox; a baseline is relative to its bottom left.
    """
    top_left, top_right, bottom_right, bottom_left = quad
    along_x = top_right[0] - top_left[0] + bottom_right[0] - bottom_left[0]
    along_y = top_right[1] - top_left[1] + bottom_right[1] - bottom_left[1]
    if along_x <= abs(along_y):
        return f"textangle {_number(-math.degrees(math.atan2(along_y, along_x)) % 360)}"
    slope = along_y / along_x
    start_x, start_y = (bottom + DESCENT * (top - bottom) for top, bottom in zip(top_left, bottom_left, strict=True))
    return f"baseline {_number(slope)} {_number(start_y + slope * (box[0] - start_x) - box[3])}"


def _bbox(points: Sequence[Sequence[float]], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom in whole pixels, within the page."""
    left, top = (max(0, math.floor(min(point[axis] for point in points))) for axis in (0, 1))
    right, bottom = (min(size[axis], math.ceil(max(point[axis] for point in points))) for axis in (0, 1))
    return left, top, right, bottom


def _bbox_property(box: tuple[int, int, int, int]) -> str:
    return "bbox {} {} {} {}".format(*box)


def _number(value: float) -> str:
    """Decimals without an exponent, and without zeros that say nothing."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _without_quotes(name: str) -> str:
    return printable(name).replace('"', "'")
