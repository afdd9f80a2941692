"""Engines: what runs a model of a serving model folder."""

from pdserving.engines.engine import Engine
from pdserving.engines.opening import limit_gpu_memory, open_engine

__all__ = ["Engine", "limit_gpu_memory", "open_engine"]
