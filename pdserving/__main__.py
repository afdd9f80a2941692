"""`python -m pdserving`."""

import sys

from pdserving.cli import main

if __name__ == "__main__":
    sys.exit(main())
