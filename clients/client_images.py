"""From the paths on the command line to the images to send, and to the names of their drawings."""

from collections.abc import Iterable, Sequence
from pathlib import Path

_IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})


def find_images(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Returns every named file, and in place of a folder its images in order of name.

    A named file counts as an image whatever its suffix. Raises ValueError for a path that does not exist or cannot
    be listed, and for a folder without an image.
    """
    images: list[Path] = []
    for path in paths:
        try:
            images += _images_in(path) if path.is_dir() else [_existing(path)]
        except OSError as error:
            raise ValueError(f"{path}: {error.strerror}") from error
    return tuple(images)


def _existing(file: Path) -> Path:
    file.stat()
    return file


def _images_in(folder: Path) -> list[Path]:
    images = sorted(file for file in folder.iterdir() if file.suffix.lower() in _IMAGE_SUFFIXES and file.is_file())
    if not images:
        raise ValueError(f"{folder}: no image in this folder ({' '.join(sorted(_IMAGE_SUFFIXES))})")
    return images


def drawing_paths(images: Sequence[Path], folder: Path) -> tuple[Path, ...]:
    """Returns a `<stem>.png` in `folder` for each image: no two alike, and none of them an image that was named."""
    # File systems that ignore case exist, so names that differ in nothing else are taken as one.
    taken = {str(image.resolve()).casefold() for image in images}
    folder = folder.resolve()
    drawings = []
    for image in images:
        drawing = folder / f"{image.stem}.png"
        repeat = 1
        while str(drawing).casefold() in taken:
            repeat += 1
            drawing = folder / f"{image.stem}-{repeat}.png"
        taken.add(str(drawing).casefold())
        drawings.append(drawing)
    return tuple(drawings)
