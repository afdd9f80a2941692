"""What the supervisor tells a process that it starts."""

from pathlib import Path

from pdserving.config.fields import FilePath, Section
from pdserving.config.schema import Settings

_STOP_MARGIN_S = 10  # for a process to end, above the drain_s that its requests have to finish


def process_stop_timeout_s(settings: Settings) -> float:
    """Seconds from SIGTERM to the end of a process; one that takes longer is killed."""
    return settings.drain_s + _STOP_MARGIN_S


def service_stop_timeout_s(settings: Settings) -> float:
    """Seconds from SIGTERM to the end of the service at the latest: of its gateway, then its workers, then itself."""
    return 2 * process_stop_timeout_s(settings) + _STOP_MARGIN_S


class Launch(Section):
    """One line of JSON on the process's standard input, which stays open as long as the supervisor lives.

    Attributes:
        settings: the configuration.
        folder: the service's scratch folder, which nobody but its owner may enter.
        sockets: the folder of the workers' private sockets.
        number: the worker's number, from 0.
        status_fd: the end of a pipe into which the process writes how it is: see `Status`.
        http_fd: the bound socket that the gateway listens on.
    """

    settings: Settings
    folder: FilePath
    sockets: FilePath
    number: int = 0
    status_fd: int
    http_fd: int | None = None

    @property
    def stop_timeout_s(self) -> float:
        """Seconds from SIGTERM to the end of the process."""
        return process_stop_timeout_s(self.settings)

    @property
    def socket(self) -> Path:
        """The private socket of this worker."""
        return worker_socket(self.sockets, self.number)


def worker_socket(sockets: Path, number: int) -> Path:
    """The unix socket at which a worker serves its gateway."""
    return sockets / f"worker-{number}.sock"
