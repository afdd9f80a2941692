"""The HTTP gateway: JSON over HTTP in, the pipeline's gRPC messages out."""
