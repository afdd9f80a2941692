"""Requests to a PaddleHub Serving service, and what its answers mean."""

import json

import pytest
from client_http import HttpAnswer
from client_results import DrawingError, Region, RequestError
from hub_exchange import HubResult, kind_of, request_for, results_of

URL = "http://127.0.0.1:8868/predict/ocr_system"


def answer(content: object, status: int = 200) -> HttpAnswer:
    return HttpAnswer(status, "", json.dumps(content).encode())


def success(*results: object) -> HttpAnswer:
    return answer({"msg": "", "results": results, "status": "000"})


def test_an_image_travels_as_base64_in_a_list() -> None:
    assert request_for(b"\xff\xd8") == {"images": ["/9g="]}


@pytest.mark.parametrize(
    ("path", "columns"),
    [
        ("/predict/ocr_det", ("text_region",)),
        ("/predict/ocr_cls", ("angle", "confidence")),
        ("/predict/ocr_rec/", ("text", "confidence")),
        ("/gateway/predict/ocr_system?trace=1", ("text", "confidence", "angle", "text_region")),
        ("/predict/receipts", ()),
        ("/", ()),
        ("", ()),
    ],
)
def test_the_last_part_of_the_path_tells_what_is_answered(path: str, columns: tuple[str, ...]) -> None:
    assert kind_of(f"http://127.0.0.1:8868{path}").columns == columns


def test_a_list_holds_a_result_for_each_line() -> None:
    lines = [{"text": "a", "confidence": 0.9}, {"text": "b", "confidence": 0.8}]
    assert results_of(success(lines), URL) == tuple(map(HubResult, lines))


def test_an_image_without_text_has_no_results() -> None:
    assert results_of(success([]), URL) == ()


@pytest.mark.parametrize("of_image", [{"html": "<table>"}, "a text", 7, None])
def test_a_service_may_answer_other_than_by_a_list(of_image: object) -> None:
    assert results_of(success(of_image), URL) == (HubResult(of_image),)


@pytest.mark.parametrize("http_status", [200, 415])
@pytest.mark.parametrize(
    ("status", "results", "err_no"), [("-1", [], -1), ("101", "", 101), ("111", "", 111), ("broken", [], 8000)]
)
def test_the_services_own_error_is_passed_on(status: str, results: object, err_no: int, http_status: int) -> None:
    content = {"msg": "not one of the formats", "results": results, "status": status}
    with pytest.raises(RequestError, match=r"^not one of the formats$") as raised:
        results_of(answer(content, http_status), URL)
    assert raised.value.err_no == err_no


def test_an_error_without_a_message_is_named_by_its_status() -> None:
    with pytest.raises(RequestError, match="the server answered status 101"):
        results_of(answer({"msg": "", "results": "", "status": "101"}), URL)


@pytest.mark.parametrize("results", [[], [[], []]])
def test_there_is_one_list_for_one_image(results: list[object]) -> None:
    with pytest.raises(RequestError, match=f"{len(results)} results for one image") as raised:
        results_of(success(*results), URL)
    assert raised.value.err_no == 8000


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 200),
        (b"<html>", 200),
        (b"[" * 100_000, 200),
        (b"[1, 2]", 200),
        (b'{"results": [[]]}', 200),
        (b'{"status": "000", "msg": ""}', 200),
        (b'{"status": "000", "msg": "", "results": {"a": 1}}', 200),
        (b'{"status": "000", "msg": "", "results": [[]]}', 500),
        (b'{"status": 0, "msg": "", "results": [[]]}', 200),
        (b'{"status": "000", "msg": "", "results": [[{"confidence": NaN}]]}', 200),
        (b'{"status": "000", "msg": "", "results": [[{"confidence": 1e999}]]}', 200),
    ],
)
def test_anything_else_is_no_answer_of_such_a_service(body: bytes, status: int) -> None:
    with pytest.raises(RequestError, match="did not answer as an OCR service") as raised:
        results_of(HttpAnswer(status, "", body), URL)
    assert raised.value.err_no == 8000


def test_fields_are_shown_by_name_whatever_they_hold() -> None:
    fields = {
        "angle": "0",
        "text": "欢迎",
        "confidence": 0.98765,
        "text_region": [[1, 2], [30, 2], [30, 9], [1, 9]],
        "weight": 0.123456789,
        "language": None,
    }
    assert HubResult(fields).cells() == {
        "angle": "0",
        "text": "欢迎",
        "confidence": "0.988",
        "text_region": "[[1, 2], [30, 2], [30, 9], [1, 9]]",
        "weight": "0.123456789",
        "language": "null",
    }
    assert HubResult(fields).content() == fields


def test_what_has_no_fields_is_shown_as_a_result() -> None:
    assert HubResult(["a", 0.5]).cells() == {"result": '["a", 0.5]'}
    assert HubResult(["a", 0.5]).content() == ["a", 0.5]


def test_a_region_comes_with_the_text_that_was_read_there() -> None:
    corners = [[1, 2], [30, 2], [30, 9], [1, 9]]
    quad = ((1, 2), (30, 2), (30, 9), (1, 9))
    assert HubResult({"text_region": corners, "text": "a"}).region() == Region("a", quad)
    assert HubResult({"text_region": corners}).region() == Region(None, quad)


@pytest.mark.parametrize("answered", [{"text": "a", "confidence": 0.9}, "text_region", ["text_region"]])
def test_what_names_no_place_has_no_region(answered: object) -> None:
    assert HubResult(answered).region() is None


@pytest.mark.parametrize("corners", [None, "left", [[1, 2], [3, 4], [5, 6]], [[1, 2], [3, 4], [5, 6], [7, "8"]]])
def test_a_place_that_is_no_quad_cannot_be_drawn(corners: object) -> None:
    with pytest.raises(DrawingError, match="text_region is not four points"):
        HubResult({"text_region": corners}).region()
