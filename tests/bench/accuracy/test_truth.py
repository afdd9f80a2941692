"""`truth.json`, which drawn pages and labelled pictures share."""

import json
from pathlib import Path

import pytest

from pdserving.bench.accuracy.truth import TRUTH_FILE, Line, TruePage, TruthError, read_truth, write_truth

QUAD = ((1.0, 2.0), (30.0, 2.0), (30.0, 12.5), (1.0, 12.5))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    picture = tmp_path / "页.png"
    picture.write_bytes(b"")
    pages = [TruePage(picture, "cells", (Line("98", QUAD), Line("标签", QUAD, ordered=False)))]
    write_truth(pages, tmp_path)
    assert read_truth(tmp_path) == pages


def test_category_and_order_may_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    entry = {"picture": "a.png", "lines": [{"text": "98", "quad": QUAD}]}
    (tmp_path / TRUTH_FILE).write_text(json.dumps({"pages": [entry]}), encoding="utf-8")
    (page,) = read_truth(tmp_path)
    assert (page.category, page.lines) == ("pictures", (Line("98", QUAD),))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "No such file"),
        ("[]", r'not JSON of the form \{"pages": \[...\]\}'),
        ('{"pages": [{"picture": "a.png", "lines": []}]}', "page 1: a.png is not there"),
        ('{"pages": [{"picture": "a.png"}]}', "page 1: KeyError: 'lines'"),
        ('{"pages": [{"picture": "a.png", "lines": [{"text": "a", "quad": [[1, 2]]}]}]}', "page 1: ValueError"),
        ('{"pages": [7]}', "page 1: TypeError"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / TRUTH_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(TruthError, match=message):
        read_truth(tmp_path)
