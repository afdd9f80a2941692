"""`python -m pdserving.confined FOLDER MODULE`: runs a module that, on Linux, can write in that folder only.

A module of its own, and one that imports next to nothing: importing numpy starts threads, which could not be confined
any more.
"""

import runpy
import sys
from pathlib import Path

from pdserving.security.confinement import confine


def main() -> None:
    """Give up the rights, and run the module as if by `python -m`."""
    folder, module = sys.argv[1:]
    confine(Path(folder))
    sys.argv[1:] = []
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
