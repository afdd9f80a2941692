"""A Paddle inference model made into a Paddle Serving model: the same files, and a description beside them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from pdserving.models.model_files import ONNX_FILE, ModelFiles, find_model_files
from pdserving.models.onnx_model import OnnxModel, read_onnx
from pdserving.models.parameters import check_parameters
from pdserving.models.placement import copy_file, folder_in_place
from pdserving.models.probe import probe_model
from pdserving.models.program import Program, read_program
from pdserving.models.serving_conf import CLIENT_CONF, SERVER_CONF, ServingConf, serving_conf
from pdserving.setup_errors import ConversionError


def describe_model(
    dirname: Path,
    model_filename: str | None = None,
    params_filename: str | None = None,
    feed_alias_names: Sequence[str] | None = None,
    fetch_alias_names: Sequence[str] | None = None,
) -> ServingConf:
    """The conf that a conversion would write. Nothing is written; arguments and errors are those of `convert_model`."""
    files = find_model_files(dirname, model_filename, params_filename)
    return serving_conf(read_program(files.program), feed_alias_names, fetch_alias_names)


def convert_model(
    dirname: Path,
    model_filename: str | None,
    params_filename: str | None,
    serving_server: Path,
    serving_client: Path,
    feed_alias_names: Sequence[str] | None = None,
    fetch_alias_names: Sequence[str] | None = None,
) -> ServingConf:
    """Write the server folder (model files byte for byte, and conf) and the client folder (conf) of a model.

    Each folder appears whole or not at all, and takes the place of an earlier conversion.

    Args:
        dirname: the folder of the model.
        model_filename: its program; None: looked for under the names that Paddle uses.
        params_filename: its parameters; None: likewise.
        serving_server: the server folder.
        serving_client: the client folder.
        feed_alias_names: the names that requests use for the inputs; None: the model's own.
        fetch_alias_names: the names that requests use for the outputs; None: the model's own.

    Raises:
        ConversionError: Paddle Inference cannot read or load the model, the number of aliases is wrong, or a folder
            that is in the way holds anything but a converted model.
    """
    files = find_model_files(dirname, model_filename, params_filename)
    program = read_program(files.program)
    conf = serving_conf(program, feed_alias_names, fetch_alias_names)
    check_parameters(program, files.parameters)
    names = files.served_names(program)

    def check(server: Path) -> None:
        # What is probed is the copy: so the folder is known to load, whatever happened on the way.
        copies = ModelFiles(server / names[files.program], server / names[files.params] if files.params else None)
        _check_loads(copies, program, files.program)

    _write_folders(serving_server, serving_client, conf, names, check)
    return conf


def convert_onnx(path: Path, serving_server: Path, serving_client: Path) -> OnnxModel:
    """Write the server and client folders of an ONNX model, as `convert_model` does.

    The model's file is `inference.onnx` in the server folder.
    """
    model = read_onnx(path)
    conf = serving_conf(model.program, None, None)
    _write_folders(serving_server, serving_client, conf, {path: ONNX_FILE}, lambda server: None)
    return model


def _write_folders(
    serving_server: Path,
    serving_client: Path,
    conf: ServingConf,
    names: Mapping[Path, str],
    check: Callable[[Path], None],
) -> None:
    """Write conf and model files, each under its name; `check` is given the server folder before it is put in place."""
    _check_outputs(serving_server, serving_client)
    try:
        with ExitStack() as stack:
            client = stack.enter_context(folder_in_place(serving_client))
            server = stack.enter_context(folder_in_place(serving_server))
            conf.write(client / CLIENT_CONF)
            conf.write(server / SERVER_CONF)
            for source, name in names.items():
                copy_file(source, server / name)
            check(server)
    except OSError as error:
        raise ConversionError(f"{serving_server}: could not be written: {error.strerror or error}") from error


def _check_loads(files: ModelFiles, program: Program, label: Path) -> None:
    names = probe_model(files.program, files.params, label)
    inputs, outputs = (tuple(item.name for item in group) for group in (program.inputs, program.outputs))
    if set(names.inputs) != set(inputs) or names.outputs != outputs:
        raise ConversionError(
            f"{label}: Paddle Inference names its inputs {', '.join(names.inputs)} and its outputs "
            f"{', '.join(names.outputs)}; the program says {', '.join(inputs)} and {', '.join(outputs)}"
        )


def _check_outputs(serving_server: Path, serving_client: Path) -> None:
    server, client = serving_server.resolve(), serving_client.resolve()
    if server == client or server in client.parents or client in server.parents:
        raise ConversionError(
            f"serving_server {server} and serving_client {client} must be two folders, neither inside the other"
        )
    for folder, conf in ((server, SERVER_CONF), (client, CLIENT_CONF)):
        if not folder.exists():
            continue
        if not folder.is_dir():
            raise ConversionError(f"{folder}: is in the way, and is no folder; remove it or name another place")
        content = list(folder.iterdir())
        if content and not ((folder / conf).is_file() and all(path.is_file() for path in content)):
            raise ConversionError(
                f"{folder}: holds something else than a converted model (there is no {conf}, or there are folders); "
                "empty it or name another place"
            )
