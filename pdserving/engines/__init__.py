"""Engines: what runs a model of a serving model folder."""

from pdserving.engines.base import Engine, open_engine

__all__ = ["Engine", "open_engine"]
