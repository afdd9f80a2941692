"""Engines: what runs a model of a serving model folder."""

from pdserving.engines.base import Engine, bound_device_memory, open_engine

__all__ = ["Engine", "bound_device_memory", "open_engine"]
