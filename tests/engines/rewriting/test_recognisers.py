"""The rules fit the recognisers that we serve, and nothing changes by them."""

import openvino
import pytest

from pdserving.engines import rewriting
from tests.engines.rewriting.small_models import maps, rewritten
from tests.running import ROOT

MODELS = {"ppocrv4_rec": "inference.pdmodel", "ppocrv6_rec": "inference.onnx"}
GATES = {"ppocrv4_rec": 2, "ppocrv6_rec": 5}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("width", [64, 320])
@pytest.mark.parametrize("avx512", [False, True])
def test_the_rules_fit_the_recognisers(
    models: None, monkeypatch: pytest.MonkeyPatch, model: str, width: int, avx512: bool
) -> None:
    monkeypatch.setattr(rewriting, "has_avx512", lambda: avx512)
    path = ROOT / "serving_models" / model / "server" / MODELS[model]

    def build() -> openvino.Model:
        read = openvino.Core().read_model(path)
        softmax = read.get_results()[0].input_value(0).get_node()
        read.get_results()[0].input(0).replace_source_output(softmax.input_value(0))
        return read

    found = rewritten(build, maps(3, 48, width))
    assert (found.count("HardSigmoid"), found.count("Clamp"), found.single) == (0, GATES[model] + avx512, False)
