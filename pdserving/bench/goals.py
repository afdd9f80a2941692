"""What the service has to reach against its peers and its own bound, and whether it does in this run."""

from pdserving.bench import peer
from pdserving.bench.contenders import BOUND, IN_PROCESS, OURS, OURS_V4, OURS_V4_GRPC, STOCK
from pdserving.bench.rows import Rows, value_of
from pdserving.bench.verdict import Verdict

_MANY = 8  # clients


def judge(rows: Rows) -> list[Verdict]:
    """The verdicts on all goals."""
    ours, ours_v4 = _value(rows, OURS, _MANY), _value(rows, OURS_V4, _MANY)
    stock = [value_of(row, "images_per_s") for (name, _), row in rows.items() if name == STOCK]
    best_stock = max((value for value in stock if value is not None), default=None)
    faster, rapid = _value(rows, peer.FASTER_PADDLE), _value(rows, peer.RAPIDOCR_OPENVINO)
    alone, called = _value(rows, OURS, 1, "p50_ms"), _value(rows, IN_PROCESS, None, "p50_ms")
    many_grpc = _value(rows, OURS_V4_GRPC, _MANY)
    alone_v4, alone_grpc = _value(rows, OURS_V4, 1, "p50_ms"), _value(rows, OURS_V4_GRPC, 1, "p50_ms")
    return [
        Verdict(f"{OURS} at {_MANY} clients against faster-paddle, images/s", _divide(ours, faster), 2.2, 3),
        Verdict(f"{OURS} at {_MANY} clients against RapidOCR with OpenVINO, images/s", _divide(ours, rapid), 3.5, 5),
        Verdict(
            f"{OURS_V4} at {_MANY} clients against stock at its best, images/s", _divide(ours_v4, best_stock), 3, 4.2
        ),
        Verdict(
            f"{OURS} at {_MANY} clients against bare models, images/s", _divide(ours, _value(rows, BOUND)), 0.93, 0.98
        ),
        Verdict(f"{OURS} at 1 client against the pipeline in process, p50", _divide(alone, called), 1.12, 1.05, True),
        Verdict(
            f"{OURS_V4} at {_MANY} clients against its gRPC port, images/s", _divide(ours_v4, many_grpc), 0.96, 0.96
        ),
        Verdict(f"{OURS_V4} at 1 client less its gRPC port, p50", _subtract(alone_v4, alone_grpc), 5, 5, True, "ms"),
    ]


def _value(rows: Rows, name: str, clients: int | None = None, figure: str = "images_per_s") -> float | None:
    return value_of(rows.get((name, clients)), figure)


def _divide(value: float | None, other: float | None) -> float | None:
    return None if value is None or not other else value / other


def _subtract(value: float | None, other: float | None) -> float | None:
    return None if value is None or other is None else value - other
