"""What each `auto` of the configuration stands for on this machine."""

import os
from collections.abc import Iterator, Sequence

from pdserving.config.auto import (
    RULES,
    compute_threads,
    concurrency,
    cpu_precision,
    engine_name,
    gpu_precision,
    max_in_flight,
    pdf_processes,
)
from pdserving.config.predictor import CPU, LocalService
from pdserving.config.schema import Settings
from pdserving.doctor.check import Check
from pdserving.hardware.gpus import Device, NoDriverError, find_devices, visible_devices
from pdserving.models.stages import StageModels
from pdserving.setup_errors import DeviceError


def check_auto(settings: Settings, models: StageModels) -> Iterator[Check]:
    """Engine and precision of each stage, whether `auto` or configured, then each number that is `auto`."""
    engines = {stage: engine_name(settings.engine, service) for stage, service in settings.op.services.items()}
    yield Check("engine", "ok", ", ".join(f"{stage} {engine}" for stage, engine in engines.items()))
    precisions = []
    gpus = _gpus(settings)
    for stage, model in models.by_stage.items():
        service = settings.op.services[stage]
        if service.device_type == CPU:
            try:
                precision = cpu_precision(service, bf16=model.bf16 and engines[stage] == "openvino")
            except DeviceError as error:
                yield Check("precision", "missing", f"{stage}: {error}")
            else:
                precisions.append(f"{stage} {precision}")
        elif found := _on_gpus(service, gpus):
            precisions.append(f"{stage} {found}")
    if precisions:
        yield Check("precision", "ok", ", ".join(precisions))
    for key, configured, number, rule in _numbers(settings):
        if configured == "auto":
            yield Check("auto", "ok", f"{key}: {number} ({rule})")


def _numbers(settings: Settings) -> Iterator[tuple[str, object, int, str]]:
    """Each number that may be `auto`: its key, how it is configured, what it is here and by which rule."""
    limits, threads = settings.limits, compute_threads(settings)
    yield "compute_threads", settings.compute_threads, threads, RULES["compute_threads"]
    for stage, section in settings.op:
        number = concurrency(section, threads)
        yield f"op.{stage}.concurrency", section.concurrency, number, RULES["concurrency"]
    key = "limits.max_in_flight"
    yield key, limits.max_in_flight, max_in_flight(limits), RULES[key]
    key = "limits.pdf_processes"
    yield key, limits.pdf_processes, pdf_processes(limits), RULES[key]


def _gpus(settings: Settings) -> Sequence[Device]:
    """The GPUs that the service sees, in the order of their ids; none where no op needs one or none answers."""
    if all(service.device_type == CPU for service in settings.op.services.values()):
        return ()
    try:
        return visible_devices(find_devices().all, os.environ)
    except NoDriverError:
        return ()


def _on_gpus(service: LocalService, gpus: Sequence[Device]) -> str:
    """The precisions of an op on its GPUs, each once; nothing where a GPU's compute capability is not known."""
    capabilities = [gpus[place].capability for place in service.device_ids if place < len(gpus)]
    found = {gpu_precision(service, capability) for capability in capabilities if capability is not None}
    return " and ".join(sorted(found))
