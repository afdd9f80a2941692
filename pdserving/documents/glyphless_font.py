"""A font whose characters take room, and are searched and copied as text, but leave no mark."""

import io
from collections.abc import Iterator
from functools import cache
from itertools import islice

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pikepdf import Array, Dictionary, Name

from pdserving.documents.boxes import DESCENT

_EM = 1000  # units
_BELOW = round(DESCENT * _EM)
STEPS = 8  # widths of characters are multiples of 1/8 em …
MAX_STEPS = 32  # … up to 4 em
_MAX_CODES = 0xFFFF
_BLOCK = 100  # the most entries that a CMap may have in one block

_TO_UNICODE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{blocks}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


class GlyphlessFont:
    """The font of one PDF. It holds the characters that the PDF's text uses, of however many scripts they are.

    A character is 1 em high, `DESCENT` of it below the baseline, and has a code for each width that it is used in. So a
    whole line can be one string, with each character as wide as it is seen. Programs that show PDFs would tear several
    strings apart, above all on lines that run up or down the page.

    Args:
        pdf: the PDF, which has the font's object from now on, and its content after `finish`.
    """

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._codes: dict[tuple[str, int], int] = {}
        self.font = pdf.make_indirect(Dictionary(Type=Name.Font))

    def encode(self, character: str, steps: int) -> str:
        """The code of a character, four hexadecimal digits.

        Args:
            character: the character.
            steps: its width in eighths of an em, 1 to `MAX_STEPS`.

        Raises:
            ValueError: the PDF has more than 65,535 different pairs of character and width.
        """
        code = self._codes.setdefault((character, steps), len(self._codes) + 1)
        if code > _MAX_CODES:
            raise ValueError(f"the document has more than {_MAX_CODES} different characters and widths")
        return f"{code:04X}"

    def finish(self) -> None:
        """Write the font into its PDF, once all text is encoded."""
        pdf, name = self._pdf, Name("/GLYPHS+Glyphless")
        file = glyphless_truetype()
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=name,
            Flags=4,  # symbolic: no standard encoding
            FontBBox=Array([0, -_BELOW, _width(MAX_STEPS), _EM - _BELOW]),
            ItalicAngle=0,
            Ascent=_EM - _BELOW,
            Descent=-_BELOW,
            CapHeight=_EM - _BELOW,
            StemV=80,
            FontFile2=pdf.make_stream(file, Length1=len(file)),
        )
        widths = [steps for _, steps in self._codes]
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=name,
            CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
            DW=_EM,
            W=Array([1, Array([_width(steps) for steps in widths])]),
            # A glyph's number is its width in steps.
            CIDToGIDMap=pdf.make_stream(b"".join(steps.to_bytes(2) for steps in (0, *widths))),
        )
        for key, value in {
            Name.Subtype: Name.Type0,
            Name.BaseFont: name,
            Name.Encoding: Name("/Identity-H"),
            Name.DescendantFonts: Array([pdf.make_indirect(descendant)]),
            Name.ToUnicode: pdf.make_stream(_TO_UNICODE.format(blocks="\n".join(self._blocks())).encode("ascii")),
        }.items():
            self.font[key] = value

    def _blocks(self) -> Iterator[str]:
        """The blocks of a CMap, from codes to UTF-16."""
        entries = (
            f"<{code:04X}> <{character.encode('utf-16-be', 'replace').hex().upper()}>"
            for (character, _), code in self._codes.items()
        )
        while block := list(islice(entries, _BLOCK)):
            yield "\n".join((f"{len(block)} beginbfchar", *block, "endbfchar"))


@cache
def glyphless_truetype() -> bytes:
    """A TrueType font of about 1 KB with a glyph for each width: a path of no area between two corners of its box.

    Without any path, as in Tesseract's font, a character has no height, and PDFium leaves out text that runs up or down
    the page.
    """
    names = [".notdef", *(f"width{steps}" for steps in range(1, MAX_STEPS + 1))]
    glyphs = {name: _glyph(_width(steps)) for steps, name in enumerate(names)}
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: (_width(steps), 0) for steps, name in enumerate(names)})
    builder.setupHorizontalHeader(ascent=_EM - _BELOW, descent=-_BELOW)
    builder.setupOS2()
    builder.setupPost(keepGlyphNames=False)
    builder.setupNameTable({"familyName": "Glyphless", "styleName": "Regular"})
    builder.updateHead(created=0, modified=0)
    builder.font.recalcTimestamp = False
    file = io.BytesIO()
    builder.save(file)
    return file.getvalue()


def _glyph(width: int) -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((0, -_BELOW))
    pen.lineTo((width, _EM - _BELOW))
    pen.closePath()
    return pen.glyph()


def _width(steps: int) -> int:
    return steps * _EM // STEPS
