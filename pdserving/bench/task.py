"""The task of each contender in a round."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pdserving.bench.processes import ROOT
from pdserving.config import Settings, load_settings
from pdserving.models.stages import fetch_models


@dataclass(frozen=True)
class Task:
    """What a contender does in a round: read these pictures, at these numbers of clients.

    Attributes:
        pictures: the absolute paths of the pictures.
        clients: the numbers of clients that ask a service at a time; each number is a measurement.
        seconds: how long each measurement lasts, about.
        config: the path of the service's configuration.
        folder: the folder of logs, environments and results.
        report: prints a line for the person at the terminal.
    """

    pictures: tuple[Path, ...]
    clients: tuple[int, ...]
    seconds: float
    config: Path
    folder: Path
    report: Callable[[str], None]

    def log(self, name: str) -> Path:
        """The file that a contender's output goes to."""
        return self.folder / "logs" / f"{name}.log"

    def settings(self, profile: str, overrides: Iterable[str] = ()) -> Settings:
        """The service's settings with a profile, and with `key=value` overrides."""
        settings = load_settings(self.config, [f"profile={profile}", *overrides])
        # The service starts in the project's folder, which relative paths start from.
        return settings.model_copy(update={"models_dir": ROOT / settings.models_dir})

    def fetch(self, profile: str) -> None:
        """Fetch a profile's models where they are missing."""
        fetch_models(self.settings(profile), self.report)
