"""The protobuf messages of Paddle Serving's pipeline, built at run time.

So a client needs no generated code. The messages live in a pool of their own, where they cannot collide with those of a
`paddle_serving_server` or `paddle_serving_client` in the same process.
"""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError
from pipeline_exchange import PipelineRequest, PipelineResponse

_PACKAGE = "baidu.paddle_serving.pipeline_serving"
INFERENCE_METHOD = f"/{_PACKAGE}.PipelineService/inference"

# Message: field → (number, type). The numbers are Paddle Serving 0.9's and part of the protocol.
_MESSAGES = {
    "Tensor": {
        "int64_data": (1, "repeated int64"),
        "float_data": (2, "repeated float"),
        "int_data": (3, "repeated int32"),
        "float64_data": (4, "repeated double"),
        "uint32_data": (5, "repeated uint32"),
        "bool_data": (6, "repeated bool"),
        "complex64_data": (7, "repeated float"),
        "complex128_data": (8, "repeated double"),
        "str_data": (9, "repeated string"),
        "byte_data": (10, "bytes"),
        "elem_type": (20, "int32"),
        "shape": (21, "repeated int32"),
        "lod": (22, "repeated int32"),
        "name": (23, "string"),
    },
    "Request": {
        "key": (1, "repeated string"),
        "value": (2, "repeated string"),
        "tensors": (3, "repeated Tensor"),
        "name": (4, "string"),
        "method": (5, "string"),
        "logid": (6, "int64"),
        "clientip": (7, "string"),
    },
    "Response": {
        "err_no": (1, "int32"),
        "err_msg": (2, "string"),
        "key": (3, "repeated string"),
        "value": (4, "repeated string"),
        "tensors": (5, "repeated Tensor"),
    },
}


def encode_request(request: PipelineRequest) -> bytes:
    """A request as its message's bytes."""
    encoded: bytes = _Request(key=request.keys, value=request.values).SerializeToString()
    return encoded


def decode_response(encoded: bytes) -> PipelineResponse:
    """The response in a message's bytes.

    Raises:
        ValueError: the bytes are no such message.
    """
    try:
        message = _Response.FromString(encoded)
    except DecodeError as error:
        raise ValueError(str(error)) from error
    return PipelineResponse(message.err_no, message.err_msg, tuple(message.key), tuple(message.value))


def _describe() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="pipeline_service.proto", package=_PACKAGE, syntax="proto3")
    for message_name, fields in _MESSAGES.items():
        message = file.message_type.add(name=message_name)
        for field_name, (number, declared) in fields.items():
            *repeated, type_name = declared.split()
            field = message.field.add(name=field_name, number=number)
            field.label = field.LABEL_REPEATED if repeated else field.LABEL_OPTIONAL
            if type_name in _MESSAGES:
                field.type, field.type_name = field.TYPE_MESSAGE, f".{_PACKAGE}.{type_name}"
            else:
                field.type = field.Type.Value(f"TYPE_{type_name.upper()}")
    return file


def _message_class(name: str) -> Any:
    return message_factory.GetMessageClass(_pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))


_pool = descriptor_pool.DescriptorPool()
_pool.AddSerializedFile(_describe().SerializeToString())
_Request = _message_class("Request")
_Response = _message_class("Response")
