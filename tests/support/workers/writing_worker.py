"""A worker that tries to write to the files that its environment names, and says what came of it."""

import os
import sys
from pathlib import Path

from pdserving.worker import run_worker

PLACES = "PLACES_TO_WRITE_TO"


def attempt(place: Path) -> str:
    """What came of it."""
    try:
        place.write_text("written")
    except OSError as error:
        return type(error).__name__
    return "written"


if __name__ == "__main__":
    for name in [*os.environ[PLACES].split(":"), str(Path(os.environ["TMPDIR"]) / "file")]:
        print(f"attempt: {name}: {attempt(Path(name))}", file=sys.stderr, flush=True)
    run_worker()
