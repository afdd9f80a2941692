"""Whether a converted model is the one that the manifest asks for, and whole."""

import json
from pathlib import Path
from typing import Any

from pdserving.models.downloads import sha256_of
from pdserving.models.manifest import ModelEntry
from pdserving.models.placement import files_below
from pdserving.models.serving_conf import SERVER_CONF

READY = "ready"
MISSING = "missing"
_OUTDATED = "outdated"

ENGINES = "server_engines"
"""The folder, in a converted model's, for what TensorRT builds of the model for the devices of this machine."""

_SUMS_FILE = "SHA256SUMS"
_RECORD_FILE = "record.json"

_LAYOUT = 1
"""The version of what a conversion writes: where it is raised, older folders are made anew."""


def write_record(entry: ModelEntry, folder: Path) -> None:
    """Note in a converted model's folder what it was made from, and its files' sizes and checksums."""
    sizes = {path.as_posix(): (folder / path).stat().st_size for path in files_below(folder)}
    record = {"layout": _LAYOUT, "made_from": _made_from(entry), "sizes": sizes}
    (folder / _RECORD_FILE).write_text(json.dumps(record, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    sums = [f"{sha256_of(folder / path)}  {path.as_posix()}\n" for path in files_below(folder)]
    (folder / _SUMS_FILE).write_text("".join(sums), encoding="utf-8")


def model_state(entry: ModelEntry, folder: Path, thorough: bool = False) -> str:
    """The state of a model: "ready", "missing", "outdated" or "unsound: …".

    A model is outdated when its entry in the manifest has changed. After "unsound" comes the first thing that is wrong.

    Args:
        entry: the model in the manifest.
        folder: the folder of the converted model.
        thorough: whether to compare the files' checksums, and not only their sizes.
    """
    if not folder.is_dir() or not any(folder.iterdir()):
        return MISSING
    try:
        record = json.loads((folder / _RECORD_FILE).read_text(encoding="utf-8"))
        layout, made_from, sizes = record["layout"], record["made_from"], dict(record["sizes"])
    except (OSError, ValueError, KeyError, TypeError):
        return f"unsound: {_RECORD_FILE} is missing or damaged"
    fault = _wrong_size(folder, sizes) or (_wrong_checksum(folder, sizes) if thorough else None)
    if fault is not None:
        return f"unsound: {fault}"
    return READY if (layout, made_from) == (_LAYOUT, _made_from(entry)) else _OUTDATED


def is_ours(folder: Path) -> bool:
    """Whether a folder holds a converted model, sound or not, that may be replaced."""
    return any((folder / name).is_file() for name in (_RECORD_FILE, _SUMS_FILE, f"server/{SERVER_CONF}"))


def _made_from(entry: ModelEntry) -> dict[str, Any]:
    """The part of an entry that is in the files. The rest is read from the manifest when the model is used."""
    made_from = entry.model_dump(
        mode="json", include={"format", "source", "model_filename", "params_filename", "characters"}
    )
    if made_from["characters"] is not None:
        del made_from["characters"]["use_space"]
    return made_from


def _wrong_size(folder: Path, sizes: dict[str, int]) -> str | None:
    ours = files_below(folder, lambda path: path.parts[0] != ENGINES)
    present = {path.as_posix() for path in ours} - {_RECORD_FILE, _SUMS_FILE}
    for name in sorted(sizes.keys() | present):
        if name not in present:
            return f"{name} is missing"
        # A second program beside the first could be taken for it.
        if name not in sizes:
            return f"{name} does not belong there"
        if (size := (folder / name).stat().st_size) != sizes[name]:
            return f"{name} has {size} bytes, not {sizes[name]}"
    return None


def _wrong_checksum(folder: Path, sizes: dict[str, int]) -> str | None:
    try:
        lines = (folder / _SUMS_FILE).read_text(encoding="utf-8").splitlines()
        sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except (OSError, ValueError):
        return f"{_SUMS_FILE} is missing or damaged"
    for name in (*sorted(sizes), _RECORD_FILE):
        if sums.get(name) != sha256_of(folder / name):
            return f"{name} has changed since it was written"
    return None
