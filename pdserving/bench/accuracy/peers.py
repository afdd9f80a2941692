"""What a peer reads in its own environment, run by `python -m` with the arguments of `main`."""

import sys
from pathlib import Path

from pdserving.bench.accuracy.answers import read_all
from pdserving.bench.peer import open_reader


def main(name: str, pictures: str, result: str) -> None:
    """Read the pictures that a file lists, one after the other."""
    read_all(open_reader(name), Path(pictures), Path(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
