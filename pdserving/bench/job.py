"""What a contender is asked to do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pdserving.bench.processes import ROOT
from pdserving.config import Settings, load_settings
from pdserving.models.stages import fetch_models


@dataclass(frozen=True)
class Job:
    """One round of one contender.

    Attributes:
        pictures: absolute paths.
        clients: how many ask a service at a time, one after the other.
        seconds: how long each measurement lasts, about.
        config: the service's configuration.
        folder: for logs, environments and results.
        report: prints a line for the person at the terminal.
    """

    pictures: tuple[Path, ...]
    clients: tuple[int, ...]
    seconds: float
    config: Path
    folder: Path
    report: Callable[[str], None]

    def log(self, name: str) -> Path:
        """Where a contender's output goes."""
        return self.folder / "logs" / f"{name}.log"

    def settings(self, profile: str, overrides: Iterable[str] = ()) -> Settings:
        """The service's settings with a profile, and with `key=value` overrides."""
        settings = load_settings(self.config, [f"profile={profile}", *overrides])
        # Relative to where the service starts, which is there.
        return settings.model_copy(update={"models_dir": ROOT / settings.models_dir})

    def fetch(self, profile: str) -> None:
        """Fetch a profile's models where they are missing."""
        fetch_models(self.settings(profile), self.report)
