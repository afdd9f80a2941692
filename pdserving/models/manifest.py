"""`serving_models/manifest.yml`: the known models, and the profiles that name three of them."""

from pathlib import Path
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, PrivateAttr, StringConstraints, ValidationError, model_validator

from pdserving.models.sources_schema import Characters, Source
from pdserving.setup_errors import ManifestError
from pdserving.strict_yaml import Strict, explain, read_mapping

Stage = Literal["det", "cls", "rec"]
MANIFEST = "manifest.yml"
"""The manifest's name, in the folder of the models."""

STAGES: tuple[Stage, ...] = get_args(Stage)

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][^/\\\x00]*$")]
Triple = tuple[float, float, float]


class Normalisation(Strict):
    """Per channel in BGR order, on pixels scaled to 0…1: `(pixel - mean) / std`."""

    mean: Triple
    std: tuple[
        Annotated[float, Field(gt=0)],
        Annotated[float, Field(gt=0)],
        Annotated[float, Field(gt=0)],
    ]


class ModelEntry(Strict):
    """One model: where its files come from, and how its input is prepared. Sizes are in pixels."""

    stage: Stage
    format: Literal["paddle", "onnx"]
    source: Source
    model_filename: FileName = "inference.pdmodel"
    params_filename: FileName | None = "inference.pdiparams"
    """None (null): each parameter is a file of its own, as Paddle 1 wrote them."""
    normalisation: Normalisation
    input_height: Annotated[int, Field(gt=0, le=4096)] | None = None
    input_width: Annotated[int, Field(gt=0, le=4096)] | None = None
    characters: Characters | None = None
    bf16: bool = False
    """It reads in bfloat16 as well as in single precision, so `precision: auto` may take that."""
    licence: Annotated[str, StringConstraints(min_length=1)]
    origin: Annotated[str, StringConstraints(min_length=1)]

    @model_validator(mode="after")
    def _fits_its_stage(self) -> Self:
        keys = {"det": (), "cls": ("input_height", "input_width"), "rec": ("input_height", "characters")}
        for key in ("input_height", "input_width", "characters"):
            needed = key in keys[self.stage]
            if needed and getattr(self, key) is None:
                raise ValueError(f"{key} is missing; a model of stage {self.stage} needs it")
            if not needed and getattr(self, key) is not None:
                raise ValueError(f"{key} has no meaning for stage {self.stage}; leave it out")
        if self.format == "onnx" and self.params_filename is not None:
            raise ValueError("params_filename has no meaning for format onnx; say params_filename: null")
        if self.format == "paddle" and self.characters is not None and self.characters.metadata is not None:
            raise ValueError("characters.metadata: a Paddle program has none; accepted: member, file")
        return self


class Profile(Strict):
    """The models of one OCR pipeline, by name."""

    det: Name
    cls: Name
    rec: Name

    def names(self) -> dict[Stage, str]:
        """Stage to model name, in the order of the pipeline."""
        return {"det": self.det, "cls": self.cls, "rec": self.rec}


class Manifest(Strict):
    """The whole file, as `load_manifest` reads it: relative paths in it start from its folder."""

    models: dict[Name, ModelEntry]
    profiles: dict[Name, Profile]
    _folder: Path = PrivateAttr(default_factory=Path)

    @property
    def folder(self) -> Path:
        """The folder of the manifest file, which relative paths in it start from."""
        return self._folder

    @model_validator(mode="after")
    def _profiles_name_models(self) -> Self:
        for profile_name, profile in self.profiles.items():
            for stage, name in profile.names().items():
                place = f"profiles.{profile_name}.{stage}: {name!r}"
                accepted = ", ".join(known for known, entry in self.models.items() if entry.stage == stage) or "none"
                if name not in self.models:
                    raise ValueError(f"{place} is not among the models; models of stage {stage}: {accepted}")
                if self.models[name].stage != stage:
                    raise ValueError(
                        f"{place} is a model of stage {self.models[name].stage}; models of stage {stage}: {accepted}"
                    )
        return self

    def model(self, name: str) -> ModelEntry:
        """The entry of a model; ManifestError when there is none of that name."""
        if name not in self.models:
            raise ManifestError(f"no model {name!r} in the manifest; accepted: {', '.join(self.models)}")
        return self.models[name]

    def profile(self, name: str) -> Profile:
        """A profile; ManifestError when there is none of that name."""
        if name not in self.profiles:
            raise ManifestError(f"no profile {name!r} in the manifest; accepted: {', '.join(self.profiles)}")
        return self.profiles[name]


def load_manifest(path: Path) -> Manifest:
    """Read and check a manifest file; ManifestError names the file, the key, its value and what is accepted."""
    try:
        manifest = Manifest.model_validate(read_mapping(path))
    except ValidationError as error:
        raise ManifestError("\n".join(f"{path}: {explain(detail)}" for detail in error.errors())) from error
    except ValueError as error:
        raise ManifestError(str(error)) from error
    manifest._folder = path.resolve().parent
    return manifest
