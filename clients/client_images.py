"""The images that the command line names, and the paths of their drawings."""

from collections.abc import Iterable, Sequence
from pathlib import Path

_IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})


def find_images(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Every named file and, in the place of a folder, its images in order of name.

    A named file counts as an image whatever its suffix.

    Raises:
        ValueError: a path does not exist or cannot be listed, or a folder has no image.
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
    """A path for each image's drawing, `<stem>.png` in the folder: no two alike, and none that of a named image."""
    # There are file systems that ignore case, so names that differ only in case are taken as one.
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
