"""The `module.py` of a service package: it changes pictures before they are read, and results afterwards."""

import importlib.util
import json
import logging
import sys
from pathlib import Path
from typing import Any

from pdserving.errors import ModuleFailedError
from pdserving.setup_errors import HubError

_log = logging.getLogger(__name__)

MODULE_FILE = "module.py"
_CLASS = "Module"
_MAX_REASON = 200  # characters of an exception's own message


class HubModule:
    """Base of the class `Module` in a `module.py`.

    One object serves all requests, and several threads call its methods: it must keep no request's data.
    """

    def preprocess(self, image: bytes) -> bytes:
        """The picture to read instead of the one that came; both are the bytes of an image file."""
        return image

    def postprocess(self, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The results of one picture to answer instead of the service's own: a dict for each line, any JSON."""
        return results


def load_module(name: str, path: Path) -> HubModule:
    """Import a `module.py` as a package of its own, so that `from . import x` finds files beside it.

    Raises:
        HubError: it cannot be imported, or has no class `Module` that derives from `HubModule`.
    """
    imported_as = "pdserving_hub_" + "".join(letter if letter.isalnum() else "_" for letter in name)
    spec = importlib.util.spec_from_file_location(imported_as, path, submodule_search_locations=[str(path.parent)])
    if spec is None or spec.loader is None:
        raise HubError(f"{path}: is no Python module")
    python_module = importlib.util.module_from_spec(spec)
    sys.modules[imported_as] = python_module
    try:
        spec.loader.exec_module(python_module)
        module_class = getattr(python_module, _CLASS, None)
        if not (isinstance(module_class, type) and issubclass(module_class, HubModule)):
            raise HubError(
                f"{path}: has no class {_CLASS}; accepted: class {_CLASS}(HubModule), of pdserving.hub.module"
            )
        return module_class()
    except HubError:
        raise
    except BaseException as error:  # whatever it is, sys.exit() included, it must not end the service
        raise HubError(f"{path}: cannot be loaded: {_reason(error)}") from error


def change_image(name: str, module: HubModule, image: bytes) -> bytes:
    """The picture that a module's `preprocess` makes of another.

    Raises:
        ModuleFailedError: it raised, or returned no bytes.
    """
    try:
        changed = module.preprocess(image)
    except BaseException as error:
        raise _failure(name, "preprocess", error) from None
    if not isinstance(changed, bytes):
        raise ModuleFailedError(f"module {name}: preprocess returned {type(changed).__name__}; accepted: bytes")
    return changed


def change_results(name: str, module: HubModule, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The results that a module's `postprocess` makes of a picture's; they are known to be JSON.

    Raises:
        ModuleFailedError: it raised, or returned something else than a list of dicts that JSON can hold.
    """
    try:
        changed = module.postprocess(results)
    except BaseException as error:
        raise _failure(name, "postprocess", error) from None
    if not isinstance(changed, list) or not all(isinstance(result, dict) for result in changed):
        raise ModuleFailedError(f"module {name}: postprocess returned {_kind_of(changed)}; accepted: a list of dicts")
    try:
        # Read back: keys that are no text become text, and the module cannot change the results afterwards.
        read_back: list[dict[str, Any]] = json.loads(json.dumps(changed, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise ModuleFailedError(f"module {name}: postprocess returned what is not JSON: {error}") from None
    return read_back


def _failure(name: str, method: str, error: BaseException) -> ModuleFailedError:
    _log.error("module %s: %s failed", name, method, exc_info=error)
    return ModuleFailedError(f"module {name}: {method} failed: {_reason(error)}")


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:_MAX_REASON]


def _kind_of(value: object) -> str:
    if isinstance(value, list):
        return f"a list of {next(type(item).__name__ for item in value if not isinstance(item, dict))}"
    return type(value).__name__
