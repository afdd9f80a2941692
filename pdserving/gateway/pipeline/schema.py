"""What goes in and out of `POST /<service>/prediction`."""

import json

from pydantic import ConfigDict, Field

from pdserving.gateway.openapi import CONFIDENCE, PICTURE, QUAD, TEXT
from pdserving.strict_yaml import Strict

_MAX_ENTRIES = 64  # keys, and values


class PipelineBody(Strict):
    """The fields of a pipeline `Request` as JSON. Tensors, which JSON can only spell out, go over gRPC."""

    model_config = ConfigDict(strict=True)

    key: list[str] = Field(max_length=_MAX_ENTRIES, description="`image`, and the names of options")
    value: list[str] = Field(max_length=_MAX_ENTRIES, description="for each key: base64, or the option's value as text")
    tensors: list[str] = Field(default=[], max_length=0, description="none: they go over gRPC")
    name: str = Field(default="", description="taken from the path")
    method: str = Field(default="", description="not used")
    logid: int = Field(default=0, ge=-(2**63), lt=2**63, description="the request's number in the worker's log")
    clientip: str = Field(default="", description="not used")


class PipelineAnswer(Strict):
    """The fields of a pipeline `Response`."""

    err_no: int = Field(description="0, or the number of an error")
    err_msg: str
    key: list[str] = Field(description="`result`; none where there is an error")
    value: list[str] = Field(
        description="JSON: `[[text, score], [[x, y] × 4]]` for each line in reading order, in pixels"
    )
    tensors: list[str] = Field(description="none")


REQUEST_EXAMPLES = {
    "a picture": {"value": {"key": ["image"], "value": [PICTURE]}},
    "with options": {
        "value": {"key": ["image", "rec.drop_score", "cls.enabled"], "value": [PICTURE, "0.3", "false"]},
    },
}
VALUE_EXAMPLE = json.dumps([[[TEXT, CONFIDENCE], QUAD]])
