"""Writes service packages."""

import json
import shutil
from pathlib import Path
from typing import Any

from tests.support.paths import MODELS


def write_package(folder: Path, name: str, params: str = "", module: str | None = None, **info: Any) -> Path:
    """A service package in a new folder; `info` is what its `config.json` says of the module."""
    folder.mkdir()
    config = {"modules_info": {name: info}, "port": 8866}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "params.yml").write_text(params, encoding="utf-8")
    if module is not None:
        (folder / "module.py").write_text(module, encoding="utf-8")
    return folder


def copy_inference_model(model: str, folder: Path) -> Path:
    """A Paddle inference model, as one has it after training: the two files of a fetched model."""
    folder.mkdir(parents=True)
    for name in ("inference.pdmodel", "inference.pdiparams"):
        shutil.copyfile(MODELS / model / "server" / name, folder / name)
    return folder
