"""What our pipeline reads in process, run by `python -m` with the arguments of `main`."""

import sys
from pathlib import Path

from pdserving.bench.accuracy.answers import read_all
from pdserving.bench.in_process import open_reader
from pdserving.config.schema import Settings


def main(settings: str, pictures: str, result: str) -> None:
    """Read the pictures that a file lists, one after the other."""
    read = open_reader(Settings.model_validate_json(settings))
    read_all(lambda file: ((text, quad) for (text, _), quad in read(file)), Path(pictures), Path(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
