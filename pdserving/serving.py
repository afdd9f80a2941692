"""From settings to a running service: what `serve` and `hub serving start` have in common."""

from pdserving.config import ConfigurationError, Settings
from pdserving.models.stages import fetch_models, resolve_models
from pdserving.networking import AddressError, check_can_listen
from pdserving.run_file import RunFile
from pdserving.security.start_check import check_security, exposures
from pdserving.setup_errors import SetupError
from pdserving.supervisor import serve


def run(settings: Settings, source: str, fetch: bool) -> int:
    """Serve until stopped, and return the exit status.

    Args:
        settings: the configuration.
        source: where it comes from, for messages, such as `configs/cpu.yml --set http_port=8080`.
        fetch: whether to fetch the profile's models that are missing.

    Raises:
        AlreadyRunningError: a service from this folder runs on the HTTP port.
        ConfigurationError: an address or a model that cannot be used.
    """
    with RunFile(settings.http_port):
        _check_addresses(settings, source)
        _check_security(settings, source)
        try:
            if fetch:
                fetch_models(settings, report)
            resolve_models(settings)
        except ConfigurationError as error:
            raise ConfigurationError(f"{source}: {error}") from None
        except SetupError as error:
            keys = f"profile: {settings.profile!r}, models_dir: {str(settings.models_dir)!r}"
            raise ConfigurationError(f"{source}: {keys}: {error}") from None
        return serve(settings, report)


def report(line: str) -> None:
    """Print a line for the person at the terminal."""
    print(line, flush=True)


def _check_security(settings: Settings, source: str) -> None:
    try:
        check_security(settings)
    except SetupError as error:
        raise ConfigurationError(f"{source}: {error}") from None
    for warning in exposures(settings):
        report(f"warning: {warning}")


def _check_addresses(settings: Settings, source: str) -> None:
    for kind, host, port in (
        ("http", settings.http_host, settings.http_port),
        ("rpc", settings.rpc_host, settings.rpc_port),
    ):
        try:
            check_can_listen(host, port)
        except AddressError as error:
            raise ConfigurationError(
                f"{source}: {kind}_host, {kind}_port: {error}; accepted: an address of this machine with a free port"
            ) from None
