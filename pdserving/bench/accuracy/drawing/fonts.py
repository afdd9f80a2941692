"""The fonts that pages are drawn with, and the Debian packages that hold them."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import ImageFont

from pdserving.setup_errors import SetupError

_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local" / "share" / "fonts")


@dataclass(frozen=True)
class Face:
    """A font's file and, in a collection, its number."""

    file: str
    index: int = 0


_JAPANESE, _CHINESE = 0, 2  # in Noto's collections
SANS = Face("NotoSans-Regular.ttf")
LATIN = (
    SANS,
    Face("NotoSerif-Regular.ttf"),
    Face("DejaVuSans.ttf"),
    Face("DejaVuSerif.ttf"),
    Face("LiberationSans-Regular.ttf"),
    Face("LiberationSerif-Regular.ttf"),
)
BOLD = (Face("NotoSans-Bold.ttf"), Face("DejaVuSans-Bold.ttf"), Face("LiberationSerif-Bold.ttf"))
MONO = (Face("DejaVuSansMono.ttf"), Face("LiberationMono-Regular.ttf"))
CHINESE = (Face("NotoSansCJK-Regular.ttc", _CHINESE), Face("NotoSerifCJK-Regular.ttc", _CHINESE))
JAPANESE = (Face("NotoSansCJK-Regular.ttc", _JAPANESE), Face("NotoSerifCJK-Regular.ttc", _JAPANESE))

_PACKAGES: Mapping[str, str] = {
    "NotoSansCJK": "fonts-noto-cjk",
    "NotoSerifCJK": "fonts-noto-cjk",
    "NotoSans-": "fonts-noto-core",
    "NotoSerif-": "fonts-noto-core",
    "DejaVu": "fonts-dejavu-core",
    "Liberation": "fonts-liberation",
}
"""What a file's name begins with, and the package."""


def check_fonts(faces: Iterable[Face] = (*LATIN, *BOLD, *MONO, *CHINESE, *JAPANESE)) -> None:
    """Check that the fonts are on this machine.

    Raises:
        SetupError: one is not; the message names the packages.
    """
    missing = sorted({face.file for face in faces} - set(_installed()))
    if missing:
        packages = sorted({package for file in missing for name, package in _PACKAGES.items() if file.startswith(name)})
        raise SetupError(
            f"fonts are missing: {', '.join(missing)}; on Debian: apt-get install --no-install-recommends "
            f"{' '.join(packages)}"
        )


@cache
def open_font(face: Face, size: float) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels of its em."""
    return ImageFont.truetype(_installed()[face.file], size, face.index, layout_engine=ImageFont.Layout.BASIC)


def lacking(face: Face, text: str) -> set[str]:
    """The characters of a text that the font has no glyph for."""
    return {character for character in text if ord(character) not in _characters(face)}


@cache
def _characters(face: Face) -> frozenset[int]:
    with TTFont(_installed()[face.file], fontNumber=face.index, lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def _installed() -> Mapping[str, Path]:
    """The font files on this machine by their names."""
    folders = _FOLDERS if sys.platform == "linux" else (*_FOLDERS, Path("/Library/Fonts"))
    return {path.name: path for folder in folders for path in folder.rglob("*.tt[fc]")}
