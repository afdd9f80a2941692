"""Loads the module of Paddle Serving's LocalPredictor, and mends in it what today's Paddle and our service need."""

import inspect
import logging
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from pdserving.paddle_serving.programs import is_pir_program

_LOGGERS = ("LocalPredictor", "paddle_serving_server")
_OLD_PROGRAMS = "*.pdmodel"


class LocalPredictLoader(Loader):
    """Executes the module with its own loader, then mends what it did."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Create the module as its own loader does."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module, with the root logger as before and LocalPredictor able to load Paddle 3 programs."""
        root = logging.getLogger()
        before, level = list(root.handlers), root.level
        self._loader.exec_module(module)
        # It calls logging.basicConfig: how the process logs is not a library's choice.
        for handler in [handler for handler in root.handlers if handler not in before]:
            root.removeHandler(handler)
        root.setLevel(level)
        quiet_loggers()
        _find_json_programs(module.LocalPredictor)
        _load_json_programs(module.LocalPredictor)
        module.__dict__["kill_stop_process_by_pid"] = _refuse_to_kill


def quiet_loggers() -> None:
    """Silence Paddle Serving's loggers below WARNING: they build a long line for every request and predictor."""
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)


def _refuse_to_kill(command: str, process_group: int) -> None:
    """Raise, where LocalPredictor would kill the whole process group because Paddle cannot load a model.

    The group may hold the supervisor, a shell, or the tests.
    """
    raise RuntimeError("LocalPredictor could not load the model; Paddle's reason is in the lines before")


def _find_json_programs(predictor: Any) -> None:
    """Let LocalPredictor find a Paddle 3 program (`inference.json`) where a folder has no `.pdmodel`."""
    search = predictor.search_suffix_files

    def search_suffix_files(self: object, model_path: str | None, target_suffix: str | None) -> list[str] | None:
        found: list[str] | None = search(self, model_path, target_suffix)
        if found or model_path is None or target_suffix != _OLD_PROGRAMS:
            return found
        return [str(path) for path in sorted(Path(model_path).glob("*.json")) if is_pir_program(path)]

    predictor.search_suffix_files = search_suffix_files


def _load_json_programs(predictor: Any) -> None:
    """Switch memory optimisation, which LocalPredictor has on by default, off for Paddle 3 programs.

    Paddle 3.3 cannot create a predictor with both: "Not find predictor_id … and pass_name memory_optimize_pass".
    """
    load = predictor.load_model_config
    signature = inspect.signature(load)

    def load_model_config(self: Any, *args: Any, **kwargs: Any) -> None:
        call = signature.bind(self, *args, **kwargs)
        found = self.search_suffix_files(call.arguments["model_path"], _OLD_PROGRAMS) or []
        if any(path.endswith(".json") for path in found):
            call.arguments["mem_optim"] = False
        load(*call.args, **call.kwargs)

    predictor.load_model_config = load_model_config
