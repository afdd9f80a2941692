"""A client's run: every image is read, sent and reported, in the order of the command line."""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

from client_arguments import ClientArguments
from client_images import drawing_paths
from client_report import Totals, complain, open_report, progress_of
from client_results import (
    DrawingError,
    ErrorNumber,
    Failed,
    Outcome,
    Recognised,
    Region,
    RequestError,
    Result,
    ResultKind,
)

Recognise = Callable[[bytes], tuple[Result, ...]]

# The exit codes that a shell reports of a program that was interrupted, and of one whose reader went away.
_INTERRUPTED = 130
_READER_GONE = 141


def run_program(main: Callable[[], int]) -> NoReturn:
    """Run a program and exit with what it returns; without a traceback where a user or a closed pipe ends it."""
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        _abandon(_INTERRUPTED)
    except BrokenPipeError:
        _abandon(_READER_GONE)


def run(arguments: ClientArguments, recognise: Recognise, kind: ResultKind) -> int:
    """Have every image recognised, reported and, where that was asked for, drawn.

    Args:
        arguments: the command line.
        recognise: what takes an image's file and returns its results, or raises RequestError. It is called from
            `arguments.concurrency` threads at once.
        kind: what the results are.

    Returns:
        The exit code: 0, or 1 if an image failed or could not be drawn.
    """
    report = open_report(kind, json_lines=arguments.json_lines)
    drawings = drawing_paths(arguments.images, arguments.drawings) if arguments.drawings else None
    totals = Totals(kind)
    complete = True
    started = time.monotonic()
    with progress_of(len(arguments.images), json_lines=arguments.json_lines) as advance:
        outcomes = _recognise_all(arguments, recognise, advance)
        for index, outcome in enumerate(outcomes):
            totals.add(outcome)
            report.add(outcome)
            if drawings and isinstance(outcome, Recognised):
                complete &= _draw(outcome, drawings[index])
    totals.seconds = time.monotonic() - started
    report.close(totals)
    return 0 if complete and totals.failed == 0 else 1


def _recognise_all(arguments: ClientArguments, recognise: Recognise, advance: Callable[[], None]) -> Iterator[Outcome]:
    def recognise_one(image: Path) -> Outcome:
        return _recognise_one(image, recognise)

    def count(_: Future[Outcome]) -> None:
        advance()

    executor = ThreadPoolExecutor(max_workers=min(arguments.concurrency, len(arguments.images)))
    try:
        pending = [executor.submit(recognise_one, image) for image in arguments.images]
        for future in pending:
            future.add_done_callback(count)
        for future in pending:
            yield future.result()
    finally:
        # Without waiting, so that an interrupted run ends at once; a complete one has nothing left to wait for.
        executor.shutdown(wait=False, cancel_futures=True)


def _recognise_one(image: Path, recognise: Recognise) -> Outcome:
    try:
        encoded = image.read_bytes()
    except OSError as error:
        return Failed(image, ErrorNumber.CLIENT_ERROR, f"cannot be read: {error.strerror}")
    started = time.perf_counter()
    try:
        results = recognise(encoded)
    except RequestError as error:
        return Failed(image, error.err_no, error.message)
    return Recognised(image, results, ms=(time.perf_counter() - started) * 1000)


def _draw(recognised: Recognised, drawing: Path) -> bool:
    # OpenCV takes longer to load than a picture takes to be read, so only those who want drawings wait for it.
    from client_drawing import draw

    try:
        drawing.write_bytes(draw(recognised.image.read_bytes(), _regions(recognised.results)))
    except DrawingError as error:
        complain(f"{recognised.image}: not drawn: {error}")
    except OSError as error:
        complain(f"{recognised.image}: not drawn: {drawing}: {error.strerror}")
    else:
        return True
    return False


def _regions(results: tuple[Result, ...]) -> list[Region]:
    regions = [region for region in (result.region() for result in results) if region is not None]
    if results and not regions:
        raise DrawingError("no result says where in the image it lies")
    return regions


def _abandon(code: int) -> NoReturn:
    # The interpreter's own exit would wait for the requests in flight, and flush a pipe that nobody reads.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, AttributeError):
            stream.flush()
    os._exit(code)
