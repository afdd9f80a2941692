"""`python -m pdserving`."""

import sys

INTERRUPTED = 130  # what a shell reports of a program that Ctrl-C ended

if __name__ == "__main__":
    try:
        from pdserving.cli import main

        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
