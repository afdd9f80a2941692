"""Forms as no browser sends them, and what is refused in them."""

import pytest

from tests.support.in_process import Gateway
from tests.support.paths import SAMPLES
from tests.support.rest import BOUNDARY, PATH, ask_rest, end, part, read, send_form

BLANK = (SAMPLES / "blank.png").read_bytes()
FILE = part(BLANK, filename="a.png")
DELIMITER = b"--" + BOUNDARY.encode() + b"\r\n"


@pytest.mark.parametrize("cut", [len(end()), len(end()) + 2, len(FILE) // 2, len(FILE) + len(end()) - 2, 4])
def test_a_form_that_is_cut_off_is_refused_even_where_a_file_is_whole(gateway: Gateway, cut: int) -> None:
    status, code, message = send_form(gateway, (FILE + FILE + end())[:-cut]).error
    assert (status, code) == (400, "body_invalid")
    assert message == "the form is cut off: the boundary that ends it is missing"


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("multipart/form-data", "names no boundary"),
        ("multipart/form-data; boundary=", "names no boundary"),
        ("multipart/form-data; boundary=other", "the body is not a form: "),
        ("multipart/form-data; boundary=" + "x" * 1000, "the body is not a form: "),
        ("multipart/form-data; boundary=\xff\xfe", "the body is not a form: "),
    ],
)
def test_a_boundary_that_does_not_fit_is_told(gateway: Gateway, content_type: str, expected: str) -> None:
    status, code, message = ask_rest(gateway, PATH, "POST", FILE + end(), {"Content-Type": content_type}).error
    assert (status, code) == (400, "body_invalid")
    assert expected in message


@pytest.mark.parametrize(
    "content_type",
    [f'multipart/form-data; boundary="{BOUNDARY}"', f"Multipart/Form-Data; Charset=utf-7; Boundary={BOUNDARY}"],
)
def test_a_content_type_may_be_written_otherwise(gateway: Gateway, content_type: str) -> None:
    form = part(BLANK, filename="+2AA-.png") + end()
    assert ask_rest(gateway, PATH, "POST", form, {"Content-Type": content_type}).page["file"] == "+2AA-.png"


@pytest.mark.parametrize(
    ("form", "code", "expected"),
    [
        (b"", "body_invalid", "cut off"),
        (b"hello", "body_invalid", "the body is not a form: "),
        (end(), "key_missing", "no file; accepted: 1 to 64 'file' parts with files"),
        (part("true", "det") + end(), "key_missing", "no file"),
        (FILE + part("x", None) + end(), "body_invalid", "a part has no name in a header Content-Disposition"),
        (DELIMITER + b"Content-Type: image/png\r\n\r\nx\r\n" + end(), "body_invalid", "a part has no name"),
        (DELIMITER + b"\x00\xff: \x01\r\n\r\nx\r\n" + end(), "body_invalid", "the body is not a form: "),
        (DELIMITER + b"X: y\r\n" * 500 + FILE + end(), "body_invalid", "the body is not a form: "),
        (part(BLANK) + end(), "body_invalid", "the part 'file' has no filename"),
        (part(BLANK, "files", "a.png") + end(), "body_invalid", "a file in the field 'files'; accepted: 'file'"),
        (FILE + part(b"false", "det", "x") + end(), "body_invalid", "a file in the field 'det'"),
        (FILE + part("1", "det") * 2 + end(), "body_invalid", "the field 'det' is there twice"),
        (FILE + part(b"\xff\xfe", "det") + end(), "body_invalid", "the field 'det' is not UTF-8"),
        (FILE + part("x", "d\u00e9t") + end(), "key_unknown", "unknown option 'dét'"),
        (FILE * 65 + end(), "too_many_images", "more than 64 files, the limit max_images"),
        (FILE + b"".join(part("x", f"f{n}") for n in range(65)) + end(), "body_invalid", "more than 64 fields"),
        (part(BLANK, filename="x" * 10_240) + end(), "body_invalid", "Maximum header size exceeded"),
    ],
)
def test_a_form_that_is_none_is_told_why(gateway: Gateway, form: bytes, code: str, expected: str) -> None:
    status, found, message = send_form(gateway, form).error
    assert (status, found) == (400, code)
    assert expected in message


@pytest.mark.parametrize("kind", ["", "image/png", "application/x-www-form-urlencoded", "application/pdf", "x" * 5000])
def test_another_content_type_is_told_with_those_that_are_read(gateway: Gateway, kind: str) -> None:
    status, code, message = ask_rest(gateway, PATH, "POST", BLANK, {"Content-Type": kind} if kind else {}).error
    assert (status, code) == (415, "content_type")
    assert message.endswith("accepted: multipart/form-data, application/json")
    assert read(gateway, BLANK).status == 200
