"""What goes in and out of `POST /<service>/prediction`, as Paddle Serving's own gateway has it."""

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


OPTIONS = {
    "det.enabled": "`true`, `false`: the picture is one line",
    "det.limit_side_len": "pixels, 32 to `op.det.max_side_len`",
    "det.limit_type": "`max`: shrink until the longest side has that length; `min`: grow until the shortest has",
    "det.thresh": "0 to 1: probability above which a pixel is text",
    "det.box_thresh": "0 to 1: box score below which a line is dropped",
    "det.unclip_ratio": "0.1 to 10: how far a line's quad grows around its shrunken text",
    "det.use_dilation": "`true`, `false`",
    "det.score_mode": "`fast`, `slow`",
    "cls.enabled": "`true`, `false`",
    "cls.thresh": "0 to 1: probability from which a line is turned",
    "rec.enabled": "`true`, `false`: only where lines are",
    "rec.drop_score": "0 to 1: confidence below which a line is left out",
}
"""Accepted values of each option, by its key."""

REQUEST_EXAMPLES = {
    "a picture": {"value": {"key": ["image"], "value": [PICTURE]}},
    "with options": {
        "value": {"key": ["image", "rec.drop_score", "cls.enabled"], "value": [PICTURE, "0.3", "false"]},
    },
}
VALUE_EXAMPLE = json.dumps([[[TEXT, CONFIDENCE], QUAD]])
