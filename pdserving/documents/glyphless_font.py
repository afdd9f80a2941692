"""A font whose characters take room and are searched and copied as text, but leave no mark."""

import io
from functools import cache

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pikepdf import Array, Dictionary, Name

from pdserving.documents.boxes import DESCENT

_EM = 1000  # units; also how wide each character is
_BELOW = round(DESCENT * _EM)
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
    """The font of one PDF. It holds the characters that the PDF's text uses, however many scripts they are of.

    Each character is 1 em wide and 1 em high, `DESCENT` of it below the baseline.
    """

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._codes: dict[str, int] = {}
        self.font = pdf.make_indirect(Dictionary(Type=Name.Font))

    def encode(self, text: str) -> str:
        """A text as a hexadecimal string operand: one code of two bytes for each character."""
        return "<" + "".join(f"{self._code(character):04X}" for character in text) + ">"

    def finish(self) -> None:
        """Write the font into its PDF, once all text is encoded."""
        pdf, name = self._pdf, Name("/GLYPHS+Glyphless")
        file = glyphless_truetype()
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=name,
            Flags=4,  # symbolic: no standard encoding
            FontBBox=Array([0, -_BELOW, _EM, _EM - _BELOW]),
            ItalicAngle=0,
            Ascent=_EM - _BELOW,
            Descent=-_BELOW,
            CapHeight=_EM - _BELOW,
            StemV=80,
            FontFile2=pdf.make_stream(file, Length1=len(file)),
        )
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=name,
            CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
            DW=_EM,
            # Every code shows the one glyph that there is beside .notdef.
            CIDToGIDMap=pdf.make_stream(b"\0\1" * (len(self._codes) + 1)),
        )
        for key, value in {
            Name.Subtype: Name.Type0,
            Name.BaseFont: name,
            Name.Encoding: Name("/Identity-H"),
            Name.DescendantFonts: Array([pdf.make_indirect(descendant)]),
            Name.ToUnicode: pdf.make_stream(self._to_unicode()),
        }.items():
            self.font[key] = value

    def _code(self, character: str) -> int:
        code = self._codes.setdefault(character, len(self._codes) + 1)
        if code > _MAX_CODES:
            raise ValueError(f"the document has more than {_MAX_CODES} different characters")
        return code

    def _to_unicode(self) -> bytes:
        entries = [
            f"<{code:04X}> <{character.encode('utf-16-be', 'replace').hex().upper()}>"
            for character, code in self._codes.items()
        ]
        blocks = [entries[start : start + _BLOCK] for start in range(0, len(entries), _BLOCK)]
        text = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
        return _TO_UNICODE.format(blocks=text).encode("ascii")


@cache
def glyphless_truetype() -> bytes:
    """A TrueType font of 600 bytes with one glyph: a path of no area between two corners of its square.

    With no path at all, as in Tesseract's font, a character has no height, and PDFium leaves out text that runs up or
    down the page.
    """
    pen = TTGlyphPen(None)
    pen.moveTo((0, -_BELOW))
    pen.lineTo((_EM, _EM - _BELOW))
    pen.closePath()
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "blank"])
    builder.setupCharacterMap({})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "blank": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (_EM, 0), "blank": (_EM, 0)})
    builder.setupHorizontalHeader(ascent=_EM - _BELOW, descent=-_BELOW)
    builder.setupOS2()
    builder.setupPost(keepGlyphNames=False)
    builder.setupNameTable({"familyName": "Glyphless", "styleName": "Regular"})
    builder.updateHead(created=0, modified=0)
    builder.font.recalcTimestamp = False
    file = io.BytesIO()
    builder.save(file)
    return file.getvalue()
