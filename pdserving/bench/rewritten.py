"""The bound of the rewritten models: `bound` with our engines, which compute less than the models as published.

What the service makes less than this is the cost of everything but the models. Run by `python -m` with the arguments of
`main`.
"""

import sys
from functools import partial

from pdserving.bench.bound import Models, measure_bound
from pdserving.config.schema import Settings
from pdserving.models.stages import resolve_models
from pdserving.pipeline.stage_engines import stage_engines


def open_engines(settings: Settings, count: int) -> list[Models]:
    """The engine of each stage, `count` times."""
    first = stage_engines(settings, resolve_models(settings))
    others = [{stage: engine.clone() for stage, engine in first.items()} for _ in range(count - 1)]
    return [{stage: partial(engine.run, alone=False) for stage, engine in own.items()} for own in (first, *others)]


def main(settings: str, result: str, seconds: str, *pictures: str) -> None:
    """Measure this bound, a picture a core at a time; the arguments are those of `measure_bound`."""
    measure_bound(open_engines, settings, result, seconds, pictures)


if __name__ == "__main__":
    main(*sys.argv[1:])
