"""PaddleHub Serving's command line, configuration and service packages, without PaddleHub."""
