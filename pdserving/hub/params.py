"""Hub's params: `params.yml` of a service package, and `predict_args` of a `config.json`."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from pdserving.config.fields import FilePath, Section
from pdserving.config.ops import LARGEST_BATCH, SMALLEST_BATCH
from pdserving.config.protocol_options import with_options
from pdserving.config.request_options import option_text
from pdserving.config.schema import HUB_STAGES, HubKind
from pdserving.setup_errors import HubError
from pdserving.strict_yaml import explain, read_mapping

PARAMS_FILE = "params.yml"
_MODEL_DIR = "the folder of a Paddle inference model, or a serving_server folder"


def _read_image_shape(value: Any) -> Any:
    """Channels, height and width as numbers, from text such as `3, 48, 320`, as hub writes it."""
    if isinstance(value, str) and re.fullmatch(r"\s*\d+\s*(,\s*\d+\s*){2}", value, re.ASCII):
        return tuple(map(int, value.split(",")))
    if isinstance(value, tuple):
        return value
    raise ValueError(f'{value!r} is not accepted; accepted: channels, height and width, such as "3, 48, 320"')


ImageShape = Annotated[
    tuple[Literal[3], Annotated[int, Field(ge=16, le=256)], Annotated[int, Field(ge=16, le=4096)]],
    BeforeValidator(_read_image_shape),
]


OPTIONS: Mapping[str, str] = {
    "det_limit_side_len": "det.limit_side_len",
    "det_limit_type": "det.limit_type",
    "det_db_thresh": "det.thresh",
    "det_db_box_thresh": "det.box_thresh",
    "det_db_unclip_ratio": "det.unclip_ratio",
    "use_dilation": "det.use_dilation",
    "det_db_score_mode": "det.score_mode",
    "use_angle_cls": "cls.enabled",
    "cls_thresh": "cls.thresh",
    "drop_score": "rec.drop_score",
}
"""The pipeline's option for each param that a request may get."""


@with_options(OPTIONS)
class RequestParams(Section):
    """The params that the requests of a service get. None: as the configuration says."""


class Params(RequestParams):
    """All of `params.yml`: the params of requests, and those that a server has once."""

    det_model_dir: FilePath | None = Field(default=None, examples=["inference/det"], description=_MODEL_DIR)
    cls_model_dir: FilePath | None = Field(default=None, examples=["inference/cls"], description=_MODEL_DIR)
    rec_model_dir: FilePath | None = Field(default=None, examples=["inference/rec"], description=_MODEL_DIR)
    rec_char_dict_path: FilePath | None = Field(
        default=None,
        examples=["keys.txt"],
        description="the recogniser's characters: UTF-8, one a line, without the CTC blank and the space",
    )
    use_space_char: bool | None = Field(default=None, description="whether the space follows them as the last class")
    rec_image_shape: ImageShape | None = Field(
        default=None,
        examples=['"3, 48, 320"'],
        description="channels, height and width. The height, 16 to 256 pixels, is that of the recogniser's input; "
        "lines keep their own widths, and this one counts for `rec_batch_num`",
    )
    rec_batch_num: int | None = Field(
        default=None,
        ge=1,
        description="lines of that shape whose pixels a batch has at most: "
        f"{SMALLEST_BATCH:,} to {LARGEST_BATCH:,} pixels in all",
    )

    @model_validator(mode="after")
    def _batch_within_bounds(self) -> Self:
        if self.rec_batch_num is not None and not SMALLEST_BATCH <= self.batch_pixels <= LARGEST_BATCH:
            _, height, width = self.rec_image_shape or _DEFAULT_SHAPE
            raise ValueError(
                f"rec_batch_num: {self.rec_batch_num} lines of {height} × {width} pixels are {self.batch_pixels}; "
                f"accepted: {SMALLEST_BATCH} to {LARGEST_BATCH} pixels in all"
            )
        return self

    @property
    def batch_pixels(self) -> int:
        """The pixels of a recogniser's batch."""
        _, height, width = self.rec_image_shape or _DEFAULT_SHAPE
        return (self.rec_batch_num or 1) * height * width


_DEFAULT_SHAPE = (3, 48, 320)  # hub's

_WORKER_PARAMS: Mapping[str, tuple[str, ...]] = {
    "det": ("det_model_dir",),
    "cls": ("cls_model_dir",),
    "rec": ("rec_model_dir", "rec_char_dict_path", "use_space_char", "rec_image_shape", "rec_batch_num"),
}


def read_params(path: Path) -> Params:
    """Read a `params.yml`. A relative path in it starts from its folder.

    Raises:
        HubError: the file cannot be read, or a key or value is not accepted.
    """
    try:
        params = Params.model_validate(read_mapping(path))
    except ValidationError as error:
        raise HubError("\n".join(f"{path}: {explain(detail)}" for detail in error.errors(include_url=False))) from None
    except ValueError as error:
        raise HubError(str(error)) from None
    found = {name: path.parent / place for name, place in params if isinstance(place, Path)}
    return params.model_copy(update=found)


def request_options(kind: HubKind, params: RequestParams) -> dict[str, str]:
    """The pipeline's options that every request to a service of this kind gets, as text.

    Options of stages that the kind does not run are left out.
    """
    options = dict(HUB_STAGES[kind])
    for name, option in OPTIONS.items():
        value = getattr(params, name)
        fixed = option.endswith(".enabled") and option in options
        if value is not None and not fixed and options.get(f"{option.partition('.')[0]}.enabled") != "false":
            options[option] = option_text(value)
    return options


def worker_params(options: Mapping[str, str], params: Params) -> dict[str, Any]:
    """The server's params of the stages that a service with these options runs; None for each that is not given."""
    stages = [stage for stage in _WORKER_PARAMS if options.get(f"{stage}.enabled") != "false"]
    return {name: getattr(params, name) for stage in stages for name in _WORKER_PARAMS[stage]}


def setting_of(name: str, params: Params) -> tuple[str, Any]:
    """The configuration's key and value for one of `worker_params` that is given."""
    if name.endswith("_model_dir"):
        return f"op.{name.removesuffix('_model_dir')}.local_service_conf.model_config", getattr(params, name)
    if name == "rec_image_shape" and params.rec_image_shape is not None:
        return "op.rec.input_height", params.rec_image_shape[1]
    if name == "rec_batch_num":
        return "op.rec.batch_pixels", params.batch_pixels
    key = "character_list" if name == "rec_char_dict_path" else name
    return f"op.rec.{key}", getattr(params, name)
