"""What Paddle Serving 0.9.0 needs on today's Python: import this before it, once.

Importing this module is cheap: it imports neither Paddle nor Paddle Serving, but stands ready for when they are.
"""

import collections
import collections.abc
import sys
import threading
import warnings
from collections.abc import Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from pdserving.paddle_serving.local_predictor import LocalPredictLoader, quiet_loggers
from pdserving.paddle_serving.pb2_modules import Pb2Finder

_BLANKS: Mapping[str, tuple[str, ...]] = {
    # On import it makes a folder of logs in the working directory, and puts the root logger at DEBUG with files in it.
    "paddle_serving_server.pipeline.logger": (),
    "paddle_serving_client.pipeline.logger": (),
    # Its command line, which the package imports whole. On import it takes SIGINT for itself, which also makes an
    # import outside the main thread fail, and it imports pytest for a self-test of the installation. Two of its
    # functions are imported by name elsewhere, and are called for C++ servers only.
    "paddle_serving_server.serve": ("format_gpu_to_strlist", "start_multi_card"),
}
"""Modules of Paddle Serving that are replaced by empty ones, each with the functions that are imported from it."""

_LOCAL_PREDICT = "paddle_serving_app.local_predict"


class _BlankLoader(Loader):
    """Gives a module functions that refuse to be called, and nothing else."""

    def __init__(self, functions: Sequence[str]) -> None:
        self._functions = functions

    def exec_module(self, module: ModuleType) -> None:
        def left_out(*args: object, **kwargs: object) -> None:
            raise NotImplementedError(
                f"{module.__name__} is left out by pdserving.compat: C++ servers are not run here"
            )

        module.__dict__.update(dict.fromkeys(self._functions, left_out))


class _ServingFinder(MetaPathFinder):
    """Finds the blank modules and the module of LocalPredictor."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname in _BLANKS:
            return ModuleSpec(fullname, _BlankLoader(_BLANKS[fullname]))
        if fullname != _LOCAL_PREDICT:
            return None
        spec = PathFinder.find_spec(fullname, path)
        if spec is not None and spec.loader is not None:
            spec.loader = LocalPredictLoader(spec.loader)
        return spec


_INSTALL_LOCK = threading.Lock()


def install() -> None:
    """Make this process ready for Paddle Serving; called on import, and without effect a second time."""
    with _INSTALL_LOCK:
        # Its HTTP client imports Iterable from where it was until Python 3.10.
        if not hasattr(collections, "Iterable"):
            collections.Iterable = collections.abc.Iterable  # type: ignore[attr-defined]
        for finder in (Pb2Finder, _ServingFinder):
            if not any(isinstance(present, finder) for present in sys.meta_path):
                sys.meta_path.insert(0, finder())
        # Its docstrings hold escapes that Python 3.12 and later warn of when they compile them. For a warning of the
        # compiler, "module" is the path of the file.
        warnings.filterwarnings("ignore", category=SyntaxWarning, module=r".*paddle_serving_(server|client|app)\b")
        # Paddle says so whenever it is imported where no compiler cache is installed; nothing is compiled here.
        warnings.filterwarnings("ignore", category=UserWarning, message="No ccache found")
        quiet_loggers()


install()
