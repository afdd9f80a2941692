"""Engines: what runs a model of a serving model folder."""

from pdserving.engines.engine import Engine
from pdserving.engines.opening import bound_device_memory, open_engine

__all__ = ["Engine", "bound_device_memory", "open_engine"]
