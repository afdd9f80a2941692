"""Whether Paddle Inference can load a model, tried in a process of its own.

A damaged program can bring Paddle down with a segmentation fault, and Paddle prints what it likes: neither may reach
the command that asks. The child prints one line of JSON: the names of the inputs and outputs, or what was wrong.
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from pdserving.engine_messages import engine_reason
from pdserving.setup_errors import ConversionError

_TIMEOUT_S = 300.0
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Names:
    """The inputs and outputs of a loaded model, in the order that Paddle Inference gives them."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def probe_model(program: Path, params: Path | None, label: Path) -> Names:
    """Load a model, and return the names of its inputs and outputs.

    Args:
        program: the program's file.
        params: the file of all parameters; None: `__model__` lies in a folder with a file for each parameter.
        label: what the message of an error begins with.

    Raises:
        ConversionError: Paddle cannot load it.
    """
    path = os.pathsep.join(part for part in (str(_ROOT), os.environ.get("PYTHONPATH")) if part)
    # GLOG: Paddle's C++ logs from ERROR up.
    environment = {**os.environ, "PYTHONPATH": path, "GLOG_minloglevel": "2"}
    command = [sys.executable, "-W", "ignore", "-m", __name__, str(program.absolute())]
    command += [str(params.absolute())] if params is not None else []
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, errors="replace", timeout=_TIMEOUT_S, env=environment, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ConversionError(f"{label}: Paddle did not load it within {_TIMEOUT_S:.0f} s") from error
    try:
        answer = json.loads((done.stdout.strip().splitlines() or [""])[-1])
        if "error" in answer:
            raise ConversionError(f"{label}: Paddle cannot load it: {answer['error']}")
        return Names(tuple(answer["inputs"]), tuple(answer["outputs"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ConversionError(
            f"{label}: Paddle cannot load it: it stopped with {_status(done.returncode)}; "
            "the program or its parameters are damaged"
        ) from error


def _status(returncode: int) -> str:
    if returncode < 0:
        return signal.Signals(-returncode).name
    return f"status {returncode}"


def _load(program: str, params: str | None) -> dict[str, object]:
    try:
        from paddle import inference

        config = inference.Config(program, params) if params else inference.Config(str(Path(program).parent))
        config.disable_glog_info()
        config.disable_gpu()
        # What is asked is whether it loads: rewriting the graph for speed would only take time.
        config.switch_ir_optim(False)
        predictor = inference.create_predictor(config)
    except Exception as error:
        return {"error": engine_reason(error)}
    return {"inputs": predictor.get_input_names(), "outputs": predictor.get_output_names()}


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(_load(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)) + "\n")
    sys.stdout.flush()
    # Paddle's own shutdown has nothing left to do that matters here.
    os._exit(0)
