"""The gateway process: `python -m pdserving.gateway`, started by the supervisor."""

import socket
import sys

from pdserving.gateway.app import create_app
from pdserving.gateway.connection import limited_http
from pdserving.gateway.server import GatewayServer
from pdserving.security.tls import http_options
from pdserving.setup_errors import SETUP_FAILED, SetupError
from pdserving.supervision.child import Status, receive_launch


def main() -> None:
    """Serve as standard input says, until SIGTERM, SIGINT or the supervisor's end."""
    launch = receive_launch()
    try:
        app = create_app(launch)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(SETUP_FAILED)
    settings = launch.settings
    http, tls = limited_http(settings.limits), http_options(settings.security)
    server = GatewayServer(app, http, Status(launch.status_fd), settings.drain_s, tls)
    server.run(sockets=[socket.socket(fileno=launch.http_fd)])


if __name__ == "__main__":
    main()
