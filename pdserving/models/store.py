"""The folder of converted models: `NAME/server`, `NAME/client`, a recogniser's characters, and what proves it sound."""

import fcntl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pdserving.models.convert import convert_model, convert_onnx
from pdserving.models.manifest import Manifest, ModelEntry, Normalisation, Stage
from pdserving.models.placement import copy_file, folder_in_place, remove_leftovers
from pdserving.models.soundness import MISSING, READY, is_ours, model_state, write_record
from pdserving.models.sources import Fetcher, Report
from pdserving.setup_errors import ConversionError, ModelMissingError

DEFAULT_MODELS_DIR = Path("serving_models")
CHARACTERS_FILE = "characters.txt"

_LOCK_FILE = ".lock"


@dataclass(frozen=True)
class ModelPaths:
    """A converted model that is there, and what the manifest says of its input. Sizes are in pixels."""

    name: str
    stage: Stage
    server: Path
    client: Path
    characters: Path | None
    """A recogniser's characters, a line each in the order of its classes, as published."""
    use_space: bool
    """Whether a space follows the listed characters as the last class."""
    input_height: int | None
    input_width: int | None
    normalisation: Normalisation
    bf16: bool
    """Whether it reads in bfloat16 as well as in single precision."""


def model_paths(manifest: Manifest, name: str, models_dir: Path) -> ModelPaths:
    """The paths of one model; ModelMissingError, which says what to do, if it is not there, unsound or outdated."""
    entry = manifest.model(name)
    state = model_state(entry, models_dir / name)
    if state != READY:
        profile = next((key for key, value in manifest.profiles.items() if name in value.names().values()), "PROFILE")
        raise ModelMissingError(
            f"model {name} in {models_dir} is {state}; "
            f"run `make models` or `python -m pdserving models fetch {profile}`"
        )
    folder = models_dir / name
    characters = folder / CHARACTERS_FILE
    return ModelPaths(
        name=name,
        stage=entry.stage,
        server=folder / "server",
        client=folder / "client",
        characters=characters if characters.is_file() else None,
        use_space=entry.characters is not None and entry.characters.use_space,
        input_height=entry.input_height,
        input_width=entry.input_width,
        normalisation=entry.normalisation,
        bf16=entry.bf16,
    )


def profile_paths(manifest: Manifest, profile: str, models_dir: Path) -> dict[Stage, ModelPaths]:
    """The paths of a profile's models by stage; ManifestError for an unknown profile, or an error of `model_paths`."""
    names = manifest.profile(profile).names()
    return {stage: model_paths(manifest, name, models_dir) for stage, name in names.items()}


def fetch_profile(manifest: Manifest, profile: str, models_dir: Path, report: Report) -> list[str]:
    """Fetch and convert those models of a profile that are missing, unsound or outdated.

    Runs at the same time wait for each other. A model that failed leaves nothing behind; those before it stay.

    Args:
        manifest: the known models.
        profile: which of its profiles.
        models_dir: the folder of the models.
        report: told of each step, in a line.

    Returns:
        The names of the models that are new.

    Raises:
        DownloadError, ChecksumError, ConversionError: as their names say.
    """
    names = list(dict.fromkeys(manifest.profile(profile).names().values()))
    if not _wanting(manifest, names, models_dir):
        return []
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with locked(models_dir, report), tempfile.TemporaryDirectory(prefix="models-") as work_folder:
            # Asked again: another run may have done the work while this one waited.
            wanting = _wanting(manifest, names, models_dir)
            fetcher = Fetcher(manifest.folder, Path(work_folder), report)
            for name in wanting:
                _install(name, manifest.model(name), fetcher, models_dir, report)
    except OSError as error:
        raise ConversionError(f"{models_dir}: could not be written: {error.strerror or error}") from error
    return wanting


def _wanting(manifest: Manifest, names: list[str], models_dir: Path) -> list[str]:
    return [name for name in names if model_state(manifest.model(name), models_dir / name, thorough=True) != READY]


def _install(name: str, entry: ModelEntry, fetcher: Fetcher, models_dir: Path, report: Report) -> None:
    folder = models_dir / name
    state = model_state(entry, folder, thorough=True)
    if state != MISSING and not is_ours(folder):
        raise ConversionError(f"{folder}: holds something else than a converted model; empty it or move it away")
    remove_leftovers(models_dir, name)
    source, characters = fetcher.model_folder(entry), fetcher.characters_file(entry)
    report(f"converting {name}" if state == MISSING else f"converting {name} anew: it was {state}")
    with folder_in_place(folder) as staged:
        server, client = staged / "server", staged / "client"
        if entry.format == "onnx":
            model = convert_onnx(source / entry.model_filename, server, client)
            _write_characters(entry, model.metadata, staged / CHARACTERS_FILE, name)
        else:
            convert_model(source, entry.model_filename, entry.params_filename, server, client)
        if characters is not None:
            _check_characters(characters, name)
            copy_file(characters, staged / CHARACTERS_FILE)
        write_record(entry, staged)


def _write_characters(entry: ModelEntry, metadata: Mapping[str, str], path: Path, name: str) -> None:
    """Write the characters that an ONNX model carries, if the manifest says that it does."""
    if entry.characters is None or entry.characters.metadata is None:
        return
    if entry.characters.metadata not in metadata:
        has = ", ".join(metadata) or "none"
        raise ConversionError(
            f"models.{name}.characters.metadata: {entry.characters.metadata!r} is not in the model; its metadata: {has}"
        )
    path.write_text(metadata[entry.characters.metadata], encoding="utf-8")


def _check_characters(path: Path, name: str) -> None:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConversionError(f"model {name}: its list of characters is not UTF-8: {error}") from error
    if not text.strip():
        raise ConversionError(f"model {name}: its list of characters is empty")


@contextmanager
def locked(models_dir: Path, report: Report) -> Iterator[None]:
    """Hold the folder of models against other runs of this program; the lock goes with the process."""
    with (models_dir / _LOCK_FILE).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(f"waiting for another run that fetches into {models_dir}")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def size_of(folder: Path) -> int:
    """The bytes of all files below a folder; 0 when there is none."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
