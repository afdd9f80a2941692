"""The tables of the READMEs that are made from the code.

A table stands between a line `<!-- table: NAME -->` and a line `<!-- end table -->`.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from pydantic.fields import FieldInfo

from pdserving.config import Settings
from pdserving.config.accepted import accepted
from pdserving.config.auto import RULES
from pdserving.config.ops import DetectionSection, RecognitionSection
from pdserving.config.request_options import KEY_FIELDS, OPTION_FIELDS
from pdserving.config.schema import Limits
from pdserving.errors import ERRORS
from pdserving.gateway.rest.options import PIPELINE_KEYS, OcrOptions
from pdserving.hub.params import OPTIONS as HUB_OPTIONS
from pdserving.hub.params import Params
from tests.support.paths import ROOT

_FOLDERS = ("clients", "configs", "ocr_ops", "pdserving", "serving_models", "tests")
_TABLE = re.compile(r"^<!-- table: ([^\n]+) -->\n(.*?)^<!-- end table -->\n", re.MULTILINE | re.DOTALL)

_LIMITS: Mapping[str, FieldInfo] = {
    **{f"limits.{name}": field for name, field in Limits.model_fields.items()},
    "worker_num": Settings.model_fields["worker_num"],
    "op.det.max_side_len": DetectionSection.model_fields["max_side_len"],
    "op.det.max_candidates": DetectionSection.model_fields["max_candidates"],
    "op.rec.batch_pixels": RecognitionSection.model_fields["batch_pixels"],
}


def readmes() -> list[Path]:
    """Every README of the repository."""
    return [*ROOT.glob("README*.md"), *(path for folder in _FOLDERS for path in (ROOT / folder).rglob("README*.md"))]


def found_tables(text: str) -> list[tuple[str, str]]:
    """The tables in a README: the name and the lines of each, in order."""
    return [(match[1], match[2]) for match in _TABLE.finditer(text)]


def with_current_tables(text: str) -> str:
    """The README with each of its tables made anew; KeyError for a name that no table has."""
    return _TABLE.sub(lambda match: f"<!-- table: {match[1]} -->\n{TABLES[match[1]]()}<!-- end table -->\n", text)


def _errors() -> str:
    kinds = sorted(ERRORS.values(), key=lambda kind: kind.number)
    rows = ((str(kind.number), f"`{kind.code}`", str(kind.http_status), _first_line(kind)) for kind in kinds)
    return _table(("err_no", "code", "HTTP", "meaning"), rows)


def _limits() -> str:
    rows = ((str(field.description), f"`{key}`", _default(key, field)) for key, field in _LIMITS.items())
    return _table(("limit", "key", "default"), rows)


def _pipeline_keys() -> str:
    return _table(("key", "accepted", "default", "meaning"), (_option(key, field) for key, field in KEY_FIELDS.items()))


def _rest_options() -> str:
    fields = {
        name: OPTION_FIELDS[PIPELINE_KEYS[name]] if name in PIPELINE_KEYS else field
        for name, field in OcrOptions.model_fields.items()
    }
    rows = (_option(name, field) for name, field in fields.items())
    return _table(("option", "accepted", "default", "meaning"), rows)


def _hub_params() -> str:
    rows = []
    for name, field in Params.model_fields.items():
        option = OPTION_FIELDS[HUB_OPTIONS[name]] if name in HUB_OPTIONS else None
        said = option or field
        rows.append((f"`{name}`", "request" if option else "server", accepted(said), str(said.description)))
    return _table(("param", "of", "accepted", "meaning"), rows)


TABLES: Mapping[str, Callable[[], str]] = {
    "errors": _errors,
    "limits": _limits,
    "pipeline keys": _pipeline_keys,
    "rest options": _rest_options,
    "hub params": _hub_params,
}
"""What makes each table, by its name."""


def _option(name: str, field: FieldInfo) -> tuple[str, ...]:
    default = "" if field.default is None else f"`{_text(field.default)}`"
    return f"`{name}`", accepted(field), default, str(field.description)


def _default(key: str, field: FieldInfo) -> str:
    return RULES[key] if field.default == "auto" else f"{field.default:,}"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _first_line(kind: type) -> str:
    return (inspect.getdoc(kind) or "").splitlines()[0]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (head, ("---",) * len(head), *rows)
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n" for cells in lines)
