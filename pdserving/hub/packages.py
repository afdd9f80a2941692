"""Service packages: a folder with `config.json`, `params.yml` and, if it changes pictures or results, `module.py`."""

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from ocr_ops.recognition import load_characters
from pdserving.config.schema import HUB_BUILT_IN, HubKind
from pdserving.hub.config_file import CONFIG_FILE, read_config
from pdserving.hub.module import MODULE_FILE, load_module
from pdserving.hub.params import PARAMS_FILE, Params, read_params
from pdserving.models.convert import convert_model
from pdserving.models.placement import REPLACED_SUFFIX, copy_file, files_below, folder_in_place, remove_leftovers
from pdserving.models.serving_conf import SERVER_CONF
from pdserving.models.sources import Report
from pdserving.models.store import locked
from pdserving.setup_errors import ConversionError, HubError
from pdserving.strict_yaml import read_mapping

BUILT_IN_VERSION = "1.0.0"  # that hub's own four modules have
_CONVERTED = "converted"  # folder of an installed package, with its models as Paddle Serving models and its characters


@dataclass(frozen=True)
class Package:
    """A service package; `module` is None where it has none."""

    name: str
    version: str
    kind: HubKind
    folder: Path
    params: Params
    module: Path | None


def hub_folder(models_dir: Path) -> Path:
    """The folder of the installed packages."""
    return models_dir / "hub"


def read_package(folder: Path) -> Package:
    """Read a service package.

    Its name is that of the module in its `config.json`. With the name of a built-in service it takes the place of that
    service, and is of the same kind.

    Raises:
        HubError: a file is missing, or says something that is not accepted.
    """
    path = folder / CONFIG_FILE
    modules = read_config(path).modules_info
    if len(modules) > 1:
        raise HubError(f"{path}: modules_info has {', '.join(modules)}; accepted: the one module of the package")
    name, info = next(iter(modules.items()))
    own = HUB_BUILT_IN.get(name)
    if own is not None and info.kind not in (None, own):
        raise HubError(f"{path}: modules_info.{name}.kind: {info.kind!r} is not accepted; accepted: {own!r}")
    module = folder / MODULE_FILE
    return Package(
        name=name,
        version=info.init_args.version or BUILT_IN_VERSION,
        kind=info.kind or own or "system",
        folder=folder,
        params=read_params(folder / PARAMS_FILE),
        module=module if module.is_file() else None,
    )


def installed_packages(models_dir: Path) -> Iterator[Path]:
    """The folders of the installed packages, by name."""
    for folder in sorted(hub_folder(models_dir).glob("*")):
        if folder.is_dir() and not folder.name.startswith("."):
            yield folder


def install_package(source: Path, models_dir: Path, report: Report) -> Package:
    """Install a package: copy it, and convert its models.

    It takes the place of an installed package of its name. What is installed is a package itself, and needs nothing of
    the source any more. It appears whole or not at all.

    Args:
        source: the folder of the package.
        models_dir: the folder of the models, in which packages have a folder of their own.
        report: is told what is done.

    Raises:
        HubError: the source is no package, its module cannot be loaded, or the package cannot be written.
    """
    if not source.is_dir():
        raise HubError(f"{source}: there is no such folder")
    package = read_package(source)
    store = hub_folder(models_dir)
    if store.resolve().is_relative_to(source.resolve()):
        raise HubError(
            f"{source}: holds {store}, where packages are installed; accepted: a folder of the package alone"
        )
    try:
        store.mkdir(parents=True, exist_ok=True)
        with locked(store, report):
            remove_leftovers(store, package.name)
            with folder_in_place(store / package.name) as staged:
                _fill(staged, package, report)
    except OSError as error:
        raise HubError(f"{store / package.name}: could not be written: {error.strerror or error}") from error
    return read_package(store / package.name)


def uninstall_package(name: str, models_dir: Path) -> None:
    """Remove an installed package.

    Raises:
        HubError: no package of that name is installed, or it cannot be removed.
    """
    store = hub_folder(models_dir)
    names = [folder.name for folder in installed_packages(models_dir)]
    if name not in names:
        built_in = f"; {name} is built in, and stays" if name in HUB_BUILT_IN else ""
        raise HubError(f"no package {name!r} in {store}; installed: {', '.join(names) or 'none'}{built_in}")
    # The rename comes first, so that the package is gone at once or not at all.
    gone = store / f".{name}.{uuid.uuid4().hex[:8]}{REPLACED_SUFFIX}"
    try:
        (store / name).rename(gone)
        shutil.rmtree(gone)
    except OSError as error:
        raise HubError(f"{store / name}: could not be removed: {error.strerror or error}") from error


def _fill(staged: Path, package: Package, report: Report) -> None:
    params = package.params
    places = {name: value for name, value in params if isinstance(value, Path)}
    moved = {name: _convert(name, place, staged, package, report) for name, place in places.items()}
    root = package.folder.resolve()
    models = [place.resolve() for place in places.values() if place.is_dir() and place.resolve() != root]

    def is_kept(path: Path) -> bool:
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.parts)
        return not hidden and not any((root / path).is_relative_to(model) for model in models)

    for path in files_below(package.folder, is_kept):
        (staged / path).parent.mkdir(parents=True, exist_ok=True)
        copy_file(package.folder / path, staged / path)
    content = {**read_mapping(package.folder / PARAMS_FILE), **moved}
    (staged / PARAMS_FILE).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    if package.module is not None:
        load_module(package.name, staged / MODULE_FILE)


def _convert(name: str, place: Path, staged: Path, package: Package, report: Report) -> str:
    """Put the model or the characters of a param into the installed package, and return the relative path there."""
    where = f"{package.folder / PARAMS_FILE}: {name}"
    if name == "rec_char_dict_path":
        target = Path(_CONVERTED) / "characters.txt"
        _check_characters(place, where)
        (staged / target).parent.mkdir(parents=True, exist_ok=True)
        copy_file(place, staged / target)
        return target.as_posix()
    folder = Path(_CONVERTED) / name.removesuffix("_model_dir")
    server, client = staged / folder / "server", staged / folder / "client"
    if not place.is_dir():
        raise HubError(f"{where}: {place}: there is no such folder")
    if (place / SERVER_CONF).is_file():
        server.mkdir(parents=True)
        for path in place.iterdir():
            if path.is_file():
                copy_file(path, server / path.name)
    else:
        report(f"converting the model of {name}")
        try:
            convert_model(place, None, None, server, client)
        except ConversionError as error:
            raise HubError(f"{where}: {error}") from None
    return (folder / "server").as_posix()


def _check_characters(path: Path, where: str) -> None:
    try:
        if load_characters(path, use_space=False):
            return
    except OSError as error:
        raise HubError(f"{where}: {path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise HubError(f"{where}: {path} is not UTF-8: {error.reason}") from None
    raise HubError(f"{where}: {path} is empty; accepted: one character a line")
