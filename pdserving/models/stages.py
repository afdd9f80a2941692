"""The three models that a configuration asks for, with all that the ops need to know of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ocr_ops.recognition import load_characters
from ocr_ops.tensors import Normalisation
from pdserving.config import ConfigurationError
from pdserving.config.ops import RecognitionSection
from pdserving.config.predictor import TENSORRT, LocalService
from pdserving.config.schema import Settings
from pdserving.models.manifest import MANIFEST, Manifest, Stage, load_manifest
from pdserving.models.serving_conf import SERVER_CONF
from pdserving.models.soundness import ENGINES
from pdserving.models.store import ModelPaths, fetch_profile, profile_paths
from pdserving.setup_errors import DeviceError


@dataclass(frozen=True)
class StageModel:
    """The model of a stage.

    Attributes:
        folder: the serving model folder.
        normalisation: what its input is normalised by.
        bf16: whether `precision: auto` may compute it in bfloat16.
    """

    folder: Path
    normalisation: Normalisation
    bf16: bool


@dataclass(frozen=True)
class DetectionModel(StageModel):
    """A detector."""


@dataclass(frozen=True)
class ClassificationModel(StageModel):
    """An angle classifier.

    Attributes:
        height, width: its input's, in pixels.
    """

    height: int
    width: int


@dataclass(frozen=True)
class RecognitionModel(StageModel):
    """A recogniser.

    Attributes:
        height: its input's, in pixels.
        characters: the characters of its classes, which follow the CTC blank.
    """

    height: int
    characters: tuple[str, ...]


@dataclass(frozen=True)
class StageModels:
    """A model for each stage."""

    det: DetectionModel
    cls: ClassificationModel
    rec: RecognitionModel

    @property
    def by_stage(self) -> Mapping[Stage, StageModel]:
        """The three by the name of their stage."""
        return {"det": self.det, "cls": self.cls, "rec": self.rec}


def fetch_models(settings: Settings, report: Callable[[str], None]) -> None:
    """Fetch and convert those models of the configured profile that are missing; `report` is told of each step.

    Raises:
        ConfigurationError: the manifest knows no such profile.
        SetupError: the manifest is wrong, or a model cannot be fetched or converted.
    """
    fetch_profile(_manifest(settings), settings.profile, settings.models_dir, report)


def resolve_models(settings: Settings) -> StageModels:
    """Find the configured models.

    Raises:
        ConfigurationError: a profile, folder or file that is not there; the message names its key.
        ModelMissingError: a model of the profile was never fetched, or is not sound.
        ManifestError: the manifest is wrong.
    """
    op = settings.op
    paths = profile_paths(_manifest(settings), settings.profile, settings.models_dir)
    det, cls, rec = paths["det"], paths["cls"], paths["rec"]
    return StageModels(
        DetectionModel(*_common(op.det.local_service_conf, det)),
        ClassificationModel(
            *_common(op.cls.local_service_conf, cls), _known(cls.input_height), _known(cls.input_width)
        ),
        RecognitionModel(
            *_common(op.rec.local_service_conf, rec),
            op.rec.input_height or _known(rec.input_height),
            _characters(op.rec, rec),
        ),
    )


def engine_folders(settings: Settings) -> list[Path]:
    """The folders of TensorRT's engines, for the models that it runs; they are made where they are missing.

    Raises:
        DeviceError: a folder cannot be made.
        SetupError: as for `resolve_models`.
    """
    stages = {stage for stage, service in settings.op.services.items() if service.device_type == TENSORRT}
    if not stages:
        return []
    models = resolve_models(settings)
    folders = [model.folder.parent / ENGINES for stage, model in models.by_stage.items() if stage in stages]
    for folder in folders:
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise DeviceError(f"{folder}: cannot be made for TensorRT's engines: {error.strerror or error}") from None
    return folders


def _manifest(settings: Settings) -> Manifest:
    manifest = load_manifest(settings.models_dir / MANIFEST)
    if settings.profile not in manifest.profiles:
        raise ConfigurationError(
            f"profile: {settings.profile!r} is not in {settings.models_dir / MANIFEST}; "
            f"accepted: {', '.join(manifest.profiles)}"
        )
    return manifest


def _common(service: LocalService, paths: ModelPaths) -> tuple[Path, Normalisation, bool]:
    """A model's folder, normalisation and whether it may be computed in bfloat16."""
    normalisation = Normalisation(paths.normalisation.mean, paths.normalisation.std)
    if service.folder is None:
        return paths.server, normalisation, paths.bf16
    if not (service.folder / SERVER_CONF).is_file():
        raise ConfigurationError(
            f"op.{paths.stage}.local_service_conf.model_config: {str(service.folder)!r} has no {SERVER_CONF}; "
            "accepted: the serving_server folder that `python -m pdserving convert` wrote"
        )
    # A model of the user's own in the manifest's place: nobody knows what it reads in bfloat16.
    return service.folder, normalisation, False


def _characters(section: RecognitionSection, paths: ModelPaths) -> tuple[str, ...]:
    path = section.character_list or paths.characters
    if path is None or not path.is_file():
        raise ConfigurationError(f"op.rec.character_list: {str(path)!r} is no file; accepted: one character a line")
    use_space = paths.use_space if section.use_space_char is None else section.use_space_char
    try:
        return load_characters(path, use_space)
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"op.rec.character_list: {str(path)!r} is not UTF-8: {error.reason}") from None


def _known(size: int | None) -> int:
    if size is None:
        raise ValueError("the manifest lets a model through without its input size")
    return size
