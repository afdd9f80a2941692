"""The four services of hub, over HTTP."""

import base64
import json

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr_ops.arrays import as_image
from ocr_ops.crop import crop_quad
from pdserving.config.schema import HUB_BUILT_IN, Limits
from tests.make_samples import PICTURES
from tests.support.hub import ask_hub, post_hub
from tests.support.image_files import encode
from tests.support.paths import SAMPLES
from tests.support.running import Service
from tests.support.talking import ask_http, without_blanks

INVOICE = (SAMPLES / "invoice.png").read_bytes()
UPSIDE_DOWN = (SAMPLES / "upside_down.png").read_bytes()
BLANK = (SAMPLES / "blank.png").read_bytes()


def encoded(image: NDArray[np.uint8]) -> bytes:
    return encode(".png", image)


@pytest.fixture(scope="module")
def crops(service: Service) -> list[NDArray[np.uint8]]:
    """The lines of the invoice, upright."""
    image = cv2.imdecode(np.frombuffer(INVOICE, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    quads = [quad for _, quad in ask_http(service, INVOICE).lines]
    return [crop_quad(as_image(image), np.asarray(quad, np.float32)) for quad in quads]


@pytest.mark.parametrize("name", PICTURES)
def test_the_system_reads_every_line(service: Service, truth: dict[str, list[str]], name: str) -> None:
    results = ask_hub(service, "ocr_system", (SAMPLES / name).read_bytes()).only
    assert [without_blanks(line["text"]) for line in results] == [without_blanks(line) for line in truth[name]]
    for line in results:
        assert set(line) == {"angle", "text", "confidence", "text_region"}
        assert line["angle"] == ("180" if name == "upside_down.png" else "0")
        assert 0 <= line["confidence"] <= 1
        assert all(type(number) is int for point in line["text_region"] for number in point)


def test_the_system_answers_what_the_pipeline_answers(service: Service) -> None:
    results = ask_hub(service, "ocr_system", INVOICE).only
    lines = ask_http(service, INVOICE).lines
    assert [line["text"] for line in results] == [text for (text, _), _ in lines]
    assert [line["confidence"] for line in results] == pytest.approx([score for (_, score), _ in lines], abs=1e-4)
    regions = np.array([line["text_region"] for line in results])
    assert np.abs(regions - np.array([quad for _, quad in lines])).max() <= 0.5


def test_detection_answers_the_regions_alone(service: Service) -> None:
    results = ask_hub(service, "ocr_det", INVOICE).only
    assert [set(line) for line in results] == [{"text_region"}] * 4
    assert results == [{"text_region": line["text_region"]} for line in ask_hub(service, "ocr_system", INVOICE).only]
    assert ask_hub(service, "ocr_det", BLANK).only == []


def test_recognition_reads_a_crop(
    service: Service, crops: list[NDArray[np.uint8]], truth: dict[str, list[str]]
) -> None:
    answer = ask_hub(service, "ocr_rec", *map(encoded, crops))
    assert answer.status == "000"
    assert [[without_blanks(result["text"]) for result in results] for results in answer.results] == [
        [without_blanks(line)] for line in truth["invoice.png"]
    ]
    for (result,) in answer.results:
        assert set(result) == {"text", "confidence"}
        assert 0.5 < result["confidence"] <= 1


def test_recognition_answers_a_crop_without_text_too(service: Service) -> None:
    blank = np.full((48, 160, 3), 255, np.uint8)
    assert ask_hub(service, "ocr_rec", encoded(blank)).only == [{"text": "", "confidence": 0.0}]


def test_classification_tells_which_crops_stand_on_their_head(service: Service, crops: list[NDArray[np.uint8]]) -> None:
    turned = [np.ascontiguousarray(crop[::-1, ::-1]) for crop in crops]
    for images, angle in ((crops, "0"), (turned, "180")):
        answer = ask_hub(service, "ocr_cls", *map(encoded, images))
        assert [[result["angle"] for result in results] for results in answer.results] == [[angle]] * len(crops)
        for (result,) in answer.results:
            assert set(result) == {"angle", "confidence"}
            assert 0.5 <= result["confidence"] <= 1


def test_many_pictures_are_answered_in_their_order(service: Service) -> None:
    pictures = [INVOICE, BLANK, UPSIDE_DOWN, INVOICE] * 5
    answer = ask_hub(service, "ocr_system", *pictures)
    alone = {picture: ask_hub(service, "ocr_system", picture).only for picture in {INVOICE, BLANK, UPSIDE_DOWN}}
    assert [[line["text"] for line in results] for results in answer.results] == [
        [line["text"] for line in alone[picture]] for picture in pictures
    ]


def test_paddleocrs_own_script_finds_what_it_reads(service: Service) -> None:
    # tools/test_hubserving.py posts one picture and takes the results like this, whatever the service.
    for name in HUB_BUILT_IN:
        results = ask_hub(service, name, INVOICE).results[0]
        assert isinstance(results, list)
        assert all(isinstance(result, dict) for result in results)


def images(*values: object) -> bytes:
    return json.dumps({"images": list(values)}).encode()


@pytest.mark.parametrize(
    ("body", "http_status", "expected"),
    [
        (b"", 400, "the body is not a hub request"),
        (b"{", 400, "Invalid JSON"),
        (b"\xff\xfe", 400, "Invalid JSON"),
        (b"[" * 5000, 400, "more than 1024 values"),
        (b"[]", 400, "the body is not a hub request"),
        (b"{}", 400, "images: is missing"),
        (images(), 400, "images: [] is not accepted"),
        (images(3), 400, "images.0: 3 is not accepted"),
        (b'{"images": ["aGk="], "paths": ["/etc/passwd"]}', 400, "unknown key paths; accepted: images"),
        (images(*["aGk="] * (Limits().max_images + 1)), 400, "images: 65 pictures; the limit max_images is 64"),
        (images("***"), 400, "images[0] is not base64"),
        (images(""), 400, "empty"),
        (images("aGVsbG8="), 415, "JPEG"),
        (images(base64.b64encode(INVOICE[:200]).decode()), 422, ""),
        (images(base64.b64encode(INVOICE).decode(), "aGVsbG8="), 415, "images[1]: "),
    ],
)
@pytest.mark.parametrize("name", ["ocr_det", "ocr_system"])
def test_errors_keep_hubs_form(service: Service, name: str, body: bytes, http_status: int, expected: str) -> None:
    answer = post_hub(service, name, body)
    assert answer.http_status == http_status
    assert answer.msg
    assert expected in answer.msg
    assert len(ask_hub(service, name, INVOICE).only) == 4


def test_an_unknown_service_is_said_with_the_known_ones(service: Service) -> None:
    answer = ask_hub(service, "ocr_dot", INVOICE)
    assert (answer.http_status, answer.status) == (404, "-1")
    assert answer.msg == "no service 'ocr_dot'; accepted: ocr_det, ocr_cls, ocr_rec, ocr_system"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_another_method_is_answered_in_hubs_form(service: Service, method: str) -> None:
    answer = post_hub(service, "ocr_det", b"", method)
    assert (answer.http_status, answer.msg) == (405, f"{method} /predict/ocr_det: accepted: POST")
