"""Words and codes in many fonts, read by the real recogniser: what settling mends, and what it spoils."""

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageDraw

from ocr_ops.arrays import Image, as_image
from ocr_ops.recognition import LookAlikes, Text, settle
from tests.support.cells import any_font
from tests.support.stages import Stages

LINES = 240
WORDS = (
    "office",
    "colour",
    "summer",
    "village",
    "window",
    "zero",
    "cause",
    "wave",
    "visit",
    "success",
    "cross",
    "book",
)
CAPITALS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"


@pytest.fixture(scope="module")
def stages(models: None) -> Stages:
    return Stages("ppocrv6", "openvino")


def words(rng: Random) -> str:
    """Words, each in small letters, with a capital, or in capitals."""
    styles = (str.lower, str.capitalize, str.upper)
    return " ".join(rng.choice(styles)(word) for word in rng.sample(WORDS, 4))


def codes(rng: Random) -> str:
    """Licence plates, hexadecimal numbers, article numbers, amounts."""
    letters, digits = rng.choices(CAPITALS + "OOOO", k=5), rng.choices("0123456789" + "0000", k=5)
    return rng.choice(
        (
            f"{''.join(letters[:2])}-{''.join(digits[:3])}-{''.join(letters[2:4])}",
            f"AB0 {letters[0]}{digits[0]} {''.join(digits[:2])}{letters[1]}",
            f"0x{rng.getrandbits(32):08X} {rng.getrandbits(32):x}",
            f"{''.join(letters[:3])}{digits[0]} GPIO0 COM{digits[1]}",
            f"{''.join(rng.choices([*letters, *digits], k=9))} {rng.randint(1, 999)}00.00",
        )
    )


def drawn(text: str, rng: np.random.Generator) -> Image:
    font, size = any_font(rng)
    left, top, right, bottom = (
        round(side) for side in ImageDraw.Draw(Pillow.new("L", (1, 1))).textbbox((0, 0), text, font)
    )
    margin = max(2, size // 5)
    image = Pillow.new("RGB", (right - left + 2 * margin, bottom - top + 2 * margin), "white")
    ImageDraw.Draw(image).text((margin - left, margin - top), text, "black", font)
    return as_image(np.ascontiguousarray(np.asarray(image)[:, :, ::-1]))


def read_and_settle(stages: Stages, truths: Sequence[str], seed: int) -> list[tuple[str, Text, Text]]:
    """Each truth with its reading before and after, where the reading changed."""
    rng = np.random.default_rng(seed)
    crops = [drawn(truth, rng) for truth in truths]
    before = stages.texts(crops, look_alikes=LookAlikes(stages.models.rec.characters))
    after = [settle(text, crop) for text, crop in zip(before, crops, strict=True)]
    return [found for found in zip(truths, before, after, strict=True) if found[1].text != found[2].text]


def test_of_words_some_are_mended_and_none_is_spoiled(stages: Stages) -> None:
    rng = Random(31)  # noqa: S311  # no secret
    changed = read_and_settle(stages, [words(rng) for _ in range(LINES)], 31)
    assert [found for found in changed if found[1].text == found[0]] == []
    assert any(after.text == truth for truth, _, after in changed)


def test_of_codes_and_amounts_none_is_spoiled_and_none_gets_a_new_digit(stages: Stages) -> None:
    rng = Random(32)  # noqa: S311  # no secret
    for truth, before, after in read_and_settle(stages, [codes(rng) for _ in range(LINES)], 32):
        assert before.text != truth
        pairs = zip(truth, before.text, after.text, strict=True) if len(truth) == len(after.text) else ()
        assert all(new == right for right, old, new in pairs if old != new and new.isdigit())
