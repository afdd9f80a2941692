"""Requests to a pipeline, and what its responses mean."""

import pytest
from client_results import RequestError
from pipeline_exchange import PipelineRequest, PipelineResponse, lines_of, request_for


def test_an_image_travels_as_base64_beside_its_options() -> None:
    request = request_for(b"\xff\xd8", {"rec.drop_score": "0.3"})
    assert request == PipelineRequest(keys=("image", "rec.drop_score"), values=("/9g=", "0.3"))


def test_the_lines_are_found_among_other_keys() -> None:
    response = PipelineResponse(0, "", ("trace", "result"), ("x", '[[["a", 1], [[0, 0], [1, 0], [1, 1], [0, 1]]]]'))
    assert [line.text for line in lines_of(response)] == ["a"]


@pytest.mark.parametrize(
    ("response", "err_no", "message"),
    [
        (PipelineResponse(5000, "not an image", (), ()), 5000, "not an image"),
        (PipelineResponse(5000, "", (), ()), 5000, "error 5000"),
        (PipelineResponse(0, "", (), ()), 8000, "no 'result'"),
        (PipelineResponse(0, "", ("result",), ("oops",)), 8000, "cannot be read"),
    ],
)
def test_a_response_without_lines_says_why(response: PipelineResponse, err_no: int, message: str) -> None:
    with pytest.raises(RequestError, match=message) as raised:
        lines_of(response)
    assert raised.value.err_no == err_no
