"""Small PDFs that take much time or memory, made when they are needed: kept, they would be megabytes of one byte."""

import zlib
from collections.abc import Callable, Mapping

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.support.documents import saved

SIDE = 200  # points
MEBI = 1 << 20


def large_content() -> bytes:
    """A page of 700 MiB of blanks: takes memory."""
    return _page(_deflated(b" " * MEBI, 700))


def many_operators() -> bytes:
    """A page of 20 million rectangles: takes memory, as each becomes an object."""
    return _page(_deflated(b"0 0 1 1 re f\n" * 100_000, 200))


def nested_forms() -> bytes:
    """Forms that show the next one twenty times, seven deep: takes memory, as each time it becomes an object."""
    pdf = pikepdf.Pdf.new()
    form = _form(pdf, b"0 0 1 1 re f", Dictionary())
    for _ in range(7):
        form = _form(pdf, b"/X Do " * 20, Dictionary(X=form))
    return _page(b"/X Do", pdf, Dictionary(X=form))


def many_shadings() -> bytes:
    """A page that is filled with a gradient 100,000 times: takes time."""
    pdf = pikepdf.Pdf.new()
    grey = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([0]), C1=Array([1]), N=1)
    line = Array([0, 0, SIDE, SIDE])
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceGray, Coords=line, Function=grey)
    page = pdf.add_blank_page(page_size=(SIDE, SIDE))
    page.obj.Resources = Dictionary(Shading=Dictionary(S=shading))
    page.obj.Contents = pdf.make_stream(b"/S sh " * 100_000)
    return saved(pdf)


def huge_image() -> bytes:
    """A page with a picture of 12,000 × 12,000 pixels, 432 MB: no bomb, for it is scaled down line by line."""
    side = 12_000
    pdf = pikepdf.Pdf.new()
    image = pdf.make_stream(
        _deflated(bytes(3 * side), side),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=side,
        Height=side,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.FlateDecode,
    )
    return _page(f"q {SIDE} 0 0 {SIDE} 0 0 cm /I Do Q".encode(), pdf, Dictionary(I=image))


def object_stream() -> bytes:
    """700 MiB of blanks in the stream of objects that holds the tree of pages: takes memory as it is opened."""
    content = _deflated(b"2 0 <</Type/Pages/Kids[]/Count 0>>".ljust(MEBI), 1, b" " * MEBI, 700)
    objects = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    stream = len(objects)
    objects += b"3 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n" % len(content)
    objects += content + b"\nendstream\nendobj\n"
    table = len(objects)
    rows = ((0, 0, 0), (1, 9, 0), (2, 3, 0), (1, stream, 0), (1, table, 0))
    entries = b"".join(kind.to_bytes(1) + place.to_bytes(4) + index.to_bytes(1) for kind, place, index in rows)
    objects += b"4 0 obj\n<</Type/XRef/Size 5/Root 1 0 R/W[1 4 1]/Length %d>>\nstream\n" % len(entries)
    return objects + entries + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % table


PDF_BOMBS: Mapping[str, Callable[[], bytes]] = {
    make.__name__: make for make in (large_content, many_operators, nested_forms, many_shadings, object_stream)
}


def _page(content: bytes, pdf: pikepdf.Pdf | None = None, shown: pikepdf.Dictionary | None = None) -> bytes:
    pdf = pdf or pikepdf.Pdf.new()
    page = pdf.add_blank_page(page_size=(SIDE, SIDE))
    page.obj.Resources = Dictionary(XObject=shown or Dictionary())
    page.obj.Contents = pdf.make_stream(content)
    if content.startswith(_HEADER):
        page.obj.Contents.Filter = Name.FlateDecode
    return saved(pdf)


def _form(pdf: pikepdf.Pdf, content: bytes, shown: pikepdf.Dictionary) -> pikepdf.Object:
    resources = Dictionary(XObject=shown)
    box = Array([0, 0, SIDE, SIDE])
    return pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=box, Resources=resources)


_HEADER = b"\x78\xda"


def _deflated(*repeated: bytes | int) -> bytes:
    """Chunks and how often each comes, as zlib would write them, without compressing each time."""
    data, check = _HEADER, 1
    for chunk, times in zip(repeated[::2], repeated[1::2], strict=True):
        assert isinstance(chunk, bytes)
        assert isinstance(times, int)
        packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
        data += (packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH)) * times
        for _ in range(times):
            check = zlib.adler32(chunk, check)
    return data + b"\x03\0" + check.to_bytes(4)
