"""Forms as no browser sends them, and what is refused in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdserving.errors import BodyInvalidError
from pdserving.gateway.rest.form import parse_form
from tests.support.paths import SAMPLES
from tests.support.rest import BOUNDARY, FORM, end, part, send_form
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
