import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from google.protobuf import text_format

from pdserving import compat
from pdserving.models.convert import convert_model, describe_model
from pdserving.models.convert_command import add_convert_parser
from pdserving.setup_errors import ConversionError
from tests.support.paths import ROOT

# LocalPredictor leaves the conf it has read to the garbage collector.
pytestmark = [pytest.mark.service, pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")]

RANDOM = np.random.default_rng(7)


@pytest.fixture
def detector(models_dir: Path, tmp_path: Path) -> Path:
    """A folder with the program and the parameters of the detector, and nothing else."""
    folder = tmp_path / "detector"
    folder.mkdir()
    for name in ("inference.pdmodel", "inference.pdiparams"):
        shutil.copyfile(models_dir / "ppocrv4_det" / "server" / name, folder / name)
    return folder


def _convert(source: Path, target: Path, **names: Any) -> tuple[Path, Path]:
    server, client = target / "serving_server", target / "serving_client"
    options = {"model_filename": None, "params_filename": None, **names}
    convert_model(source, serving_server=server, serving_client=client, **options)
    return server, client


def _served(server: Path, feed: dict[str, Any], fetch: list[str] | None = None) -> dict[str, Any]:
    """What Paddle Serving's own predictor makes of a converted model."""
    compat.install()
    from paddle_serving_app.local_predict import LocalPredictor

    predictor = LocalPredictor()
    predictor.load_model_config(str(server))
    result: dict[str, Any] = predictor.predict(feed=dict(feed), fetch=fetch or predictor.fetch_names_, batch=True)
    return result


def _original(program: Path, params: Path, feed: dict[str, Any]) -> list[Any]:
    """What Paddle Inference makes of the files that were converted."""
    from paddle import inference

    config = inference.Config(str(program), str(params))
    config.disable_glog_info()
    predictor = inference.create_predictor(config)
    for name, value in feed.items():
        predictor.get_input_handle(name).copy_from_cpu(value)
    predictor.run()
    return [predictor.get_output_handle(name).copy_to_cpu() for name in predictor.get_output_names()]


def _nothing_but(folder: Path, *names: str) -> bool:
    return sorted(path.name for path in folder.iterdir()) == sorted(names)


@pytest.mark.parametrize(
    ("name", "shape"), [("ppocrv4_det", (1, 3, 96, 160)), ("ppocr_mobile_v2_cls", (2, 3, 48, 192))]
)
def test_a_converted_model_gives_what_the_original_files_give(
    models_dir: Path, name: str, shape: tuple[int, ...]
) -> None:
    server = models_dir / name / "server"
    feed = {"x": RANDOM.standard_normal(shape, dtype=np.float32)}
    (expected,) = _original(server / "inference.pdmodel", server / "inference.pdiparams", feed)
    (served,) = _served(server, feed).values()
    assert served.shape == expected.shape
    np.testing.assert_allclose(served, expected, rtol=1e-3, atol=1e-4)


def test_a_paddle_3_program_keeps_the_order_of_its_outputs_under_their_aliases(
    json_model: Path, tmp_path: Path
) -> None:
    # Sorted by alias the second would come first.
    server, _ = _convert(json_model, tmp_path, fetch_alias_names=["scores", "classes"])
    feed = {
        "left": RANDOM.standard_normal((5, 4), dtype=np.float32),
        "right": 100 * RANDOM.standard_normal(5, dtype=np.float32),
    }
    scores, classes = _original(json_model / "inference.json", json_model / "inference.pdiparams", feed)
    served = _served(server, feed, ["scores", "classes"])
    np.testing.assert_allclose(served["scores"], scores, rtol=1e-5)
    np.testing.assert_array_equal(served["classes"], classes)
    assert classes.dtype == np.int64


def test_the_files_are_copied_byte_for_byte_and_described(detector: Path, tmp_path: Path) -> None:
    server, client = _convert(detector, tmp_path / "out")
    for name in ("inference.pdmodel", "inference.pdiparams"):
        assert (server / name).read_bytes() == (detector / name).read_bytes()
    compat.install()
    from paddle_serving_server.proto.general_model_config_pb2 import GeneralModelConfig

    conf = text_format.Parse((server / "serving_server_conf.prototxt").read_text(), GeneralModelConfig())
    stream = (client / "serving_client_conf.stream.prototxt").read_bytes()
    assert GeneralModelConfig.FromString(stream) == conf
    feed, fetch = conf.feed_var[0], conf.fetch_var[0]
    # Sizes that vary are left out: of (any, 3, any, any) the 3 remains.
    assert (feed.name, feed.alias_name, feed.feed_type, list(feed.shape)) == ("x", "x", 1, [3])
    assert (fetch.name, fetch.fetch_type, list(fetch.shape)) == ("sigmoid_0.tmp_0", 1, [1])
    assert _nothing_but(tmp_path / "out", "serving_server", "serving_client")


def test_old_names_are_found_and_kept(detector: Path, tmp_path: Path) -> None:
    (detector / "inference.pdmodel").rename(detector / "__model__")
    (detector / "inference.pdiparams").rename(detector / "__params__")
    server, _ = _convert(detector, tmp_path)
    assert {"__model__", "__params__"} < {path.name for path in server.iterdir()}
    assert _served(server, {"x": np.zeros((1, 3, 64, 64), np.float32)})


def test_names_that_paddle_serving_would_not_find_are_replaced(json_model: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    shutil.copyfile(json_model / "inference.json", source / "net")
    shutil.copyfile(json_model / "inference.pdiparams", source / "weights")
    server, _ = _convert(source, tmp_path, model_filename="net", params_filename="weights")
    assert {"inference.json", "inference.pdiparams"} < {path.name for path in server.iterdir()}


def test_a_second_conversion_takes_the_place_of_the_first(detector: Path, json_model: Path, tmp_path: Path) -> None:
    _convert(detector, tmp_path)
    server, _ = _convert(json_model, tmp_path)
    assert not (server / "inference.pdmodel").exists()
    assert (server / "inference.json").exists()


def test_a_folder_with_other_things_in_it_is_left_alone(detector: Path, tmp_path: Path) -> None:
    (tmp_path / "serving_server").mkdir()
    (tmp_path / "serving_server" / "thesis.txt").write_text("years of work")
    with pytest.raises(ConversionError, match="serving_server: holds something else than a converted model"):
        _convert(detector, tmp_path)
    assert (tmp_path / "serving_server" / "thesis.txt").exists()
    assert not (tmp_path / "serving_client").exists()


@pytest.mark.parametrize("aliases", [["one", "two"], [""], []])
def test_a_wrong_number_of_aliases_is_an_error_with_the_names_they_stand_for(
    detector: Path, tmp_path: Path, aliases: list[str]
) -> None:
    with pytest.raises(ConversionError, match=r"fetch_alias_names: .* accepted: 1 different names .* sigmoid_0"):
        _convert(detector, tmp_path, fetch_alias_names=aliases)


def test_a_folder_without_a_model_is_an_error_that_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match=r"has no Paddle inference model; looked for __model__"):
        _convert(tmp_path, tmp_path)
    with pytest.raises(ConversionError, match=r"nowhere: there is no such folder"):
        _convert(tmp_path / "nowhere", tmp_path)
    with pytest.raises(ConversionError, match=r"model_filename: .*x\.pdmodel: there is no such file"):
        _convert(tmp_path, tmp_path, model_filename="x.pdmodel")


def _truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda folder: _truncate(folder / "inference.pdiparams"), "is damaged.*it ends within a tensor"),
        (lambda folder: (folder / "inference.pdiparams").write_bytes(b""), "has 0 tensors and the program needs 234"),
        (lambda folder: (folder / "inference.pdiparams").write_bytes(RANDOM.bytes(9999)), "is damaged"),
        (lambda folder: _truncate(folder / "inference.pdmodel"), "is not a Paddle program, or is damaged"),
        (lambda folder: (folder / "inference.pdmodel").write_bytes(RANDOM.bytes(9999)), "is not a Paddle program"),
        (lambda folder: (folder / "inference.pdmodel").write_bytes(b""), "is not a Paddle program"),
        (lambda folder: (folder / "inference.pdiparams").unlink(), "cannot be read"),
    ],
)
def test_a_damaged_model_is_an_error_and_leaves_no_folder(
    detector: Path, tmp_path: Path, spoil: Any, expected: str
) -> None:
    spoil(detector)
    with pytest.raises(ConversionError, match=expected) as raised:
        _convert(detector, tmp_path)
    assert "\n" not in str(raised.value)
    assert _nothing_but(tmp_path, "detector")


def test_the_parameters_of_another_model_are_told_apart(detector: Path, models_dir: Path, tmp_path: Path) -> None:
    # Of as many tensors: Paddle itself loads these without a word.
    shutil.copyfile(models_dir / "ppocrv4_rec" / "server" / "inference.pdiparams", detector / "inference.pdiparams")
    with pytest.raises(ConversionError, match="it belongs to another model"):
        _convert(detector, tmp_path)


def test_what_brings_paddle_down_is_an_error_in_one_line(json_model: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(json_model, source)
    program = source / "inference.json"
    program.write_text(program.read_text().replace("matmul", "no_such_operator"))
    with pytest.raises(ConversionError, match=r"inference\.json: Paddle cannot load it") as raised:
        _convert(source, tmp_path)
    assert "\n" not in str(raised.value)
    assert _nothing_but(tmp_path, "source")


_CONVERT_WITH_SMALL_FILES_ONLY = """
import resource, sys
from pathlib import Path
from pdserving.models.convert import convert_model
from pdserving.setup_errors import ConversionError

resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    convert_model(Path(sys.argv[1]), None, None, Path(sys.argv[2]) / "server", Path(sys.argv[2]) / "client")
except ConversionError as error:
    print(error)
"""


def test_a_disk_that_takes_no_more_leaves_no_half_made_folder(detector: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CONVERT_WITH_SMALL_FILES_ONLY, str(detector), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert "could not be written: File too large" in done.stdout, done.stderr
    assert _nothing_but(tmp_path, "detector")


def _run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_convert_parser(parser.add_subparsers())
    args = parser.parse_args(["convert", *arguments])
    status: int = args.run(args)
    return status


@pytest.mark.parametrize("flag", [["--show_proto"], ["--show_proto", "True"], ["--show_proto=true"]])
def test_show_proto_prints_the_description_and_writes_nothing(
    detector: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, flag: list[str]
) -> None:
    monkeypatch.chdir(detector)
    assert _run("--dirname", ".", *flag) == 0
    assert 'name: "sigmoid_0.tmp_0"' in capsys.readouterr().out
    assert _nothing_but(detector, "inference.pdmodel", "inference.pdiparams")


def test_the_command_writes_to_the_default_folders_and_says_so(
    json_model: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _run("--dirname", str(json_model), "--show_proto", "False", "--fetch_alias_names", "a,b") == 0
    out, err = capfd.readouterr()
    assert (out, err) == ("wrote serving_server and serving_client\n", "")
    assert describe_model(json_model).fetches[0].alias == "fetch_name_0"
    assert 'alias_name: "a"' in (tmp_path / "serving_client" / "serving_client_conf.prototxt").read_text()
