from typing import Any

import pytest
from openvino import opset13

from pdserving.engines import rewriting
from tests.support.small_models import Layers, maps, rewritten

FEATURES = 3


@pytest.fixture(autouse=True)
def avx512(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewriting, "has_avx512", lambda: True)


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("biased", [False, True])
@pytest.mark.parametrize("swapped", [False, True])
def test_many_scores_are_clamped_to_what_a_number_may_be(transposed: bool, biased: bool, swapped: bool) -> None:
    found = rewritten(lambda: _scores(5000, transposed, biased, swapped), maps(FEATURES, 4, 6, pictures=2))
    assert found.model.get_results()[0].input_value(0).get_node().get_type_name() == "Clamp"


def test_few_scores_stay() -> None:
    assert not rewritten(lambda: _scores(500), maps(FEATURES, 4, 6)).count("Clamp")


def test_without_avx512_all_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewriting, "has_avx512", lambda: False)
    assert not rewritten(lambda: _scores(5000), maps(FEATURES, 4, 6)).count("Clamp")


def test_what_no_fully_connected_layer_makes_stays() -> None:
    def build() -> Any:
        layers = Layers()
        source = layers.input(FEATURES)
        return layers.model(opset13.matmul(source, source, False, True))

    assert not rewritten(build, maps(FEATURES, 4, 6)).count("Clamp")


def _scores(count: int, transposed: bool = False, biased: bool = True, swapped: bool = False) -> Any:
    """Scores of every pixel."""
    layers = Layers()
    pixels = opset13.transpose(layers.input(FEATURES), opset13.constant([0, 2, 3, 1]))
    weights = layers.random(*((count, FEATURES) if transposed else (FEATURES, count)))
    terms = [opset13.matmul(pixels, weights, False, transposed), layers.random(count)]
    if not biased:
        return layers.model(terms[0])
    return layers.model(opset13.add(*reversed(terms) if swapped else terms))
