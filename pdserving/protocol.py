"""The pipeline protocol: Paddle Serving's messages and its gRPC service, as gateway and worker speak it."""
# ruff: noqa: I001  # the first import makes the second one possible

import pdserving.compat  # noqa: F401
from paddle_serving_server.pipeline.proto.pipeline_service_pb2 import Request, Response, Tensor
from paddle_serving_server.pipeline.proto.pipeline_service_pb2_grpc import PipelineServiceStub

__all__ = [
    "BYTES",
    "ERR_NO",
    "IMAGE",
    "METRICS",
    "REQUEST_ID",
    "RETRY_AFTER",
    "RETRY_PUSHBACK",
    "RPC_INFERENCE",
    "RPC_SERVICE",
    "SERVICE",
    "STRING",
    "UINT8",
    "WORKER_METRICS",
    "WORKER_SERVICE",
    "PipelineServiceStub",
    "Request",
    "Response",
    "Tensor",
]

RPC_SERVICE = "baidu.paddle_serving.pipeline_serving.PipelineService"

RPC_INFERENCE = f"/{RPC_SERVICE}/inference"

# Trailing metadata of a call that is refused: the error's number, when to come back, in seconds, and the same in
# milliseconds for gRPC's own retries (https://github.com/grpc/proposal/blob/master/A6-client-retries.md).
ERR_NO, RETRY_AFTER, RETRY_PUSHBACK = "err-no", "retry-after", "grpc-retry-pushback-ms"

# A service of ours on the same ports. Its method takes no bytes, and answers the worker's metrics in Prometheus's text
# format.
WORKER_SERVICE, METRICS = "pdserving.Worker", "metrics"
WORKER_METRICS = f"/{WORKER_SERVICE}/{METRICS}"

SERVICE = "ocr"  # the name in the URL /ocr/prediction and in the gRPC requests

# Names of values and tensors in a request.
IMAGE = "image"
REQUEST_ID = "request_id"  # for the worker's log

# `Tensor.elem_type` where a tensor has `uint32_data` (a number for each byte), `str_data` or `byte_data`.
UINT8, STRING, BYTES = 7, 12, 13
