"""Every engine reads the same models and gives the same text."""

import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ocr_ops.image import decode_image
from ocr_ops.recognition import Text
from pdserving.config.predictor import LocalService, Precision
from pdserving.config.schema import EngineName
from pdserving.engines import open_engine
from pdserving.hardware.processor import computes_bf16
from pdserving.setup_errors import SetupError
from tests.make_samples import PICTURES
from tests.support.paths import MODELS, ROOT, SAMPLES
from tests.support.stages import Stages

EQUAL_LINES = 0.995
SCORE_TOLERANCE = 0.02


def test_openvino_and_paddle_agree_on_the_same_models(models: None) -> None:
    paddle, openvino = Stages("ppocrv4", "paddle"), Stages("ppocrv4", "openvino")
    equal = lines = 0
    for name in PICTURES:
        image = decode_image((SAMPLES / name).read_bytes(), 10**7)
        found, expected = openvino.page(image), paddle.page(image)
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            lines += 1
            equal += one.text == other.text
            assert one.score == pytest.approx(other.score, abs=SCORE_TOLERANCE)
    assert equal >= EQUAL_LINES * lines


@pytest.mark.parametrize(
    ("engine", "model"), [("paddle", "ppocrv4_rec"), ("openvino", "ppocrv4_rec"), ("openvino", "ppocrv6_rec")]
)
def test_clones_in_threads_of_their_own_give_the_same_as_one_alone(
    models: None, engine: EngineName, model: str
) -> None:
    first = open_engine(engine, MODELS / model / "server", LocalService())
    engines = [first, first.clone(), first.clone()]
    rng = np.random.default_rng(0)
    tensors = [rng.random((1, 3, 48, 32 * width), dtype=np.float32) for width in range(2, 8)]
    expected = [first.run(tensor, alone=True).copy() for tensor in tensors]

    def run_all(index: int) -> None:
        for tensor, output in zip(tensors, expected, strict=True):
            found = engines[index].run(tensor, alone=index == 0)
            np.testing.assert_allclose(found, output, atol=1e-4)

    with ThreadPoolExecutor(len(engines)) as threads:
        list(threads.map(run_all, range(len(engines))))


@pytest.mark.parametrize("alone", [False, True])
def test_scores_are_read_where_openvino_wrote_them(models: None, alone: bool) -> None:
    engine = open_engine("openvino", MODELS / "ppocrv6_rec" / "server", LocalService())
    tensor = np.zeros((1, 3, 48, 320), np.float32)
    engine.run(tensor, alone=alone)
    tracemalloc.start()  # NumPy tells it what memory its arrays own
    try:
        scores = engine.run(tensor, alone=alone)
        assert tracemalloc.get_traced_memory()[1] < scores.nbytes / 10
    finally:
        tracemalloc.stop()


@pytest.mark.skipif(not computes_bf16(), reason="needs a processor that computes with bfloat16")
def test_a_model_that_the_manifest_lets_compute_in_bf16_reads_as_in_fp32(models: None) -> None:
    assert read("ppocrv4", "auto") == read("ppocrv4", "fp32")
    auto, full = read("ppocrv6", "auto"), read("ppocrv6", "fp32")
    assert equal_texts(auto, full) >= EQUAL_LINES * len(full)
    assert [text.score for text in auto] == pytest.approx([text.score for text in full], abs=SCORE_TOLERANCE)
    assert auto != full  # it is in effect


@pytest.mark.skipif(not computes_bf16(), reason="needs a processor that computes with bfloat16")
@pytest.mark.parametrize("profile", ["ppocrv4", "ppocrv6"])
def test_bf16_reads_what_fp32_reads_but_for_single_lines(models: None, profile: str) -> None:
    half, full = read(profile, "bf16"), read(profile, "fp32")
    assert equal_texts(half, full) >= 0.9 * len(full)
    assert any(found.score != expected.score for found, expected in zip(half, full, strict=True))  # it is in effect


def read(profile: str, precision: Precision) -> list[Text]:
    """The lines of the samples."""
    stages = Stages(profile, "openvino")
    service = LocalService(precision=precision)
    stages.rec = open_engine("openvino", stages.models.rec.folder, service, bf16=stages.models.rec.bf16)
    images = [decode_image((SAMPLES / name).read_bytes(), 10**7) for name in PICTURES]
    return [text for image in images for text in stages.page(image)]


def equal_texts(texts: list[Text], others: list[Text]) -> int:
    return sum(text.text == other.text for text, other in zip(texts, others, strict=True))


@pytest.mark.skipif(computes_bf16(), reason="needs a processor that does not compute with bfloat16")
def test_bf16_is_refused_where_it_would_be_emulated(models: None) -> None:
    with pytest.raises(SetupError, match="accepted here: 'auto', 'fp32'"):
        open_engine("openvino", MODELS / "ppocrv4_rec" / "server", LocalService(precision="bf16"))
    open_engine("openvino", MODELS / "ppocrv6_rec" / "server", LocalService(precision="auto"), bf16=True)


@pytest.mark.parametrize("engine", ["paddle", "openvino"])
def test_a_folder_without_a_model_is_named(tmp_path: Path, engine: EngineName) -> None:
    with pytest.raises(SetupError, match=str(tmp_path)):
        open_engine(engine, tmp_path, LocalService())


def test_paddle_says_that_it_cannot_run_onnx(models: None) -> None:
    with pytest.raises(SetupError, match="accepted: openvino"):
        open_engine("paddle", MODELS / "ppocrv6_rec" / "server", LocalService())


def test_a_damaged_onnx_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "inference.onnx").write_bytes(b"no model")
    with pytest.raises(SetupError, match=r"inference\.onnx: OpenVINO cannot load it"):
        open_engine("openvino", tmp_path, LocalService())


ON_ONE_CORE = """
import os
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
import sys, numpy as np
from pathlib import Path
from pdserving.config.predictor import LocalService
from pdserving.engines import open_engine
engine = open_engine("openvino", Path(sys.argv[1]), LocalService())
tensor = np.zeros((1, 3, 48, 192), np.float32)
alone = engine.run(tensor, alone=True).copy()
assert np.array_equal(alone, engine.run(tensor, alone=False))
print(sum(type(part).__name__ == "Compiled" for part in vars(engine).values()))
"""


def test_on_one_core_a_model_is_compiled_once_and_answers_alone_and_not(models: None) -> None:
    folder = MODELS / "ppocr_mobile_v2_cls_onnx" / "server"
    command = [sys.executable, "-c", ON_ONE_CORE, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "1\n", done.stderr
