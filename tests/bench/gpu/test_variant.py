"""The services that `make bench-gpu` compares."""

from pdserving.bench.gpu.variant import cpu_variant, default_variants, variant
from pdserving.config.predictor import GPU, TENSORRT
from tests.support.paths import CONFIG


def test_both_precisions_and_tensorrt_are_compared_with_the_same_models() -> None:
    variants = default_variants()
    kinds = {
        one.name: {(service.device_type, service.precision) for service in one.settings.op.services.values()}
        for one in variants
    }
    assert kinds == {"fp32": {(GPU, "fp32")}, "fp16": {(GPU, "fp16")}, "tensorrt": {(TENSORRT, "fp16")}}
    assert {one.devices for one in variants} == {(0,)}
    cpu = cpu_variant(CONFIG, variants[0].settings.profile, None)
    assert cpu.devices == ()
    assert {one.settings.profile for one in [*variants, cpu]} == {"ppocrv4"}


def test_all_clients_are_let_in_and_no_limit_is_lowered() -> None:
    one = variant("plain", CONFIG, ["limits.max_in_flight=40"])
    assert one.overrides_for(64)[-1] == "limits.max_in_flight=64"
    assert one.overrides_for(32)[-1] == "limits.max_in_flight=40"
