"""The pictures that a run is measured on."""

from collections.abc import Collection
from pathlib import Path

from pdserving.setup_errors import SetupError

_SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"}


def find_pictures(folder: Path, skip: Collection[str]) -> list[Path]:
    """The pictures of a folder in the order of their names, without those whose file name is in `skip`.

    Raises:
        SetupError: there is no such folder, or no picture in it.
    """
    if not folder.is_dir():
        raise SetupError(f"--images {folder}: there is no such folder")
    pictures = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES and path.name not in skip)
    if not pictures:
        raise SetupError(f"--images {folder}: no pictures there; accepted: {', '.join(sorted(_SUFFIXES))}")
    return [picture.resolve() for picture in pictures]
