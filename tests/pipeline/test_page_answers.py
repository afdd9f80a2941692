"""`answer=page`, all that is known of a picture, and requests that leave stages out."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from ocr_ops.arrays import Image, as_image
from ocr_ops.crop import crop_quad
from ocr_ops.image import decode_image
from tests.support.image_files import encode
from tests.support.paths import SAMPLES
from tests.support.running import Service, running_service
from tests.support.talking import SCORE_TOLERANCE, Answer, ask_http, ask_rpc, rpc_request
from tests.support.workers import waiting_worker

INVOICE = (SAMPLES / "invoice.png").read_bytes()
UPSIDE_DOWN = (SAMPLES / "upside_down.png").read_bytes()
STAGES = ["det", "cls", "rec"]
DET_ONLY = {"cls.enabled": "false", "rec.enabled": "false"}

Ask = Callable[..., Answer]


def ask_by_rpc(service: Service, image: bytes, **options: str) -> Answer:
    return ask_rpc(service, rpc_request(image, **options))


def page_of(service: Service, image: bytes, **options: str) -> dict[str, Any]:
    return ask_http(service, image, answer="page", **options).page


def cut_out(service: Service, image: bytes, index: int) -> Image:
    """The line of a picture with that index, as a picture."""
    quad = ask_http(service, image).lines[index][1]
    return crop_quad(decode_image(image, 10**7), np.array(quad, np.float32))


@pytest.mark.parametrize("ask", [ask_http, ask_by_rpc])
def test_a_page_has_the_lines_of_the_plain_answer_and_more_of_each(service: Service, ask: Ask) -> None:
    plain = ask(service, INVOICE).lines
    page = ask(service, INVOICE, answer="page").page
    assert set(page) == {"width", "height", "lines", "timings_ms", "rotation", "detection_scale"}
    height, width = decode_image(INVOICE, 10**7).shape[:2]
    assert (page["width"], page["height"]) == (width, height)
    assert [(line["text"], line["quad"]) for line in page["lines"]] == [(text, quad) for (text, _), quad in plain]
    for line, ((_, score), _) in zip(page["lines"], plain, strict=True):
        assert set(line) == {"quad", "text", "score", "angle", "angle_score", "columns", "laid_down"}
        assert line["score"] == pytest.approx(score, abs=SCORE_TOLERANCE)
        assert line["angle"] == 0
        assert 0 <= line["angle_score"] <= 1


def test_a_line_has_a_column_for_each_character_from_left_to_right(service: Service) -> None:
    lines = page_of(service, INVOICE)["lines"]
    assert len(lines) == 4
    for line in lines:
        assert len(line["columns"]) == len(line["text"])
        assert line["columns"] == sorted(set(line["columns"]))
        assert 0 <= line["columns"][0] < line["columns"][-1] <= 1


def test_the_times_of_all_stages_are_told_and_none_is_longer_than_the_whole(service: Service) -> None:
    timings = page_of(service, INVOICE)["timings_ms"]
    assert set(timings) == {"decode", "total", *STAGES}
    assert min(timings.values()) >= 0
    # Rounded, each by at most 0.005.
    assert timings["decode"] <= timings["det"] + 0.01
    assert sum(timings[stage] for stage in STAGES) <= timings["total"] + 0.02


def test_stages_that_are_left_out_take_no_time(service: Service) -> None:
    assert set(page_of(service, INVOICE, **DET_ONLY)["timings_ms"]) == {"decode", "det", "total"}
    blank = (SAMPLES / "blank.png").read_bytes()
    page = page_of(service, blank)
    assert page["lines"] == []
    assert set(page["timings_ms"]) == {"decode", "det", "total"}


def test_a_turned_line_tells_its_angle(service: Service) -> None:
    assert 180 in [line["angle"] for line in page_of(service, UPSIDE_DOWN)["lines"]]


def test_without_classification_no_line_has_an_angle(service: Service) -> None:
    lines = page_of(service, INVOICE, **{"cls.enabled": "false"})["lines"]
    assert len(lines) == 4
    assert {(line["angle"], line["angle_score"]) for line in lines} == {(None, None)}


@pytest.mark.parametrize("ask", [ask_http, ask_by_rpc])
def test_without_recognition_every_quad_is_a_line_without_text(service: Service, ask: Ask) -> None:
    options = {"rec.enabled": "false", "rec.drop_score": "1.0"}
    quads = [quad for _, quad in ask_http(service, INVOICE, **{"rec.drop_score": "0"}).lines]
    lines = ask(service, INVOICE, answer="page", **options).page["lines"]
    assert [line["quad"] for line in lines] == quads
    assert [(line["text"], line["score"], line["columns"]) for line in lines] == [(None, None, [])] * len(quads)
    assert {line["angle"] for line in lines} == {0}
    assert ask(service, INVOICE, **options).lines == [[["", 0.0], quad] for quad in quads]


@pytest.mark.parametrize("ask", [ask_http, ask_by_rpc])
def test_without_detection_the_picture_is_a_line(service: Service, ask: Ask) -> None:
    crop = cut_out(service, INVOICE, 0)
    height, width = crop.shape[:2]
    page = ask(service, encode(".png", crop), answer="page", **{"det.enabled": "false"}).page
    (line,) = page["lines"]
    assert line["text"] == ask_http(service, INVOICE).texts[0]
    assert line["quad"] == [[0, 0], [width, 0], [width, height], [0, height]]
    assert set(page["timings_ms"]) == {"decode", "total", *STAGES}


def test_without_detection_a_tall_picture_is_laid_down(service: Service) -> None:
    upright = as_image(cv2.rotate(cut_out(service, INVOICE, 0), cv2.ROTATE_90_CLOCKWISE))
    height, width = upright.shape[:2]
    assert height > 1.5 * width
    (line,) = page_of(service, encode(".png", upright), **{"det.enabled": "false"})["lines"]
    assert line["text"] == ask_http(service, INVOICE).texts[0]
    assert line["quad"] == [[0, 0], [width, 0], [width, height], [0, height]]


def test_with_every_stage_left_out_the_picture_is_a_line_of_which_nothing_is_known(service: Service) -> None:
    (line,) = page_of(service, INVOICE, **{"det.enabled": "false"}, **DET_ONLY)["lines"]
    assert (line["text"], line["score"], line["angle"], line["columns"]) == (None, None, None, [])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"answer": "picture"}, "answer is 'picture'; accepted: lines, page"),
        ({"answer": ""}, "answer is ''; accepted: lines, page"),
        ({"det.enabled": "perhaps"}, "det.enabled: 'perhaps' is not accepted"),
        ({"cls.enabled": "1"}, "cls.enabled: 1 is not accepted"),
        ({"rec.enabled": "null"}, "rec.enabled: None is not accepted"),
    ],
)
def test_a_wrong_value_of_these_options_is_named(service: Service, options: dict[str, str], message: str) -> None:
    for answer in (ask_http(service, INVOICE, **options), ask_by_rpc(service, INVOICE, **options)):
        assert answer.status in (400, None)
        assert (answer.err_no, answer.value) == (5003, None)
        assert message in answer.err_msg


@pytest.fixture
def waiting(models: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service with a recogniser that waits, and two threads to compute."""
    monkeypatch.setenv(waiting_worker.FOLDER, str(tmp_path))
    worker = "worker_module=tests.support.workers.waiting_recogniser"
    with running_service(worker, waiting_worker.MAY_WRITE, "compute_threads=2", "op.rec.concurrency=1") as service:
        yield service


@pytest.mark.service
def test_a_request_for_detection_does_not_wait_behind_a_recogniser(waiting: Service, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as clients:
        held_up = [clients.submit(ask_http, waiting, INVOICE) for _ in range(3)]
        try:
            while not (tmp_path / waiting_worker.ARRIVED).exists():
                assert not any(answer.done() for answer in held_up)
                time.sleep(0.01)
            assert len(ask_http(waiting, INVOICE, **DET_ONLY).lines) == 4
            assert not any(answer.done() for answer in held_up)
        finally:
            (tmp_path / waiting_worker.GO).touch()
        assert [len(answer.result().lines) for answer in held_up] == [4] * 3
