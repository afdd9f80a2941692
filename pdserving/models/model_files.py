"""Which files of a folder are a Paddle inference model, and under which names Paddle Serving finds them."""

from dataclasses import dataclass
from pathlib import Path

from pdserving.models.program import Program
from pdserving.paddle_serving.programs import is_pir_program
from pdserving.setup_errors import ConversionError

ONNX_FILE = "inference.onnx"
"""The name of an ONNX model in a server folder."""

_PROGRAM_NAMES = ("__model__", "inference.pdmodel", "inference.json", "model.pdmodel", "model.json")
_PARAMETER_NAMES = ("__params__", "params")


@dataclass(frozen=True)
class ModelFiles:
    """The files of a model.

    Attributes:
        program: the program's file.
        params: the file of all parameters; None: each parameter is a file beside the program.
    """

    program: Path
    params: Path | None

    @property
    def parameters(self) -> Path:
        """The file of all parameters, or the folder with a file for each."""
        return self.params or self.program.parent

    def served_names(self, program: Program) -> dict[Path, str]:
        """Each file to copy, and its name in the server folder.

        Paddle Serving's LocalPredictor knows `*.pdmodel` with `*.pdiparams`, `__model__` with `__params__`, and
        `__model__` with a file for each parameter. Our engines also know `*.json` with `*.pdiparams`. A name that fits
        none of these becomes one that does.
        """
        if self.params is None:
            folder = self.program.parent
            return {self.program: "__model__", **{folder / item.name: item.name for item in program.parameters}}
        if (self.program.name, self.params.name) == ("__model__", "__params__") and program.format == "pdmodel":
            return {self.program: "__model__", self.params: "__params__"}
        program_name = (
            self.program.name if self.program.suffix == f".{program.format}" else f"inference.{program.format}"
        )
        params_name = self.params.name if self.params.suffix == ".pdiparams" else "inference.pdiparams"
        return {self.program: program_name, self.params: params_name}


def find_model_files(folder: Path, model_filename: str | None, params_filename: str | None) -> ModelFiles:
    """The model in a folder. Where no name is given, the files are looked for under the names that Paddle has used.

    Raises:
        ConversionError: there is no such file, or it is not clear which of several is meant.
    """
    if not folder.is_dir():
        raise ConversionError(f"dirname: {folder}: there is no such folder")
    if model_filename is not None:
        program = _present(folder, model_filename, "model_filename")
    else:
        program = _only(folder, _PROGRAM_NAMES, _programs(folder), "model_filename")
    if params_filename is not None:
        return ModelFiles(program, _present(folder, params_filename, "params_filename"))
    same_stem = program.with_suffix(".pdiparams")
    combined = sorted(folder.glob("*.pdiparams"))
    if same_stem.is_file():
        return ModelFiles(program, same_stem)
    if combined or any((folder / name).is_file() for name in _PARAMETER_NAMES):
        return ModelFiles(program, _only(folder, _PARAMETER_NAMES, combined, "params_filename"))
    if is_pir_program(program):
        raise ConversionError(f"{folder}: has the program {program.name} and no parameters; name them: params_filename")
    return ModelFiles(program, None)


def _programs(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.pdmodel")) + [path for path in sorted(folder.glob("*.json")) if is_pir_program(path)]


def _present(folder: Path, name: str, option: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise ConversionError(f"{option}: {path}: there is no such file; the folder has {_listing(folder)}")
    return path


def _only(folder: Path, usual: tuple[str, ...], others: list[Path], option: str) -> Path:
    for name in usual:
        if (folder / name).is_file():
            return folder / name
    if len(others) > 1:
        names = ", ".join(path.name for path in others)
        raise ConversionError(f"{folder}: has more than one candidate; name one of {names} with {option}")
    if not others:
        raise ConversionError(
            f"{folder}: has no Paddle inference model; looked for {', '.join(usual)}; the folder has {_listing(folder)}"
        )
    return others[0]


def _listing(folder: Path) -> str:
    names = sorted(path.name for path in folder.iterdir())
    return (", ".join(names[:8]) + (" and more" if len(names) > 8 else "")) or "nothing"
