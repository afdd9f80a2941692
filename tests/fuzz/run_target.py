"""One target under atheris, until its runs are done or it fails: `python -m tests.fuzz.run_target NAME [FLAG ...]`.

Flags are those of libFuzzer.
"""

import sys

import atheris

with atheris.instrument_imports(include=["ocr_ops", "pdserving"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Fuzz; the process ends with the status of libFuzzer."""
    program, name, *flags = sys.argv
    atheris.Setup([program, *flags], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
