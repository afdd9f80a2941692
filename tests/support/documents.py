"""Answers, PDFs and TIFFs that the tests are about."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw, ImageFont

from ocr_ops.crop import is_tall
from pdserving.documents.source import DocumentPage
from pdserving.page_answer import LineAnswer, PageAnswer


def line(
    text: str | None,
    quad: Sequence[Sequence[float]],
    angle: int | None = 0,
    columns: Sequence[float] | None = None,
    score: float | None = 0.99,
) -> LineAnswer:
    """A line whose characters are equally wide, unless `columns` says where they are."""
    length = len(text or "")
    even = [(index + 0.5) / length for index in range(length)]
    laid_down = is_tall(np.array(quad, np.float32))
    centres = list(even if columns is None else columns)
    return LineAnswer([list(point) for point in quad], text, score, angle, 0.9, centres, laid_down)


def box(x: float, y: float, width: float, height: float) -> list[list[float]]:
    """An upright quad."""
    return [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]


def turned(quad: Sequence[Sequence[float]], degrees: float) -> list[list[float]]:
    """A quad turned clockwise around its centre, beginning again at the corner nearest to the top left."""
    points = np.array(quad)
    angle = np.radians(degrees)
    matrix = np.array(((np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))))
    points = (points - points.mean(axis=0)) @ matrix + points.mean(axis=0)
    first = int(points.sum(axis=1).argmin())
    found: list[list[float]] = np.roll(points, -first, axis=0).tolist()
    return found


def answer(lines: Sequence[LineAnswer], width: int = 1000, height: int = 1400, rotation: int = 0) -> PageAnswer:
    """A page with these lines."""
    return PageAnswer(width, height, list(lines), {"total": 1.0}, rotation)


def turned_clockwise(page: PageAnswer) -> PageAnswer:
    """The same page turned by 90 degrees: its lines in the same order, where they come to lie."""
    lines = []
    for own in page.lines:
        direction = (own.direction + 90) % 360
        quad = [[page.height - y, x] for x, y in (own.quad[(corner + 3) % 4] for corner in range(4))]
        lines.append(replace(own, quad=quad, angle=direction // 180 * 180, laid_down=direction % 180 == 90))
    return PageAnswer(page.height, page.width, lines, page.timings_ms, (page.rotation + 90) % 360)


def page(lines: Sequence[LineAnswer], number: int = 1, file: str = "a.png", dpi: int | None = None) -> DocumentPage:
    """A page of a file with these lines."""
    return DocumentPage(file, number, dpi, answer(lines))


def stack(texts: Sequence[str], height: float = 30, pitch: float = 40, top: float = 20) -> list[LineAnswer]:
    """Lines below each other, `pitch` pixels apart."""
    return [
        line(text, box(20, top + pitch * index, 12 * max(len(text), 4), height)) for index, text in enumerate(texts)
    ]


def pdf_of(
    *contents: bytes, size: tuple[float, float] = (595, 842), keys: Mapping[str, pikepdf.Object | int] | None = None
) -> bytes:
    """A PDF with a page for each content stream, in which /F is Helvetica; `keys` go into each page."""
    pdf = pikepdf.Pdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for content in contents:
        made = pdf.add_blank_page(page_size=size)
        made.obj.Resources = Dictionary(Font=Dictionary(F=font))
        made.obj.Contents = pdf.make_stream(content)
        for key, value in (keys or {}).items():
            made.obj[f"/{key}"] = value
    return saved(pdf)


def blank_pdf(pages: int, size: tuple[float, float] = (72, 72)) -> bytes:
    """A PDF of empty pages."""
    return pdf_of(*[b""] * pages, size=size)


def saved(pdf: pikepdf.Pdf, encryption: pikepdf.Encryption | None = None) -> bytes:
    """A PDF as the bytes of its file."""
    file = io.BytesIO()
    pdf.save(file, encryption=encryption)
    return file.getvalue()


def written(text: str, x: float = 50, y: float = 700, size: float = 20) -> bytes:
    """A content stream that writes a line of ASCII."""
    return f"BT /F {size} Tf {x} {y} Td ({text}) Tj ET".encode("ascii")


def with_field(value: str) -> bytes:
    """A PDF with a form field that is filled in, at (50, 700), and has no appearance of its own."""
    pdf = pikepdf.open(io.BytesIO(pdf_of(b"")))
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=pikepdf.String("name"),
            V=pikepdf.String(value),
            DA=pikepdf.String("/Helv 24 Tf 0 g"),
            Rect=Array([50, 700, 350, 740]),
            F=4,
            P=pdf.pages[0].obj,
        )
    )
    pdf.pages[0].obj.Annots = Array([field])
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    resources = Dictionary(Font=Dictionary(Helv=font))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), DR=resources, DA=pikepdf.String("/Helv 0 Tf 0 g"))
    return saved(pdf)


def dark_box(image: np.ndarray) -> list[list[float]]:
    """The quad around what is dark in a picture."""
    rows, columns = np.nonzero(image.max(axis=2) < 100)
    left, top, right, bottom = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    return box(float(left), float(top), float(right - left), float(bottom - top))


def shown(text: str, size: tuple[int, int] = (420, 80)) -> Image.Image:
    """A picture of a line of text, black on white."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).text((20, 15), text, "black", ImageFont.load_default(36))
    return picture


def file_of(kind: str, *frames: Image.Image, **options: object) -> bytes:
    """A picture's file, by Pillow; of several frames where there are several."""
    file = io.BytesIO()
    several = {"save_all": True, "append_images": frames[1:]} if len(frames) > 1 else {}
    frames[0].save(file, kind, **several, **options)
    return file.getvalue()


def tiff_of(*texts: str, **options: object) -> bytes:
    """A TIFF with a page for each text."""
    return file_of("TIFF", *map(shown, texts), **options)
