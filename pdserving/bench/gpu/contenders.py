"""The contenders of `make bench-gpu`: each is started, asked for its text, measured at its clients, and stopped."""

import os
from collections.abc import Mapping, Sequence
from functools import partial

from pdserving.bench.closed_loop import ContenderError
from pdserving.bench.contender import Contender
from pdserving.bench.gpu.figures import DEVICE_FIGURES, used_mib
from pdserving.bench.gpu.nvml import reading_devices
from pdserving.bench.gpu.texts import Answers, read_answers
from pdserving.bench.gpu.variant import Variant
from pdserving.bench.gpu.watch import Watch
from pdserving.bench.http_client import HttpClient
from pdserving.bench.services import Levels, levels, serving
from pdserving.bench.task import Task
from pdserving.hardware.gpus import Device, NoDriverError, find_devices, visible_devices

_START_TIMEOUT_S = 1200  # the first start of TensorRT builds its engines


def contenders(variants: Sequence[Variant], answers: dict[str, Answers]) -> list[Contender]:
    """A contender for each variant; ratios refer to the first.

    Args:
        variants: the variants of the service.
        answers: gets the text of each, of all rounds, by its name.
    """
    return [
        Contender(
            one.name,
            one.about,
            variants[0].name,
            True,
            partial(_measure, one, answers),
            figures=DEVICE_FIGURES,
        )
        for one in variants
    ]


def configured_devices(variant: Variant, environment: Mapping[str, str]) -> list[Device]:
    """The GPUs of a variant; none for one on the CPU.

    Raises:
        ContenderError: one of them is not there.
    """
    if not variant.devices:
        return []
    try:
        seen = visible_devices(find_devices().all, environment)
    except NoDriverError as error:
        raise ContenderError(f"no driver: {error}") from None
    missing = [device for device in variant.devices if device >= len(seen)]
    if missing:
        raise ContenderError(f"GPU {missing[0]} is not there: there are {len(seen)}")
    return [seen[device] for device in variant.devices]


def _measure(variant: Variant, answers: dict[str, Answers], task: Task, names: Sequence[str]) -> Levels:
    (name,) = names
    devices = configured_devices(variant, os.environ)
    with reading_devices(devices) as read:
        before_mib = used_mib(read())
        with serving(
            variant.config,
            variant.overrides_for(max(task.clients)),
            task.log(name),
            python=variant.python,
            start_timeout_s=_START_TIMEOUT_S,
        ) as service:
            found = read_answers(service.http_port, task)
            earlier = answers.get(name, [[] for _ in found])
            answers[name] = [[*before, *now] for before, now in zip(earlier, found, strict=True)]
            watch = Watch(service, read, before_mib)
            asked = {name: (HttpClient, service.http_port)}
            for _, clients, measured in levels(service.process, asked, service.log, task, watch.timed):
                yield name, clients, watch.add_to(measured)
