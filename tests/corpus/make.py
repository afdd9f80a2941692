"""Writes `tests/corpus/files/`: `python -m tests.corpus.make`. What each file must give is in `truth.json`, by hand.

The files are kept, and not made at each run, so that a new version of an encoder changes none of them.
"""

from pathlib import Path

from tests.corpus.pictures import bombs, broken, decoded, pdfs, shapes, sound

FILES = Path(__file__).parent / "files"


def main() -> None:
    """Write all files anew; what fuzzing found (`found_*`) stays."""
    FILES.mkdir(exist_ok=True)
    for old in FILES.iterdir():
        if not old.name.startswith("found_"):
            old.unlink()
    for files in (sound(), shapes(), broken(), bombs(), decoded(), pdfs()):
        for name, data in files:
            (FILES / name).write_bytes(data)


if __name__ == "__main__":
    main()
