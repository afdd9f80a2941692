"""`python -m pdserving`, and the command `pdserving`."""

import sys

INTERRUPTED = 130  # what a shell reports of a program that Ctrl-C ended


def run() -> None:
    """Run the command line and exit."""
    try:
        from pdserving.cli import main

        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    run()
