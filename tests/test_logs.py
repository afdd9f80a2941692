"""A log line is one line, whatever is in it."""

import json
import logging
import sys

from pdserving.logs import FIELDS, JsonFormatter, TextFormatter

HOSTILE = "a\nb\r\x1b[31m\x00\x7f\x85\u2028é"


def record(
    message: str, *arguments: object, failed: bool = False, fields: dict[str, object] | None = None
) -> logging.LogRecord:
    trace = None
    if failed:
        try:
            raise ValueError(HOSTILE)
        except ValueError:
            trace = sys.exc_info()
    made = logging.LogRecord("part", logging.WARNING, __file__, 1, message, arguments, trace)
    if fields is not None:
        made.__dict__[FIELDS] = fields
    return made


def test_json_holds_the_message_as_it_was_in_ascii() -> None:
    line = JsonFormatter().format(record("said %s", HOSTILE))
    assert line.isascii()
    assert "\n" not in line
    found = json.loads(line)
    assert found.pop("time").endswith("+00:00")
    assert found == {"level": "warning", "logger": "part", "message": f"said {HOSTILE}"}


def test_json_holds_the_fields_of_a_record_in_the_place_of_its_message() -> None:
    found = json.loads(JsonFormatter().format(record("for people", fields={"status": 200})))
    assert found["status"] == 200
    assert "message" not in found


def test_json_holds_the_traceback_in_its_line() -> None:
    line = JsonFormatter().format(record("failed", failed=True))
    assert "\n" not in line
    assert json.loads(line)["exception"].startswith("Traceback")


def test_text_escapes_control_characters() -> None:
    line = TextFormatter().format(record("said %s", HOSTILE))
    assert line.endswith(r" WARNING part: said a\nb\r\x1b[31m\x00\x7f\x85\u2028é")


def test_text_indents_a_traceback_so_that_it_cannot_look_like_a_line() -> None:
    first, *trace = TextFormatter().format(record("failed", failed=True)).split("\n")
    assert first.endswith(" WARNING part: failed")
    assert trace[0] == "    Traceback (most recent call last):"
    assert all(line.startswith("    ") for line in trace)
    assert not any(set(line) & set("\r\x1b\x00\x7f\x85\u2028") for line in trace)
