"""The pipeline protocol: Paddle Serving's messages and its gRPC service, as gateway and worker speak it."""
# ruff: noqa: I001  # the first import makes the second one possible

import pdserving.compat  # noqa: F401
from paddle_serving_server.pipeline.proto.pipeline_service_pb2 import Request, Response, Tensor
from paddle_serving_server.pipeline.proto.pipeline_service_pb2_grpc import PipelineServiceStub

__all__ = ["RPC_SERVICE", "SERVICE", "PipelineServiceStub", "Request", "Response", "Tensor"]

RPC_SERVICE = "baidu.paddle_serving.pipeline_serving.PipelineService"

SERVICE = "ocr"  # the name in the URL /ocr/prediction and in the gRPC requests
