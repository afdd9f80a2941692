"""`config.json`, as PaddleHub Serving writes it: which modules to serve, and how."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from pdserving.config.fields import Section
from pdserving.config.schema import MAX_WORKERS, HubKind, HubName, Port
from pdserving.hub.params import RequestParams
from pdserving.setup_errors import HubError
from pdserving.strict_yaml import explain

CONFIG_FILE = "config.json"
DEFAULT_PORT = 8866


class InitArgs(Section):
    """The section `init_args`: the version that is asked for, any if None, and whether the module runs on a GPU."""

    version: str | None = None
    use_gpu: bool = False


class ModuleInfo(Section):
    """A module in `modules_info`. `kind` is ours, not hub's: it is for service packages of one's own."""

    init_args: InitArgs = InitArgs()
    predict_args: RequestParams = RequestParams()
    kind: HubKind | None = None


class HubConfig(Section):
    """The whole file."""

    modules_info: dict[HubName, ModuleInfo] = Field(min_length=1)
    port: Port = DEFAULT_PORT
    use_multiprocess: bool = False
    workers: Annotated[int, Field(ge=1, le=MAX_WORKERS)] | None = None


def read_config(path: Path) -> HubConfig:
    """Read a `config.json`.

    Raises:
        HubError: the file cannot be read, is not JSON, or a key or value is not accepted.
    """
    try:
        return HubConfig.model_validate_json(path.read_bytes())
    except OSError as error:
        raise HubError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValidationError as error:
        raise HubError("\n".join(f"{path}: {explain(detail)}" for detail in error.errors(include_url=False))) from None
