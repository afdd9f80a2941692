"""`python -m pdserving`, and the command `pdserving`."""

import sys

from pdserving.supervision.signals import hold_reload

INTERRUPTED = 130  # what a shell reports of a program that Ctrl-C ended


def run() -> None:
    """Run the command line and exit."""
    hold_reload()  # before the imports, which take a second
    try:
        from pdserving.cli import main

        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    run()
