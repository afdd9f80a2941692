import pytest

from ocr_ops.recognition import Text, is_clearly_better, of_narrow, turned_is_better


def read(text: str, score: float) -> Text:
    return Text(text, score, tuple((index + 0.5) / len(text) for index in range(len(text))))


@pytest.mark.parametrize(
    ("page", "turned"),
    [("98", "86"), ("0.00", "00'0"), ("-90", "06-"), ("SOS", "SOS"), ("wow", "MOM"), ("8日", "08"), ("", "66")],
)
def test_what_says_something_upside_down_too_stays_with_its_page(page: str, turned: str) -> None:
    assert not turned_is_better(read(page, 0.6) if page else Text("", 0.0, ()), read(turned, 1.0))


def test_another_text_is_turned_where_it_is_clearly_better() -> None:
    assert turned_is_better(read("ε-", 0.9), read("-3", 0.99))
    assert turned_is_better(Text("", 0.0, ()), read("Exit", 0.9))
    assert not turned_is_better(read("Exit", 0.97), read("1!x3", 0.99))
    assert not turned_is_better(read("Exit", 0.97), read("1!x3", 0.97))


def test_several_characters_tell_how_a_short_crop_runs_and_one_does_not() -> None:
    assert is_clearly_better(read("47", 0.99), read("女", 0.6))
    assert not is_clearly_better(read("7", 0.99), read("女", 0.6))
    assert not is_clearly_better(read("47", 0.99), read("女4", 0.97))
    assert not is_clearly_better(read("68", 0.99), read("89", 0.6))


@pytest.mark.parametrize(
    ("standing", "laid_down", "expected", "lay"),
    [
        (read("1", 0.8), read("一", 0.95), "1", False),
        (read("II", 0.7), read("三", 0.9), "II", False),
        (read("7", 0.9), read("7", 0.99), "7", False),
        (Text("", 0.0, ()), read("七", 0.9), "", False),
        (read("=", 0.95), read("II", 0.8), "=", False),
        (read("二", 0.5), read("11", 0.9), "二", False),
        (read("二", 0.5), read("川口", 0.9), "川口", True),
        (read("站", 0.95), read("车站", 0.96), "车站", True),
        (read("5", 0.3), read("Time", 0.99), "Time", True),
    ],
)
def test_a_single_glyph_stands_and_several_lie_unless_they_read_clearly_better(
    standing: Text, laid_down: Text, expected: str, lay: bool
) -> None:
    text, found = of_narrow(standing, laid_down)
    assert (text.text, found) == (expected, lay)


@pytest.mark.parametrize("bar", "1Il|")
def test_what_is_a_bar_when_it_is_laid_down_is_a_dash(bar: str) -> None:
    laid_down = read(bar, 0.8)
    assert of_narrow(Text("", 0.0, ()), laid_down) == (Text("-", 0.8, (0.5,)), False)
    assert of_narrow(read("•", 0.9), laid_down) == (Text("-", 0.8, (0.5,)), False)
    assert of_narrow(read("一", 0.4), laid_down) == (read("一", 0.8), False)
    assert of_narrow(read("I", 0.4), laid_down) == (read("I", 0.4), False)
