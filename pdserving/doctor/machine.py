"""The checks of Python, models, addresses, cores, memory and confinement, as the configuration needs them."""

import os
import platform
import sys
from collections.abc import Iterator

from pdserving.config.schema import Settings
from pdserving.doctor.auto import check_auto
from pdserving.doctor.check import Check
from pdserving.doctor.preflight import NEWEST_PYTHON, OLDEST_PYTHON, check_wheel
from pdserving.hardware.gpus import version_text
from pdserving.hardware.memory import available_memory
from pdserving.hardware.processor import usable_cores
from pdserving.models.manifest import MANIFEST, load_manifest
from pdserving.models.soundness import READY, model_state
from pdserving.models.stages import resolve_models
from pdserving.networking import AddressError, address, check_can_listen
from pdserving.security.confinement import unconfined
from pdserving.setup_errors import SetupError

_WORKER_BYTES = 1_200_000_000
"""The memory that a worker comes to with the shipped configuration, see `configs/README.md`."""


def check_python(gpu: bool) -> Check:
    """The check of the interpreter."""
    if gpu:
        return check_wheel(own_wheel=True)
    found = f"Python {platform.python_version()}"
    if OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
        return Check("python", "ok", found)
    accepted = f"accepted: {version_text(OLDEST_PYTHON)} to {version_text(NEWEST_PYTHON)}, by `make install PYTHON=…`"
    return Check("python", "missing", found, accepted)


def check_models(settings: Settings) -> Iterator[Check]:
    """The checks of the profile's models by their checksums, of what replaces them, and of what `auto` stands for."""
    try:
        manifest = load_manifest(settings.models_dir / MANIFEST)
        names = manifest.profile(settings.profile).names()
    except SetupError as error:
        yield Check("models", "missing", str(error))
        return
    sound = True
    for stage, name in names.items():
        state = model_state(manifest.model(name), settings.models_dir / name, thorough=True)
        sound = sound and state == READY
        advice = "" if state == READY else f"run `make models PROFILE={settings.profile}`"
        yield Check("models", "ok" if state == READY else "missing", f"{stage}: {name} is {state}", advice)
    if sound:
        try:
            models = resolve_models(settings)
        except SetupError as error:
            yield Check("models", "missing", str(error))
        else:
            yield from check_auto(settings, models)


def check_ports(settings: Settings) -> Iterator[Check]:
    """The checks whether a service can listen at both addresses."""
    for kind, host, port in settings.addresses:
        try:
            check_can_listen(host, port)
        except AddressError as error:
            advice = f"end it (`make stop`), or choose another {kind}_host or {kind}_port"
            yield Check("ports", "missing", f"{kind}: {error}", advice)
        else:
            yield Check("ports", "ok", f"{kind}: {address(host, port)} is free")


def check_cores(settings: Settings) -> Check:
    """The check of cores for the threads that compute."""
    usable = usable_cores()
    found = f"{usable} usable of {os.cpu_count()}"
    if settings.compute_threads != "auto" and settings.compute_threads > usable:
        return Check("cores", "warning", found, f"compute_threads is {settings.compute_threads}: choose auto")
    return Check("cores", "ok", found)


def check_memory(settings: Settings) -> Check:
    """The check of memory for the workers."""
    free, needed = available_memory(), settings.workers * _WORKER_BYTES
    found = f"{free / 1e9:.1f} GB free; {settings.workers} × {_WORKER_BYTES / 1e9:.1f} GB are needed"
    if free < needed:
        return Check("memory", "warning", found, "end what else runs, or set fewer workers")
    return Check("memory", "ok", found)


def check_confinement(settings: Settings, landlock: int) -> Check:
    """The check whether gateway and workers can be kept from writing outside their folders.

    Args:
        settings: the configuration.
        landlock: the version that the kernel has; 0 where there is none.
    """
    if not settings.security.confine:
        return Check("landlock", "ok", "not used; security.confine is false")
    freedom = unconfined(landlock)
    if freedom is not None:
        return Check(
            "landlock",
            "warning",
            f"gateway and workers {freedom}",
            "run the service as a user that owns no other files",
        )
    return Check("landlock", "ok", f"version {landlock}; gateway and workers write in their own folders only")
