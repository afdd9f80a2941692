"""What the figures of contenders are compared with."""

from typing import Any

import pytest

from pdserving.bench.__main__ import LAYOUT
from pdserving.bench.contender import Contender, in_groups
from pdserving.bench.contenders import CONTENDERS
from pdserving.bench.goals import judge
from pdserving.bench.measurement import Measurement
from pdserving.bench.rows import Row, Rows, ratios
from pdserving.bench.table import table, verdict_table


def contender(name: str) -> Contender:
    return next(known for known in CONTENDERS if known.name == name)


def rows_of(**images_per_s: float) -> Rows:
    """Rows of one round, the service at 8 clients; `_` stands for `-` in a name."""
    rows = {}
    for key, value in images_per_s.items():
        one = contender(key.replace("_", "-"))
        clients = 8 if one.is_service else None
        rows[one.name, clients] = Row(one, clients, [Measurement(value, 100, 200, 500, 30)])
    return rows


def gateway_outcomes(p50_ms: float) -> list[str]:
    """The outcomes of the gateway's goals, for a p50 where gRPC has 100 ms, and 0.95 of its images/s."""
    rows: dict[tuple[str, int | None], Row] = {}
    for name, p50, images_per_s in (("ppocrv4-http", p50_ms, 7.6), ("ppocrv4-grpc", 100, 8)):
        for clients in (1, 8):
            rows[name, clients] = Row(contender(name), clients, [Measurement(images_per_s, p50, 200, 500, 30)])
    return [verdict.outcome for verdict in judge(rows)][-2:]


def test_ratios_refer_to_the_service_with_the_same_models() -> None:
    rows = rows_of(ppocrv6_http=6, ppocrv4_http=8, stock=2, faster_paddle=3)
    assert ratios(rows["stock", 8], rows)["images_per_s"] == pytest.approx(0.25)
    assert ratios(rows["faster-paddle", None], rows)["images_per_s"] == pytest.approx(0.5)


def test_goals_are_judged_by_floor_and_aim() -> None:
    rows = rows_of(ppocrv6_http=6.9, ppocrv4_http=8, stock=2, faster_paddle=2.2, ppocrv6_bound=10)
    outcomes: list[Any] = [verdict.outcome for verdict in judge(rows)]
    assert outcomes == ["pass: aim reached", "not measured", "pass: floor reached", "fail", *["not measured"] * 3]


def test_the_gateway_is_judged_by_the_ratio_of_throughput_and_the_difference_of_latency() -> None:
    assert gateway_outcomes(104.9) == ["fail", "pass: aim reached"]
    assert gateway_outcomes(105.1) == ["fail", "fail"]


def test_contenders_that_ask_the_same_service_are_measured_together() -> None:
    groups = [[one.name for one in group] for group in in_groups(CONTENDERS)]
    assert ["ppocrv4-http", "ppocrv4-grpc"] in groups
    assert sorted(map(len, groups)) == [1] * (len(CONTENDERS) - 2) + [2]
    (alone,) = in_groups([contender("ppocrv4-grpc")])
    assert [one.name for one in alone] == ["ppocrv4-grpc"]


def test_a_contender_that_fails_is_a_row_that_says_how() -> None:
    rows = {**rows_of(ppocrv6_http=6), ("stock", 8): Row(contender("stock"), 8, [], "round 1: hangs: no answer")}
    assert any(
        line.startswith("stock") and "round 1: hangs" in line
        for line in table(rows, LAYOUT.columns, LAYOUT.note).splitlines()
    )
    assert verdict_table(judge(rows)).count("not measured") == len(judge(rows))
