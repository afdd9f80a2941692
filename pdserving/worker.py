"""The worker process: one pipeline with all its models."""

import logging
import sys

import cv2

from pdserving.models.stages import resolve_models
from pdserving.pipeline.service import OcrService
from pdserving.setup_errors import SETUP_FAILED, SetupError
from pdserving.supervision.child import Status, receive_launch


def run_worker(service_class: type[OcrService] = OcrService) -> None:
    """Serve the settings from standard input until SIGTERM, SIGINT or the supervisor's end."""
    launch = receive_launch()
    settings = launch.settings
    # The ops' threads fill the cores; OpenCV's own pool under each of them would only make them wait for one another.
    cv2.setNumThreads(1)
    # It logs an error for each request that a client got wrong; what is our fault is logged where it happens.
    logging.getLogger("paddle_serving_server").setLevel(logging.CRITICAL)
    try:
        service = service_class(settings, resolve_models(settings))
        service.prepare()
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(SETUP_FAILED)
    service.run_service(launch.socket, launch.folder, Status(launch.status_fd))


if __name__ == "__main__":
    run_worker()
