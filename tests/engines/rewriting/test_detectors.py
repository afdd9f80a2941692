"""The rules fit the detectors that we serve, and nothing changes by them."""

import pytest

from pdserving.config.predictor import LocalService
from pdserving.engines import open_engine
from tests.support.paths import ROOT
from tests.support.small_models import maps, rewritten, served

TRANSPOSED_RESIZED_SINGLE = {"ppocrv4_det": (4, 2, True), "ppocrv6_det": (3, 3, False)}


@pytest.mark.parametrize("model", TRANSPOSED_RESIZED_SINGLE)
@pytest.mark.parametrize("shape", [(96, 64), (160, 320)])
def test_the_rules_fit_the_detectors(models: None, model: str, shape: tuple[int, int]) -> None:
    found = rewritten(lambda: served(model), maps(3, *shape))
    assert (found.count("Concat"), found.count("HardSigmoid"), found.count("DepthToSpace")) == (0, 0, 1)
    transposed, resized = found.count("ConvolutionBackpropData"), found.count("Interpolate")
    assert (transposed, resized, found.single) == TRANSPOSED_RESIZED_SINGLE[model]


@pytest.mark.parametrize("model", TRANSPOSED_RESIZED_SINGLE)
@pytest.mark.parametrize("shape", [(96, 64), (160, 320)])
@pytest.mark.parametrize("alone", [False, True])
def test_pictures_of_a_batch_get_what_each_gets_by_itself(
    models: None, model: str, shape: tuple[int, int], alone: bool
) -> None:
    engine = open_engine("openvino", ROOT / "serving_models" / model / "server", LocalService())
    pictures = maps(3, *shape, pictures=3)
    batch = engine.run(pictures, alone=alone).copy()
    assert batch.shape == (3, 1, *shape)
    for row, picture in enumerate(pictures):
        assert engine.run(picture[None], alone=False)[0] == pytest.approx(batch[row], abs=1e-5)
