"""The pipeline protocol: Paddle Serving's messages and its gRPC service, as gateway and worker speak it."""
# ruff: noqa: I001  # the first import makes the second one possible

import pdserving.compat  # noqa: F401
from paddle_serving_server.pipeline.proto.pipeline_service_pb2 import Request, Response, Tensor
from paddle_serving_server.pipeline.proto.pipeline_service_pb2_grpc import PipelineServiceStub

__all__ = [
    "METRICS",
    "RPC_SERVICE",
    "SERVICE",
    "WORKER_METRICS",
    "WORKER_SERVICE",
    "PipelineServiceStub",
    "Request",
    "Response",
    "Tensor",
]

RPC_SERVICE = "baidu.paddle_serving.pipeline_serving.PipelineService"

# A service of ours on the same port: bytes in, none, and bytes out, the worker's metrics in Prometheus's text format.
WORKER_SERVICE, METRICS = "pdserving.Worker", "metrics"
WORKER_METRICS = f"/{WORKER_SERVICE}/{METRICS}"

SERVICE = "ocr"  # the name in the URL /ocr/prediction and in the gRPC requests
