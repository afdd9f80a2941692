"""What each option of `POST /v1/ocr` changes in the answer."""

from typing import Any

import cv2
import numpy as np
import pytest

from tests.support.drawing import drawn_png
from tests.support.image_files import encode
from tests.support.paths import SAMPLES
from tests.support.rest import read
from tests.support.running import Service
from tests.support.talking import without_blanks

INVOICE = (SAMPLES / "invoice.png").read_bytes()
POSTER = (SAMPLES / "poster.jpg").read_bytes()
MIXED = (SAMPLES / "mixed.jpg").read_bytes()
UPSIDE_DOWN = (SAMPLES / "upside_down.png").read_bytes()
PICTURES = sorted(path.name for path in SAMPLES.glob("*.[pj][np]g"))

Truth = dict[str, list[str]]


def quads(lines: list[dict[str, Any]]) -> list[Any]:
    return [line["quad"] for line in lines]


def heights(lines: list[dict[str, Any]]) -> list[float]:
    return [float(np.hypot(*np.subtract(line["quad"][3], line["quad"][0]))) for line in lines]


@pytest.mark.parametrize("name", PICTURES)
def test_every_sample_is_read(service: Service, truth: Truth, name: str) -> None:
    reply = read(service, (name, (SAMPLES / name).read_bytes()))
    page = reply.page
    assert [without_blanks(text) for text in reply.texts] == [without_blanks(line) for line in truth[name]]
    keys = {"file", "page", "page_count", "width", "height", "dpi", "rotation", "detection_scale", "text", "lines"}
    keys |= {"timings_ms", "notes"}
    assert set(page) == keys
    assert (page["file"], page["page"], page["page_count"], page["dpi"]) == (name, 1, 1, None)
    assert reply.answer["text"] == page["text"]
    assert without_blanks(page["text"]) == without_blanks("".join(truth[name]))
    for line in page["lines"]:
        assert set(line) == {"text", "confidence", "quad", "angle"}
        assert 0.5 <= line["confidence"] <= 1
        assert line["angle"] in (0, 180)
        for x, y in line["quad"]:
            assert 0 <= x <= page["width"]
            assert 0 <= y <= page["height"]


def test_a_quad_begins_at_the_top_left_of_its_text(service: Service) -> None:
    for top_left, top_right, _, bottom_left in quads(read(service, UPSIDE_DOWN).lines):
        assert top_left[0] > top_right[0]
        assert top_left[1] > bottom_left[1]


def test_timings_are_told_by_stage(service: Service) -> None:
    timings = read(service, INVOICE).page["timings_ms"]
    assert set(timings) == {"decode", "det", "cls", "rec", "total"}
    assert all(milliseconds >= 0 for milliseconds in timings.values())
    assert timings["total"] >= max(timings["det"], timings["cls"], timings["rec"])
    assert set(read(service, INVOICE, cls=False, rec=False).page["timings_ms"]) == {"decode", "det", "total"}


def test_with_recognition_off_lines_have_no_text(service: Service) -> None:
    reply = read(service, UPSIDE_DOWN, rec=False)
    assert reply.answer["text"] == ""
    assert [set(line) for line in reply.lines] == [{"quad", "angle"}] * 2
    assert quads(reply.lines) == quads(read(service, UPSIDE_DOWN).lines)


def test_with_classification_off_lines_have_no_angle_and_stay_as_they_are(service: Service) -> None:
    lines = read(service, UPSIDE_DOWN, cls=False, drop_score=0).lines
    assert [line["angle"] for line in lines] == [None, None]
    assert "This side up" not in [line["text"] for line in lines]
    assert all(line["quad"][0][0] < line["quad"][1][0] for line in lines)


def test_with_detection_off_a_crop_is_one_line(service: Service, truth: Truth) -> None:
    picture = cv2.imdecode(np.frombuffer(INVOICE, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    for quad, expected in zip(quads(read(service, INVOICE).lines), truth["invoice.png"], strict=True):
        left, top, right, bottom = (round(quad[corner][axis]) for corner, axis in ((0, 0), (0, 1), (2, 0), (2, 1)))
        crop = encode(".png", np.asarray(picture[top:bottom, left:right], np.uint8))
        reply = read(service, crop, det=False)
        assert [without_blanks(text) for text in reply.texts] == [without_blanks(expected)]
        width, height = reply.page["width"], reply.page["height"]
        assert quads(reply.lines) == [[[0, 0], [width, 0], [width, height], [0, height]]]


@pytest.mark.parametrize(
    "options",
    [
        {"det_limit_side_len": 320},
        {"det_limit_type": "min", "det_limit_side_len": 900},
        {"det_use_dilation": True},
        {"det_unclip_ratio": 1.2},
    ],
)
def test_the_same_lines_are_found_elsewhere(service: Service, options: dict[str, Any]) -> None:
    usual, changed = read(service, INVOICE), read(service, INVOICE, **options)
    assert len(changed.lines) == len(usual.lines)
    assert quads(changed.lines) != quads(usual.lines)
    assert np.abs(np.subtract(quads(changed.lines), quads(usual.lines))).max() < 15


def test_a_larger_unclip_ratio_makes_higher_lines(service: Service) -> None:
    low, high = (heights(read(service, INVOICE, det_unclip_ratio=ratio).lines) for ratio in (1, 2.5))
    assert all(below < above for below, above in zip(low, high, strict=True))


@pytest.mark.parametrize("option", ["det_thresh", "det_box_thresh"])
def test_nothing_is_as_certain_as_a_threshold_of_one(service: Service, option: str) -> None:
    highest: dict[str, Any] = {option: 1}
    usual: dict[str, Any] = {option: 0.5}
    assert read(service, INVOICE, **highest).lines == []
    assert len(read(service, INVOICE, **usual).lines) == 4


def test_the_slow_score_of_a_box_is_over_its_contour(service: Service) -> None:
    fast, slow = (
        read(service, INVOICE, det_box_thresh=0.9, det_score_mode=mode, rec=False).lines for mode in ("fast", "slow")
    )
    assert len(fast) < len(slow) == 4


def test_a_line_is_turned_from_the_threshold_on(service: Service) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (48, 192), dtype=np.uint8)
    crop = encode(".png", noise)
    angles = [read(service, crop, det=False, rec=False, cls_thresh=thresh).lines[0]["angle"] for thresh in (0, 1)]
    assert angles == [180, 0]


def test_lines_below_the_drop_score_are_left_out(service: Service) -> None:
    confidences = [line["confidence"] for line in read(service, INVOICE).lines]
    limit = sorted(confidences)[2]
    kept = read(service, INVOICE, drop_score=limit - 6e-6)  # answers have five digits
    assert [line["confidence"] for line in kept.lines] == [score for score in confidences if score >= limit]
    assert len(kept.lines) == 2


@pytest.mark.parametrize("picture", [INVOICE, POSTER, MIXED, UPSIDE_DOWN])
@pytest.mark.parametrize(("boxes", "key"), [("word", "words"), ("character", "characters")])
def test_parts_of_a_line_lie_within_it_and_give_its_text(
    service: Service, picture: bytes, boxes: str, key: str
) -> None:
    for line in read(service, picture, boxes=boxes).lines:
        parts = line[key]
        assert "".join(part["text"] for part in parts) == without_blanks(line["text"])
        if boxes == "character":
            assert all(len(part["text"]) == 1 for part in parts)
        quad = np.array(line["quad"], np.float32)
        along = quad[1] - quad[0]
        places = []
        for part in parts:
            assert set(part) == {"text", "quad"}
            for x, y in part["quad"]:
                assert cv2.pointPolygonTest(quad, (x, y), True) >= -0.1
            places.append(float(np.mean(part["quad"], axis=0) @ along))
        assert places == sorted(places)


def test_lines_alone_have_no_parts(service: Service) -> None:
    for line in read(service, INVOICE, boxes="line").lines:
        assert not {"words", "characters"} & set(line)


def test_words_without_recognition_are_none(service: Service) -> None:
    assert [line["words"] for line in read(service, INVOICE, boxes="word", rec=False).lines] == [[]] * 4


def test_order_top_goes_by_the_highest_corner_alone(service: Service) -> None:
    picture = drawn_png({(40, 64): "alpha first", (380, 52): "omega last"}, (640, 160))
    assert read(service, picture).texts == ["alpha first", "omega last"]
    assert read(service, picture, order="top").texts == ["omega last", "alpha first"]
    # The text is for people, whatever the order of the lines.
    assert read(service, picture, order="top").page["text"] == "alpha first omega last"


def test_an_empty_field_of_a_form_is_as_one_left_out(service: Service) -> None:
    names = ("det", "det_limit_side_len", "boxes", "pages", "dpi", "format", "visualize")
    reply = read(service, INVOICE, query="?format=&visualize=", **dict.fromkeys(names, ""))
    assert reply.page["lines"] == read(service, INVOICE).page["lines"]


def test_a_value_that_the_configuration_bounds_is_told_by_the_options_name(service: Service) -> None:
    status, code, message = read(service, INVOICE, det_limit_side_len="1281").error
    assert (status, code) == (400, "option_invalid")
    assert "det_limit_side_len is 1281; accepted: at most max_side_len 1280" in message
