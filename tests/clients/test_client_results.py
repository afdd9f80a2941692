"""Reading JSON that a server sent."""

import pytest
from client_results import parse_json, parse_number, parse_quad


@pytest.mark.parametrize(
    "document", ['{"a": [1, 0.5, "欢迎", null, true]}', '{"a": [1, 0.5, "欢迎", null, true]}'.encode()]
)
def test_a_document_is_text_or_bytes(document: str | bytes) -> None:
    assert parse_json(document) == {"a": [1, 0.5, "欢迎", None, True]}


@pytest.mark.parametrize("document", ["", "[1", "[NaN]", "[-Infinity]", "[1e999]", "[" * 100_000, b"\xff"])
def test_anything_but_json_is_refused(document: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(document)


@pytest.mark.parametrize("number", [True, "1", None, 10**400, float("inf"), float("nan")])
def test_anything_but_a_finite_number_is_refused(number: object) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        parse_number(number)


def test_a_quad_is_four_points() -> None:
    assert parse_quad([[1, 2], [30.5, 2], [30.5, 9], [1, 9]]) == ((1, 2), (30.5, 2), (30.5, 9), (1, 9))
    for corners in ([[1, 2], [3, 4], [5, 6]], [[1, 2], [3, 4], [5, 6], [7]], "abcd", None):
        with pytest.raises(ValueError, match=r"not four corners|not \[x, y\]"):
            parse_quad(corners)
