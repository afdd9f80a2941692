import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ocr_ops.image import is_animation

RED, BLUE = Image.new("RGB", (20, 10), "red"), Image.new("RGB", (20, 10), "blue")


def file(kind: str, *frames: Image.Image, **options: object) -> bytes:
    data = io.BytesIO()
    frames[0].save(data, kind, save_all=len(frames) > 1, append_images=frames[1:], **options)
    return data.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_several_frames_are_an_animation(kind: str) -> None:
    assert is_animation(file(kind, RED, BLUE))
    assert not is_animation(file(kind, RED))


def test_a_still_picture_in_the_extended_format_is_none() -> None:
    assert not is_animation(file("WEBP", RED, exif=Image.Exif().tobytes(), icc_profile=b"icc"))
    assert not is_animation(file("JPEG", RED))


@given(kind=st.sampled_from(["PNG", "WEBP"]), keep=st.integers(0, 60), rest=st.binary())
def test_any_bytes_are_an_animation_or_not(kind: str, keep: int, rest: bytes) -> None:
    assert is_animation(ANIMATIONS[kind][:keep] + rest) in (True, False)


ANIMATIONS = {kind: file(kind, RED, BLUE) for kind in ("PNG", "WEBP")}
