"""What a client gets for a picture, over HTTP and over gRPC."""

import ast
import base64
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from tests.make_samples import PICTURES, write_columns, write_strip
from tests.support.image_files import encode
from tests.support.observing import Metrics
from tests.support.paths import SAMPLES
from tests.support.running import Service, running_service
from tests.support.talking import Answer, ask_http, ask_rpc, post, rpc_request, rpc_tensor, without_blanks

TWO_LINES = [
    "取决于所使用的执行提供者，它可能没有完全支持模型中的所有操作，这会导致速度的下降，请打开日志并查看",
    "由于性能的原因，它不一定会把操作分配到显卡上，要想看到决定的位置，请继续往下阅读",
]
TWO_LONG_LINES = [line + "，此外图书馆开放时间有变，节假日闭馆" for line in TWO_LINES]
POEM = ["床前明月光", "疑是地上霜", "举头望明月", "低头思故乡"]

INVOICE = (SAMPLES / "invoice.png").read_bytes()

Ask = Callable[[Service, bytes], Answer]


def ask_by_rpc(service: Service, image: bytes) -> Answer:
    return ask_rpc(service, rpc_request(image))


@pytest.mark.parametrize("ask", [ask_http, ask_by_rpc])
@pytest.mark.parametrize("name", PICTURES)
def test_every_line_of_a_sample_is_read(service: Service, truth: dict[str, list[str]], name: str, ask: Ask) -> None:
    answer = ask(service, (SAMPLES / name).read_bytes())
    assert [without_blanks(text) for text in answer.texts] == [without_blanks(line) for line in truth[name]]


@pytest.mark.parametrize(
    ("lines", "size"),
    [
        (TWO_LINES, 13),
        (TWO_LONG_LINES, 14),
        (TWO_LONG_LINES, 24),
        (["Your order 10.248 has been sent."], 10),
        (["节假日图书馆闭馆"], 24),
    ],
)
def test_a_strip_of_one_or_two_lines_is_read_whole(service: Service, lines: list[str], size: int) -> None:
    texts = ask_http(service, encode(".png", write_strip(lines, size))).texts
    assert [without_blanks(text) for text in texts] == [without_blanks(line) for line in lines]


def test_columns_are_read_from_right_to_left(service: Service) -> None:
    assert ask_http(service, encode(".png", write_columns(POEM))).texts == POEM


def test_a_single_column_of_small_text_is_read_whole(service: Service) -> None:
    assert ask_http(service, encode(".png", write_columns(POEM[:1], 20))).texts == POEM[:1]


def test_the_value_is_json_and_a_python_literal_with_the_same_meaning(service: Service) -> None:
    value = ask_http(service, (SAMPLES / "notice.jpg").read_bytes()).value
    assert value is not None
    assert json.loads(value) == ast.literal_eval(value)
    for (text, score), quad in json.loads(value):
        assert isinstance(text, str)
        assert isinstance(score, float)
        assert 0 <= score <= 1
        assert len(quad) == 4
        assert all(isinstance(number, float) for point in quad for number in point)


def test_quads_lie_in_the_picture_clockwise_from_the_top_left(service: Service) -> None:
    for _, quad in ask_http(service, INVOICE).lines:
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = quad
        assert x0 < x1
        assert y1 < y2
        assert x3 < x2
        assert y0 < y3
        assert 0 <= min(x0, x3) < max(x1, x2) <= 560


def test_an_empty_page_answers_with_an_empty_list(service: Service) -> None:
    assert ask_http(service, (SAMPLES / "blank.png").read_bytes()).value == "[]"


@pytest.mark.service
def test_nothing_but_a_margin_is_not_given_to_the_detector_unless_it_is_to_see_margins(models: None) -> None:
    for skip, seen in (("true", 0), ("false", 1)):
        with running_service("profile=ppocrv4", f"op.det.skip_margins={skip}") as service:
            assert ask_http(service, (SAMPLES / "blank.png").read_bytes()).value == "[]"
            assert Metrics(service).value("pdserving_batch_size_sum", stage="det") == seen


def test_base64_may_have_line_breaks_the_url_alphabet_and_a_data_prefix(service: Service) -> None:
    plain = ask_http(service, INVOICE).value
    for encoded in (
        base64.encodebytes(INVOICE).decode(),
        base64.urlsafe_b64encode(INVOICE).decode().rstrip("="),
        "data:image/png;base64," + base64.b64encode(INVOICE).decode(),
    ):
        assert post(service, json.dumps({"key": ["image"], "value": [encoded]}).encode()).value == plain


def test_a_tensor_may_hold_the_bytes_of_the_picture(service: Service) -> None:
    plain = ask_http(service, INVOICE).value
    saved = BytesIO()
    np.save(saved, np.frombuffer(INVOICE, np.uint8))
    for request in (
        rpc_tensor(elem_type=13, byte_data=INVOICE),
        rpc_tensor(elem_type=13, byte_data=saved.getvalue()),
        rpc_tensor(elem_type=7, uint32_data=INVOICE, shape=[len(INVOICE)]),
        rpc_tensor(elem_type=12, str_data=[base64.b64encode(INVOICE).decode()]),
    ):
        assert ask_rpc(service, request).value == plain


def test_paddle_servings_own_client_works_unchanged(service: Service, tmp_path: Path) -> None:
    from paddle_serving_server.pipeline import PipelineClient

    client = PipelineClient()
    client.connect([service.rpc_endpoint])
    response = client.predict(feed_dict={"image": base64.b64encode(INVOICE).decode()}, fetch=["result"])
    assert response.err_no == 0
    assert list(response.key) == ["result"]
    assert response.value[0] == ask_http(service, INVOICE).value


def test_a_request_may_set_options_for_itself(service: Service) -> None:
    all_lines = ask_http(service, INVOICE).lines
    assert len(all_lines) == 4
    assert ask_http(service, INVOICE, **{"rec.drop_score": "1.0"}).lines == []
    assert ask_http(service, INVOICE, **{"det.box_thresh": "1.0"}).lines == []
    turned = ask_http(service, (SAMPLES / "upside_down.png").read_bytes(), **{"cls.enabled": "false"}).texts
    assert "This side up" not in turned
    assert ask_http(service, INVOICE).lines == all_lines


def test_the_clients_profile_flag_is_no_error(service: Service) -> None:
    assert ask_http(service, INVOICE, **{"pipeline.profile": "1"}).err_no == 0
