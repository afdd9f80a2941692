"""How full batches were, from the metrics."""

from pdserving.bench.gpu.batches import mean_rows, parse_counts
from pdserving.pipeline.metrics import WorkerMetrics


def counts(*batches: tuple[str, int]) -> dict[str, float]:
    """What a worker that has computed batches of so many rows of a stage tells."""
    metrics = WorkerMetrics(lambda: 0)
    for stage in ("det", "cls", "rec"):
        metrics.add_stage(stage, lambda: 0)
    for stage, rows in batches:
        metrics.observe_batch(stage, 0.1, rows)
    return dict(parse_counts(metrics.exposition().decode()))


def test_rows_are_those_of_the_batches_between_two_readings() -> None:
    before = [("det", 1), ("rec", 64)]
    after = [*before, ("det", 2), ("det", 4), ("rec", 5)]
    assert mean_rows(counts(*before), counts(*after)) == {"det": 3, "cls": None, "rec": 5}


def test_batches_of_all_workers_count() -> None:
    exposition = "\n".join(
        f'pdserving_batch_size_{end}{{stage="rec",worker="{worker}"}} {value}'
        for worker, rows, batches in (("0", 30, 10), ("1", 10, 10))
        for end, value in (("sum", rows), ("count", batches))
    )
    text = f"# TYPE pdserving_batch_size histogram\n{exposition}\n"
    assert mean_rows({}, parse_counts(text))["rec"] == 2


def test_a_worker_that_was_replaced_in_between_gives_no_figure() -> None:
    assert mean_rows(counts(("rec", 8), ("rec", 8)), counts(("rec", 8)))["rec"] is None
