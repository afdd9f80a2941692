"""Options as they are parsed, and what of them the pipeline is given."""

import pytest

from tests.support.in_process import Gateway
from tests.support.paths import SAMPLES
from tests.support.rest import read, read_json

INVOICE = (SAMPLES / "invoice.png").read_bytes()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("det", "2", "det: '2' is not accepted; accepted: true, false"),
        ("visualize", "yes", "visualize: 'yes' is not accepted; accepted: true, false"),
        ("det_limit_side_len", "1e3", "accepted: a valid integer"),
        ("det_limit_side_len", "31", "accepted: greater than or equal to 32"),
        ("det_limit_side_len", "9" * 5000, "det_limit_side_len"),
        ("det_limit_type", "both", "accepted: 'max' or 'min'"),
        ("det_thresh", "nan", "det_thresh"),
        ("det_box_thresh", "1.5", "accepted: less than or equal to 1"),
        ("det_unclip_ratio", "inf", "accepted: less than or equal to 10"),
        ("det_score_mode", "exact", "accepted: 'fast' or 'slow'"),
        ("cls_thresh", "-1", "accepted: greater than or equal to 0"),
        ("drop_score", "high", "accepted: a valid number"),
        ("boxes", "letter", "accepted: 'line', 'word' or 'character'"),
        ("order", "down", "accepted: 'reading' or 'top'"),
        ("dpi", "35", "accepted: greater than or equal to 36"),
        ("dpi", "601", "accepted: less than or equal to 600"),
        ("format", "xml", "accepted: 'json', 'text', 'markdown', 'hocr' or 'pdf'"),
    ],
)
def test_a_wrong_value_is_told_with_what_is_accepted(gateway: Gateway, name: str, value: str, expected: str) -> None:
    status, code, message = read(gateway, INVOICE, **{name: value}).error
    assert (status, code) == (400, "option_invalid")
    assert expected in message


def test_an_unknown_option_is_told_with_the_known_ones(gateway: Gateway) -> None:
    for reply in (read(gateway, INVOICE, dett=True), read_json(gateway, INVOICE, dett=True)):
        status, code, message = reply.error
        assert (status, code) == (400, "key_unknown")
        assert message.startswith("unknown option 'dett'; accepted: det, cls, rec, ")


def test_the_query_has_two_options_and_no_more(gateway: Gateway) -> None:
    status, code, message = read(gateway, INVOICE, query="?det=false").error
    assert (status, code) == (400, "key_unknown")
    assert message == "'det' in the query; accepted there: format, visualize"
    assert read(gateway, INVOICE, query="?format=text&format=json").error[2] == "'format' is in the query twice"


def test_what_the_query_hides_is_checked_all_the_same(gateway: Gateway) -> None:
    assert read(gateway, INVOICE, query="?format=text", format="xml").error[1] == "option_invalid"


@pytest.mark.parametrize("pages", ["x", "1-", "3-1", ","])
def test_a_range_of_pages_is_checked_for_pictures_too(gateway: Gateway, pages: str) -> None:
    status, code, message = read(gateway, INVOICE, pages=pages).error
    assert (status, code) == (400, "pdf_pages_invalid")
    assert '"1-3,7"' in message
