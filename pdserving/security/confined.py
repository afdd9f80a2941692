"""`python -m pdserving.security.confined FOLDER … MODULE`: runs a module that, on Linux, can write in the folders only.

This is a program of its own, which the module then replaces, because only a process of one thread can be confined, and
importing numpy starts more. What a process gives up stays given up when it becomes another program.
"""

import os
import sys
from pathlib import Path

from pdserving.security.confinement import confine


def main() -> None:
    """Give up the rights, and become `python -m MODULE`."""
    *folders, module = sys.argv[1:]
    confine(*map(Path, folders))
    os.execv(sys.executable, [sys.executable, "-m", module])  # noqa: S606  # a module of ours, or of the configuration


if __name__ == "__main__":
    main()
