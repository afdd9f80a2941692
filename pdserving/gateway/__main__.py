"""The gateway process."""

import uvicorn

from pdserving.child import receive_settings
from pdserving.gateway.app import create_app

DRAIN_S = 30  # time that requests in flight have to finish when the gateway is told to stop


def main() -> None:
    """Serve the settings from standard input until SIGTERM, SIGINT or the supervisor's end."""
    settings = receive_settings()
    uvicorn.run(
        create_app(settings),
        host=settings.http_host,
        port=settings.http_port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=DRAIN_S,
    )


if __name__ == "__main__":
    main()
