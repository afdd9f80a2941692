"""The rules fit the recognisers that we serve, and nothing changes by them."""

from typing import Any

import pytest

from pdserving.engines import rewriting
from pdserving.engines.openvino import drop_activation
from tests.support.small_models import maps, rewritten, served

GATES = {"ppocrv4_rec": 2, "ppocrv6_rec": 5}


@pytest.mark.parametrize("model", GATES)
@pytest.mark.parametrize("width", [64, 320])
@pytest.mark.parametrize("avx512", [False, True])
def test_the_rules_fit_the_recognisers(
    models: None, monkeypatch: pytest.MonkeyPatch, model: str, width: int, avx512: bool
) -> None:
    monkeypatch.setattr(rewriting, "has_avx512", lambda: avx512)

    def build() -> Any:
        read = served(model)
        drop_activation(read)
        return read

    found = rewritten(build, maps(3, 48, width))
    assert (found.count("HardSigmoid"), found.count("Clamp"), found.single) == (0, GATES[model] + avx512, False)
