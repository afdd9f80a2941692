"""The gateway process."""

import socket
import sys

from pdserving.gateway.app import create_app
from pdserving.gateway.server import GatewayServer
from pdserving.security.tls import http_options
from pdserving.setup_errors import SETUP_FAILED, SetupError
from pdserving.supervision.child import Status, receive_launch


def main() -> None:
    """Serve what standard input says until SIGTERM, SIGINT or the supervisor's end."""
    launch = receive_launch()
    try:
        app = create_app(launch)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(SETUP_FAILED)
    server = GatewayServer(
        app, Status(launch.status_fd), launch.settings.drain_s, http_options(launch.settings.security)
    )
    server.run(sockets=[socket.socket(fileno=launch.http_fd)])


if __name__ == "__main__":
    main()
