"""What a client prints: results on standard output; failures and progress on standard error."""

import contextlib
import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from client_results import Failed, Outcome, Recognised, ResultKind
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

# Wider than any line of text: a table that goes to a file or a pipe is not folded.
_UNBOUNDED_WIDTH = 100_000
_NUMERIC_COLUMNS = frozenset({"score", "confidence"})


@dataclass
class Totals:
    """The sums over a run.

    Attributes:
        kind: what the results are.
        images: how many images there were.
        failed: how many of them failed.
        results: how many results the others have.
        ms: the milliseconds of the requests that succeeded, added up.
        seconds: how long the run took by the clock.
    """

    kind: ResultKind
    images: int = 0
    failed: int = 0
    results: int = 0
    ms: float = 0.0
    seconds: float = 0.0

    def add(self, outcome: Outcome) -> None:
        """Count an image."""
        self.images += 1
        match outcome:
            case Recognised(results=results, ms=ms):
                self.results += len(results)
                self.ms += ms
            case Failed():
                self.failed += 1

    def __str__(self) -> str:
        succeeded = self.images - self.failed
        counts = f"images: {self.images}, failed: {self.failed}, {self.kind.name}: {self.results}"
        if not succeeded:
            return counts
        return (
            f"{counts}, average: {self.ms / succeeded:.1f} ms per image, speed: {succeeded / self.seconds:.2f} images/s"
        )


class Report(Protocol):
    """The printing of a run's outcomes, one by one in their order, and of the sums at the end."""

    def add(self, outcome: Outcome) -> None:
        """Print an image's outcome."""
        ...

    def close(self, totals: Totals) -> None:
        """Print the sums, if this report does."""
        ...


class JsonReport:
    """One JSON object a line, with an image's results or its error."""

    def __init__(self, kind: ResultKind) -> None:
        self._kind = kind

    def add(self, outcome: Outcome) -> None:
        """Print the image's object; its error also goes to standard error."""
        content: dict[str, object] = {"image": str(outcome.image)}
        match outcome:
            case Recognised(results=results, ms=ms):
                content[self._kind.name] = [result.content() for result in results]
                content["ms"] = round(ms, 1)
            case Failed(err_no=err_no, message=message):
                content["error"] = {"err_no": int(err_no), "message": message}
                complain(f"{outcome.image}: {message}")
        _print(json.dumps(content, ensure_ascii=False))

    def close(self, totals: Totals) -> None:
        """Print nothing: every line is an image's."""


class TableReport:
    """A table for each image, and a line of sums."""

    def __init__(self, kind: ResultKind) -> None:
        self._kind = kind
        self._console = Console()
        if not self._console.is_terminal:
            self._console.width = _UNBOUNDED_WIDTH

    def add(self, outcome: Outcome) -> None:
        """Print the image's table, or its error to standard error."""
        match outcome:
            case Recognised():
                with self._console.capture() as capture:
                    self._console.print(_table(outcome, self._kind))
                _print(capture.get().rstrip("\n"))
            case Failed(message=message):
                complain(f"{outcome.image}: {message}")

    def close(self, totals: Totals) -> None:
        """Print the line of sums."""
        _print(str(totals))


def open_report(kind: ResultKind, *, json_lines: bool) -> Report:
    """The report that was asked for, with standard output and standard error ready for any character."""
    # JSON is UTF-8 whatever the locale. A file's name that is not UTF-8 is escaped by backslashreplace: its \udc80 is
    # valid JSON, and is read back as the same name.
    for stream, encoding in ((sys.stdout, "utf-8" if json_lines else None), (sys.stderr, None)):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
    return JsonReport(kind) if json_lines else TableReport(kind)


def complain(message: str) -> None:
    """Print a line to standard error."""
    print(_printable(message), file=sys.stderr, flush=True)


@contextlib.contextmanager
def progress_of(images: int, *, json_lines: bool) -> Iterator[Callable[[], None]]:
    """A bar for several images, if standard error is a terminal.

    Yields:
        What to call as each image is done.
    """
    console = Console(stderr=True)
    # Results that go to the bar's terminal are printed above it, by rich, which folds them at the terminal's width.
    # JSON must not be folded, so it gets no bar there. Results that go elsewhere are not touched.
    to_terminal = sys.stdout is not None and sys.stdout.isatty()
    shown = images > 1 and console.is_terminal and not (json_lines and to_terminal)
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=console, transient=True, disable=not shown, redirect_stdout=to_terminal)
    with progress:
        task = progress.add_task("reading", total=images)
        yield lambda: progress.advance(task)


def _table(recognised: Recognised, kind: ResultKind) -> Table:
    rows = [result.cells() for result in recognised.results]
    columns = _columns(rows, kind)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("image", overflow="fold")
    for column in columns:
        if column in _NUMERIC_COLUMNS:
            table.add_column(column, justify="right")
        else:
            table.add_column(_text(column), overflow="fold")
    image = _text(str(recognised.image))
    for cells in rows:
        table.add_row(image, *(_text(cells.get(column, "")) for column in columns))
        image = Text()
    if not rows:
        table.add_row(image, Text("no text found", style="italic"))
    return table


def _columns(rows: Sequence[Mapping[str, str]], kind: ResultKind) -> Sequence[str]:
    if not rows:
        return kind.columns
    # A dict keeps the order in which its keys came first.
    filled = dict.fromkeys(column for cells in rows for column in cells)
    known = [column for column in kind.columns if column in filled]
    return list(dict.fromkeys([*known, *filled]))


def _text(text: str) -> Text:
    # Text, not str: rich would search a str for markup, which [this] could be.
    return Text(_printable(text))


def _printable(text: str) -> str:
    # A text from elsewhere may hold control characters, which must not steer the terminal.
    return "".join(
        character if character.isprintable() or "\ud800" <= character <= "\udfff" else " " for character in text
    )


def _print(text: str) -> None:
    print(text, flush=True)
