"""The start of a service: what `serve` and `hub serving start` have in common."""

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from pdserving.config import ConfigurationError, Settings
from pdserving.engines.cuda_libraries import let_processes_find_libraries
from pdserving.logs import set_up_logging
from pdserving.models.stages import fetch_models, resolve_models
from pdserving.networking import AddressError, check_can_listen
from pdserving.security.confinement import landlock_version
from pdserving.security.start_check import check_security, exposures
from pdserving.setup_errors import SetupError
from pdserving.supervision.launch import service_stop_timeout_s
from pdserving.supervision.reload_file import ReloadFile
from pdserving.supervision.run_file import RunFile
from pdserving.supervision.supervisor import Supervisor

_log = logging.getLogger(__name__)


def run(load: Callable[[], Settings], source: str, fetch: bool) -> int:
    """Serve until stopped, and return the exit status.

    Args:
        load: reads the configuration; called again for a reload.
        source: where it comes from, for messages, such as `configs/cpu.yml --set http_port=8080`.
        fetch: whether to fetch the profile's models that are missing.

    Raises:
        AlreadyRunningError: a service from this folder runs on the HTTP port.
        ConfigurationError: an address or a model that cannot be used.
    """
    settings = load()
    let_processes_find_libraries(os.environ)
    run_file = RunFile(settings.http_port, service_stop_timeout_s(settings))
    with run_file, ReloadFile(run_file.path) as reloads:
        _check_addresses(settings, source)
        set_up_logging(settings.log_level, settings.log_format)
        _check(settings, source, fetch)

        def load_again() -> Settings:
            settings = load()
            _check(settings, source, fetch=False)
            return settings

        def follow(settings: Settings) -> None:
            set_up_logging(settings.log_level, settings.log_format)
            run_file.allow_to_stop(service_stop_timeout_s(settings))

        return Supervisor(settings, load_again, follow, reloads, report).run()


def report(line: str) -> None:
    """Print a line for the person at the terminal, as long as there is one."""
    try:
        print(line, flush=True)
    except OSError:
        # The reader of these lines has gone, and the service goes on. What could not be written would be tried again
        # when the process ends.
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _check(settings: Settings, source: str, fetch: bool) -> None:
    """Check what a start and a reload both check, before any process is started with these settings."""
    try:
        if fetch:
            fetch_models(settings, report)
        resolve_models(settings)
    except ConfigurationError as error:
        raise ConfigurationError(f"{source}: {error}") from None
    except SetupError as error:
        keys = f"profile: {settings.profile!r}, models_dir: {str(settings.models_dir)!r}"
        raise ConfigurationError(f"{source}: {keys}: {error}") from None
    try:
        check_security(settings)
    except SetupError as error:
        raise ConfigurationError(f"{source}: {error}") from None
    for warning in exposures(settings, landlock_version()):
        report(f"warning: {warning}")
        _log.warning("%s", warning)


def _check_addresses(settings: Settings, source: str) -> None:
    for kind, host, port in settings.addresses:
        try:
            check_can_listen(host, port)
        except AddressError as error:
            raise ConfigurationError(
                f"{source}: {kind}_host, {kind}_port: {error}; accepted: an address of this machine with a free port"
            ) from None
