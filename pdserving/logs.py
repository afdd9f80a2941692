"""The lines that gateway and worker write to their standard error: one JSON object each, or text for people."""

import json
import logging
import re
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from textwrap import indent
from typing import Any

from pdserving.config.schema import LogFormat

FIELDS = "fields"
"""The key in `extra` of what a JSON line holds in the place of the message."""

_TEXT_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# Whatever moves a terminal's cursor or ends a line: C0 and C1 controls, and Unicode's line and paragraph separators.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL_IN_TRACEBACK = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")

_log = logging.getLogger(__name__)


class JsonFormatter(logging.Formatter):
    """One JSON object a line, all ASCII: `time` (UTC), `level`, `logger`, and `message` or the record's own fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record, with the traceback in `exception` where there is one."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        fields: Mapping[str, Any] | None = getattr(record, FIELDS, None)
        line.update({"message": record.getMessage()} if fields is None else fields)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class TextFormatter(logging.Formatter):
    """A line a record, then its traceback; control characters are escaped, so that no message can forge a line."""

    def __init__(self) -> None:
        super().__init__(_TEXT_FORMAT)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        """The line without its traceback."""
        return _CONTROL.sub(_escape, super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's name
        """The traceback over its lines, indented: an exception's message may have lines of its own."""
        return indent(_CONTROL_IN_TRACEBACK.sub(_escape, super().formatException(ei)), "    ")


def set_up_logging(level: str, log_format: LogFormat) -> None:
    """Let every logger of this process write to standard error, and warnings and what kills a thread be logged too.

    What was set up before is replaced.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if log_format == "json" else TextFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    sys.excepthook = _log_fatal
    threading.excepthook = _log_thread_end


def _log_fatal(kind: Any, error: Any, trace: Any) -> None:
    _log.critical("the process ends by an exception", exc_info=(kind, error, trace))


def _log_thread_end(ended: threading.ExceptHookArgs) -> None:
    name = ended.thread.name if ended.thread else "unknown"
    trace = (ended.exc_type, ended.exc_value or ended.exc_type(), ended.exc_traceback)
    _log.error("thread %s ended by an exception", name, exc_info=trace)


def _escape(found: re.Match[str]) -> str:
    return ascii(found.group())[1:-1]
