import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.image.tiff_tags import HEIGHT, ORIENTATION, WIDTH, exif_orientation, read_tags
from tests.support import image_files as encoders


@pytest.mark.parametrize("order", ["<", ">"])
def test_an_orientation_is_read_in_either_byte_order(order: encoders.Order) -> None:
    assert read_tags(encoders.exif(8, order), {ORIENTATION, WIDTH}) == {ORIENTATION: 8}


def test_the_prefix_of_jpeg_segments_may_be_there_or_not() -> None:
    assert exif_orientation(b"Exif\0\0" + encoders.exif(3)) == exif_orientation(encoders.exif(3)) == 3


def test_the_first_of_two_equal_tags_counts() -> None:
    twice = encoders.exif(5)
    entry = twice[10:18] + b"\x07\0\0\0"
    assert read_tags(twice[:8] + b"\x02\0" + twice[10:22] + entry, {ORIENTATION}) == {ORIENTATION: 5}


@given(start=st.sampled_from([b"", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"]), rest=st.binary(max_size=60))
def test_any_bytes_give_integers_or_a_value_error(start: bytes, rest: bytes) -> None:
    assert 1 <= exif_orientation(start + rest) <= 8
    try:
        tags = read_tags(start + rest, {WIDTH, HEIGHT})
    except ValueError:
        return
    assert set(tags) <= {WIDTH, HEIGHT}
