import pytest

from ocr_ops.recognition import Text, settle
from ocr_ops.recognition.settling import case_evidence
from tests.support.glyphs import draw_text, reading

SIZES = (12, 14, 20, 32)


def settled(drawn: str, read: str, shares: dict[str, float], size: int) -> Text:
    """What becomes of a reading that differs from what was drawn in one place, with these shares there."""
    crop, columns = draw_text(drawn, size)
    (place,) = [index for index, (one, other) in enumerate(zip(drawn, read, strict=True)) if one != other]
    return settle(reading(read, columns, {place: shares}), crop)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("drawn", "read", "shares"),
    [
        ("WARNING table", "wARNING table", {"w": 0.75, "W": 0.25}),
        ("Village here", "village here", {"v": 0.9, "V": 0.1}),
        ("seven Camels", "seven camels", {"c": 0.9, "C": 0.1}),
        ("HEXAGON", "HExAGON", {"x": 0.6, "X": 0.4}),
        ("harvest time", "harVest time", {"v": 0.1, "V": 0.9}),
        ("ERROR 17", "ERRoR 17", {"o": 0.74, "O": 0.17, "0": 0.09}),
    ],
)
def test_the_height_of_a_glyph_tells_its_case(drawn: str, read: str, shares: dict[str, float], size: int) -> None:
    text = settled(drawn, read, shares, size)
    assert (text.text, text.doubts) == (drawn, ())
    assert text.score == pytest.approx(1.0, abs=0.05)
    assert len(text.columns) == len(drawn)


def test_a_capital_that_the_crop_cuts_stays_one() -> None:
    crop, columns = draw_text("Copper oxen", 20)
    text = reading("Copper oxen", columns, {0: {"c": 0.3, "C": 0.7}})
    top = next(row for row, ink in enumerate(crop.min(axis=(1, 2))) if ink < 128)
    assert settle(text, crop[top + 4 :]) == text


def test_what_is_right_stays_and_its_score_is_that_of_its_family() -> None:
    crop, columns = draw_text("Village here", 20)
    text = settle(reading("Village here", columns, {0: {"v": 0.4, "V": 0.5}}), crop)
    assert text.text == "Village here"
    assert text.score == pytest.approx((11 + 0.9) / 12)


@pytest.mark.parametrize(("drawn", "read"), [("x", "X"), ("vows", "Vows"), ("Wow", "wow")])
def test_a_line_with_nothing_to_compare_stays_in_doubt(drawn: str, read: str) -> None:
    crop, columns = draw_text(drawn, 20)
    before = reading(read, columns, {place: {c.lower(): 0.5, c.upper(): 0.5} for place, c in enumerate(read)})
    assert settle(before, crop) == before


def test_a_reading_without_doubts_is_the_same_object() -> None:
    crop, columns = draw_text("Village", 20)
    text = reading("village", columns, {})
    assert settle(text, crop) is text


@pytest.mark.parametrize("read", ["r0sne4", "470", "x0"])
def test_a_small_zero_in_what_may_be_a_code_becomes_no_letter(read: str) -> None:
    crop, columns = draw_text(f"seen in {read.replace('0', 'o')} here", 20)
    place = 8 + read.find("0")
    text = reading(f"seen in {read} here", columns, {place: {"o": 0.05, "O": 0.02, "0": 0.93}})
    assert settle(text, crop) == text


def test_a_small_zero_in_a_word_is_a_letter() -> None:
    assert (
        settled("seen in zoom here", "seen in zo0m here", {"o": 0.3, "O": 0.1, "0": 0.6}, 20).text
        == "seen in zoom here"
    )


@pytest.mark.parametrize("shares", [{"o": 0.6, "O": 0.0, "0": 0.4}, {"o": 0.0, "O": 0.4, "0": 0.6}])
def test_a_digit_among_digits_is_a_digit(shares: dict[str, float]) -> None:
    read = max(shares, key=lambda character: shares[character])
    crop, columns = draw_text("4707 kg", 20)
    text = settle(reading(f"47{read}7 kg", columns, {2: shares}), crop)
    assert text.text == "4707 kg"


def test_a_letter_of_which_the_recogniser_is_nearly_sure_becomes_no_digit() -> None:
    crop, columns = draw_text("4707 kg", 20)
    text = reading("47o7 kg", columns, {2: {"o": 0.97, "O": 0.0, "0": 0.03}})
    assert settle(text, crop) == text


def test_evidence_needs_something_to_compare_and_fonts_as_they_are() -> None:
    assert case_evidence(10, None, None) is None
    assert case_evidence(10, 10, 10) is None
    assert case_evidence(10, 10, 40) is None


@pytest.mark.parametrize(("low", "high"), [(10.0, 14.0), (10.0, None), (None, 14.0)])
def test_evidence_grows_from_small_to_capital_and_is_bounded(low: float | None, high: float | None) -> None:
    found = [case_evidence(height, low, high) for height in (10, 11.5, 12.5, 14)]
    assert None not in found
    values = [value for value in found if value is not None]
    assert values == sorted(values)
    assert values[0] < -2
    assert values[-1] > 2
    assert all(abs(value) < 6 for value in values)
    assert case_evidence(40, low, high) == pytest.approx(0, abs=0.01)
