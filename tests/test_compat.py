import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT


def _generated_modules() -> list[str]:
    """Every *_pb2 module of the three packages, found without importing them."""
    names = []
    for package in ("paddle_serving_server", "paddle_serving_client", "paddle_serving_app"):
        spec = importlib.util.find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        folder = Path(spec.origin).parent
        for path in sorted(folder.rglob("*_pb2.py")):
            names.append(".".join((package, *path.relative_to(folder).with_suffix("").parts)))
    return names


def _python(code: str, folder: Path, **environment: str) -> str:
    """Run code in a fresh interpreter in a folder; what it printed. Anything on its error output is a failure."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("PROTOCOL_BUFFERS")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT), **environment},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_importing_it_is_cheap_and_silent(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
import pdserving.compat
heavy = ("paddle", "google.protobuf", "numpy", "grpc", "paddle_serving_server")
print([name for name in heavy if name in sys.modules])
"""
    assert _python(code, tmp_path) == "[]\n"


def test_importing_the_pipeline_after_it_writes_nothing_and_leaves_logging_and_signals_alone(tmp_path: Path) -> None:
    code = """
import logging, signal, sys
import pdserving.compat
interrupt = signal.getsignal(signal.SIGINT)
before = (logging.getLogger().level, list(logging.getLogger().handlers))
import paddle_serving_server.pipeline
import paddle_serving_app.local_predict
assert (logging.getLogger().level, list(logging.getLogger().handlers)) == before
for name in ("LocalPredictor", "paddle_serving_server.pipeline.operator"):
    assert logging.getLogger(name).getEffectiveLevel() == logging.WARNING, name
assert "pytest" not in sys.modules
assert signal.getsignal(signal.SIGINT) is interrupt
"""
    assert _python(code, tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("implementation", ["upb", "python"])
def test_all_generated_modules_import_with_any_parser(tmp_path: Path, implementation: str) -> None:
    code = f"""
import importlib
import pdserving.compat
for name in {_generated_modules()!r}:
    module = importlib.import_module(name)
    assert module.DESCRIPTOR.message_types_by_name, name
    for message in module.DESCRIPTOR.message_types_by_name:
        cls = getattr(module, message)
        assert cls.__module__ == name, cls
        assert cls.FromString(cls().SerializePartialToString()) == cls(), cls
from google.protobuf.internal import api_implementation
print(api_implementation.Type())
"""
    printed = _python(code, tmp_path, PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=implementation)
    assert printed == f"{implementation}\n"


def test_requests_and_responses_come_back_as_they_were_sent_through_the_fast_parser(tmp_path: Path) -> None:
    code = """
import pickle
import pdserving.compat
from google.protobuf import text_format
from google.protobuf.internal import api_implementation
from paddle_serving_server.pipeline.proto import pipeline_service_pb2 as server
from paddle_serving_client.pipeline.proto import pipeline_service_pb2 as client

assert api_implementation.Type() == "upb"
request = client.Request(name="ocr", method="prediction", key=["image"], value=["QUJD"], logid=7)
tensor = request.tensors.add(name="x", elem_type=1, shape=[1, 2], float_data=[0.5, 1.5])
received = server.Request.FromString(request.SerializeToString())
assert (received.name, list(received.key), list(received.value)) == ("ocr", ["image"], ["QUJD"])
assert list(received.tensors[0].float_data) == [0.5, 1.5]
assert pickle.loads(pickle.dumps(received)) == received
response = server.Response(err_no=3, err_msg="détail", key=["k"], value=["v"])
answer = client.Response.FromString(response.SerializeToString())
assert (answer.err_no, answer.err_msg) == (3, "détail")

from paddle_serving_app.proto.general_model_config_pb2 import GeneralModelConfig
text = 'feed_var { name: "x" alias_name: "y" is_lod_tensor: false feed_type: 1 shape: 3 shape: 48 }'
conf = text_format.Merge(text, GeneralModelConfig())
assert list(conf.feed_var[0].shape) == [3, 48]

from paddle_serving_server.proto.server_configure_pb2 import EngineDesc
engine = EngineDesc(sparse_param_service_type=EngineDesc.REMOTE)
engine.min_input_shape["x"] = "1 3 48 48"
assert EngineDesc.FromString(engine.SerializePartialToString()) == engine
"""
    assert _python(code, tmp_path) == ""


def test_a_bare_import_of_messages_gives_the_classes_of_the_package(tmp_path: Path) -> None:
    code = """
import pdserving.compat
import paddle_serving_client.httpclient
import general_model_service_pb2
from paddle_serving_client.proto import general_model_service_pb2 as qualified
assert general_model_service_pb2 is qualified
"""
    assert _python(code, tmp_path) == ""


def test_installing_it_again_or_from_many_threads_changes_nothing(tmp_path: Path) -> None:
    code = """
import sys, threading
import pdserving.compat as compat
ours = lambda: [finder for finder in sys.meta_path if type(finder).__module__.startswith("pdserving.")]
finders = ours()
threads = [threading.Thread(target=compat.install) for _ in range(8)]
threads += [
    threading.Thread(target=__import__, args=("paddle_serving_server.pipeline.proto.pipeline_service_pb2",))
    for _ in range(4)
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert ours() == finders
"""
    assert _python(code, tmp_path) == ""


def test_local_predictor_finds_a_paddle_3_program_only_where_there_is_no_older_one(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "inference.json").write_text('{"base_code": {"magic": "pir"}, "program": {}}')
    (model / "labels.json").write_text('["not a program"]')
    code = """
import os
import pdserving.compat
from paddle_serving_app.local_predict import LocalPredictor
predictor = LocalPredictor()
found = lambda suffix: [os.path.basename(path) for path in predictor.search_suffix_files("model", suffix)]
assert found("*.pdmodel") == ["inference.json"]
assert found("*.pdiparams") == []
open("model/inference.pdmodel", "w").close()
assert found("*.pdmodel") == ["inference.pdmodel"]
assert predictor.search_suffix_files(None, "*.pdmodel") is None
"""
    assert _python(code, tmp_path) == ""


def test_a_module_without_a_descriptor_is_an_import_error_that_names_the_file(tmp_path: Path) -> None:
    package = tmp_path / "paddle_serving_app"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "broken_pb2.py").write_text("DESCRIPTOR = None\n")
    code = """
import sys
from pathlib import Path
import pdserving.compat
sys.path.insert(0, ".")
try:
    import paddle_serving_app.broken_pb2
except ImportError as error:
    print(error)
"""
    assert "broken_pb2.py: no literal argument serialized_pb" in _python(code, tmp_path)
