"""The gateway process."""

import sys

import uvicorn

from pdserving.child import receive_settings
from pdserving.gateway.app import create_app
from pdserving.gateway.limited_http import limited_http
from pdserving.setup_errors import SETUP_FAILED, SetupError

DRAIN_S = 30  # time that requests in flight have to finish when the gateway is told to stop


def main() -> None:
    """Serve the settings from standard input until SIGTERM, SIGINT or the supervisor's end."""
    settings = receive_settings()
    try:
        app = create_app(settings)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(SETUP_FAILED)
    uvicorn.run(
        app,
        host=settings.http_host,
        port=settings.http_port,
        http=limited_http(settings.limits),
        log_config=None,  # its lines go the way of all others
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=DRAIN_S,
    )


if __name__ == "__main__":
    main()
