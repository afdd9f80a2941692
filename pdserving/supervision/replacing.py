"""Small files that other processes read at any moment: they find the old text or the new one, never a part."""

from pathlib import Path


def replace_text(path: Path, text: str) -> None:
    """Write a file's whole text at once; raises OSError, and then the file stays as it was."""
    part = path.with_suffix(".part")
    part.write_text(text)
    part.replace(path)
