"""What those ask who run the service: `/healthz`, `/readyz`, `/metrics`, and the log line of each request."""
