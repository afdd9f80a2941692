"""How the services are run: started, asked for their text, measured at each number of clients, stopped."""

import os
from collections.abc import Mapping, Sequence
from functools import partial

from pdserving.bench.closed_loop import ContenderError
from pdserving.bench.contender import Contender
from pdserving.bench.gpu.figures import DEVICE_FIGURES, used_mib
from pdserving.bench.gpu.nvml import reading_devices
from pdserving.bench.gpu.subject import Subject
from pdserving.bench.gpu.texts import Answers, read_answers
from pdserving.bench.gpu.watch import Watch
from pdserving.bench.http_client import HttpClient
from pdserving.bench.job import Job
from pdserving.bench.services import Levels, levels, serving
from pdserving.hardware.gpus import Device, NoDriverError, find_devices, visible_devices

_START_TIMEOUT_S = 1200  # the first start of TensorRT builds its engines


def contenders(subjects: Sequence[Subject], answers: dict[str, Answers]) -> list[Contender]:
    """A contender for each subject, the first the one that ratios refer to.

    Args:
        subjects: the services.
        answers: gets each one's text, of all rounds, by its name.
    """
    return [
        Contender(
            one.name,
            one.about,
            subjects[0].name,
            True,
            partial(_measure, one, answers),
            figures=DEVICE_FIGURES,
        )
        for one in subjects
    ]


def configured_devices(subject: Subject, environment: Mapping[str, str]) -> list[Device]:
    """The GPUs of a subject; none on the CPU.

    Raises:
        ContenderError: one of them is not there.
    """
    if not subject.devices:
        return []
    try:
        seen = visible_devices(find_devices().all, environment)
    except NoDriverError as error:
        raise ContenderError(f"no driver: {error}") from None
    missing = [device for device in subject.devices if device >= len(seen)]
    if missing:
        raise ContenderError(f"GPU {missing[0]} is not there: there are {len(seen)}")
    return [seen[device] for device in subject.devices]


def _measure(subject: Subject, answers: dict[str, Answers], job: Job, names: Sequence[str]) -> Levels:
    (name,) = names
    devices = configured_devices(subject, os.environ)
    with reading_devices(devices) as read:
        before_mib = used_mib(read())
        with serving(
            subject.config,
            subject.overrides_for(max(job.clients)),
            job.log(name),
            python=subject.python,
            start_timeout_s=_START_TIMEOUT_S,
        ) as service:
            found = read_answers(service.http_port, job)
            earlier = answers.get(name, [[] for _ in found])
            answers[name] = [[*before, *now] for before, now in zip(earlier, found, strict=True)]
            watch = Watch(service, read, before_mib)
            asked = {name: (HttpClient, service.http_port)}
            for _, clients, measured in levels(service.process, asked, service.log, job, watch.timed):
                yield name, clients, watch.add_to(measured)
