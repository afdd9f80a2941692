"""Forms as no browser sends them, and what is refused in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdserving.errors import BodyInvalidError
from pdserving.gateway.rest.form import parse_form
from tests.conftest import SAMPLES
from tests.support.rest import BOUNDARY, FORM, PATH, ask, end, part, read, send_form
from tests.support.running import Service

BLANK = (SAMPLES / "blank.png").read_bytes()
FILE = part(BLANK, filename="a.png")
DELIMITER = b"--" + BOUNDARY.encode() + b"\r\n"


@given(st.binary(max_size=300))
def test_any_bytes_are_a_form_or_an_error(body: bytes) -> None:
    for whole in (body, FILE + body + end(), DELIMITER + body + b"\r\n" + end()):
        try:
            parts = parse_form(FORM, whole, 4)
        except BodyInvalidError:
            continue
        assert sum(len(part.data) for part in parts) <= len(whole)


@given(st.lists(st.tuples(st.sampled_from(["file", "Größe"]), st.none() | st.just("名.png"), st.binary()), max_size=8))
def test_parts_come_back_as_they_were_sent(parts: list[tuple[str, str | None, bytes]]) -> None:
    kept = [(name, filename, data) for name, filename, data in parts if BOUNDARY.encode() not in data]
    body = b"".join(part(data, name, filename) for name, filename, data in kept) + end()
    assert [(found.name, found.filename, found.data) for found in parse_form(FORM, body, 8)] == kept


@pytest.mark.parametrize("cut", [len(end()), len(end()) + 2, len(FILE) // 2, len(FILE) + len(end()) - 2, 4])
def test_a_form_that_is_cut_off_is_refused_even_where_a_file_is_whole(service: Service, cut: int) -> None:
    status, code, message = send_form(service, (FILE + FILE + end())[:-cut]).error
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
def test_a_boundary_that_does_not_fit_is_told(service: Service, content_type: str, expected: str) -> None:
    status, code, message = ask(service, PATH, "POST", FILE + end(), {"Content-Type": content_type}).error
    assert (status, code) == (400, "body_invalid")
    assert expected in message


@pytest.mark.parametrize(
    "content_type",
    [f'multipart/form-data; boundary="{BOUNDARY}"', f"Multipart/Form-Data; Charset=utf-7; Boundary={BOUNDARY}"],
)
def test_a_content_type_may_be_written_otherwise(service: Service, content_type: str) -> None:
    form = part(BLANK, filename="+2AA-.png") + end()
    assert ask(service, PATH, "POST", form, {"Content-Type": content_type}).page["file"] == "+2AA-.png"


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
def test_a_form_that_is_none_is_told_why(service: Service, form: bytes, code: str, expected: str) -> None:
    status, found, message = send_form(service, form).error
    assert (status, found) == (400, code)
    assert expected in message


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ("../../etc/passwd", "../../etc/passwd"),
        ("C:\\Users\\me\\a.png", "a.png"),
        ("a\0b.png", "a\0b.png"),
        ("发票.png", "发票.png"),
        (b"\xff\xfe.png", "\ufffd\ufffd.png"),
        ("x" * 2000, "x" * 255),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("", ""),
    ],
)
def test_a_files_name_is_only_repeated(service: Service, sent: str | bytes, found: str) -> None:
    form = part(BLANK, filename=sent) + end()
    assert send_form(service, form).page["file"] == found
    hocr = send_form(service, form, "?format=hocr").body
    assert b"<script" not in hocr
    assert b"\0" not in hocr
    assert send_form(service, form, "?format=pdf").status == 200


def test_line_ends_in_a_name_make_no_header(service: Service) -> None:
    reply = send_form(service, part(BLANK, filename='a"\r\nSet-Cookie: a=b\r\nX: "') + end())
    assert "set-cookie" not in reply.headers
    assert reply.page["file"] == "a"
    long_name = send_form(service, part(b"", filename="x\t" * 300) + FILE + end())
    assert len(long_name.error[2]) <= 500


@pytest.mark.parametrize("kind", ["", "image/png", "application/x-www-form-urlencoded", "application/pdf", "x" * 5000])
def test_another_content_type_is_told_with_those_that_are_read(service: Service, kind: str) -> None:
    status, code, message = ask(service, PATH, "POST", BLANK, {"Content-Type": kind} if kind else {}).error
    assert (status, code) == (415, "content_type")
    assert message.endswith("accepted: multipart/form-data, application/json")
    assert read(service, BLANK).status == 200
