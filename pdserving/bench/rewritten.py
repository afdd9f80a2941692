"""The bound of the rewritten models: as `bound`, with our engines, which compute less than the models as published.

What of it the service does not reach is what everything but the models costs. Run by `python -m` with the arguments of
`main`.
"""

import sys
from functools import partial

from pdserving.bench.bound import Models, measure_bound
from pdserving.config.schema import Settings
from pdserving.engines import open_engine
from pdserving.models.stages import model_folders


def open_engines(settings: Settings) -> Models:
    """An engine with one thread for each stage."""
    services = settings.op.services
    return {
        stage: partial(
            open_engine(
                settings.engine,
                folder,
                services[stage].model_copy(update={"thread_num": 1}),
                prefer_logits=stage != "cls",
            ).run,
            alone=False,
        )
        for stage, folder in model_folders(settings).items()
    }


def main(settings: str, result: str, seconds: str, *pictures: str) -> None:
    """Measure it, a picture a core."""
    measure_bound(open_engines, settings, result, seconds, pictures)


if __name__ == "__main__":
    main(*sys.argv[1:])
