import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_ops.arrays import Floats
from ocr_ops.recognition import LookAlikes, Text, decode_texts, load_characters

CHARACTERS = ("a", "b", "c", " ")


def scores_of(classes: list[int], probabilities: list[float] | None = None) -> Floats:
    scores = np.zeros((1, len(classes), len(CHARACTERS) + 1), np.float32)
    for step, best in enumerate(classes):
        scores[0, step, best] = probabilities[step] if probabilities else 1.0
    return scores


def test_repeats_merge_and_blanks_separate() -> None:
    (text,) = decode_texts(scores_of([0, 1, 1, 0, 1, 2, 4, 4, 3, 0]), CHARACTERS, [1.0])
    assert text.text == "aab c"
    assert text.columns == pytest.approx((0.2, 0.45, 0.55, 0.7, 0.85))


def test_the_score_is_the_mean_of_the_steps_at_which_characters_begin() -> None:
    (text,) = decode_texts(scores_of([1, 1, 0, 2], [0.9, 0.5, 0.8, 0.7]), CHARACTERS, [1.0])
    assert text.score == pytest.approx(0.8)


@given(st.integers(0, 1000))
def test_logits_read_as_the_probabilities_that_a_softmax_makes_of_them(seed: int) -> None:
    logits = np.random.default_rng(seed).normal(0, 4, (3, 20, len(CHARACTERS) + 1)).astype(np.float32)
    powers = np.exp(logits)
    expected = decode_texts(powers / powers.sum(axis=2, keepdims=True), CHARACTERS, [1.0] * 3)
    found = decode_texts(logits, CHARACTERS, [1.0] * 3, logits=True)
    assert [text.text for text in found] == [text.text for text in expected]
    assert [text.score for text in found] == pytest.approx([text.score for text in expected], abs=1e-5)


def test_columns_are_fractions_of_the_unpadded_width() -> None:
    (text,) = decode_texts(scores_of([1, 0, 2, 0, 0, 0, 0, 3]), CHARACTERS, [0.5])
    assert text.columns == pytest.approx((0.125, 0.625, 1.0))


@pytest.mark.parametrize("classes", [[], [0, 0, 0]])
def test_nothing_but_blanks_is_an_empty_text(classes: list[int]) -> None:
    assert decode_texts(scores_of(classes), CHARACTERS, [1.0]) == [Text("", 0.0, ())]


def test_characters_of_another_model_are_an_error() -> None:
    with pytest.raises(ValueError, match=r"5 classes.*3 characters"):
        decode_texts(scores_of([1]), CHARACTERS[:3], [1.0])


def test_a_width_is_needed_for_every_row() -> None:
    with pytest.raises(ValueError, match="zip"):
        decode_texts(scores_of([1]), CHARACTERS, [])


def test_a_character_with_a_rival_in_its_family_is_in_doubt_as_probability_and_as_logit() -> None:
    characters = ("c", "C", "a")
    scores = np.array([[[0.1, 0.2, 0.6, 0.1], [0.97, 0.01, 0.01, 0.01], [0.1, 0.1, 0.1, 0.7]]], np.float32)
    for given_scores, logits in ((scores, False), (np.log(scores) + 3, True)):
        (text,) = decode_texts(given_scores, characters, [1.0], logits=logits, look_alikes=LookAlikes(characters))
        (doubt,) = text.doubts
        assert (text.text, doubt.place) == ("Ca", 0)
        assert doubt.shares == pytest.approx({"c": 0.2, "C": 0.6})
        (unasked,) = decode_texts(given_scores, characters, [1.0], logits=logits)
        assert unasked.doubts == ()
        assert unasked.score == text.score == pytest.approx(0.65)


def naive(row: Floats) -> tuple[str, list[float]]:
    text, probabilities, previous = "", [], 0
    for step in row:
        best = int(step.argmax())
        if best not in (0, previous):
            text += CHARACTERS[best - 1]
            probabilities.append(float(step[best]))
        previous = best
    return text, probabilities


@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 30), st.floats(0.05, 1))
def test_any_scores_decode_as_in_the_textbook(seed: int, rows: int, steps: int, width: float) -> None:
    scores = np.random.default_rng(seed).random((rows, steps, len(CHARACTERS) + 1), np.float32)
    for row, text in zip(scores, decode_texts(scores, CHARACTERS, [width] * rows), strict=True):
        expected, probabilities = naive(row)
        assert text.text == expected
        assert text.score == pytest.approx(np.mean(probabilities) if probabilities else 0.0, abs=1e-6)
        assert len(text.columns) == len(expected)
        assert list(text.columns) == sorted(text.columns)
        assert all(0 <= column <= 1 for column in text.columns)


def test_the_scores_are_never_copied() -> None:
    scores = np.zeros((4, 100, 5001), np.float32)
    scores[:, ::2, 7] = 1
    characters = ["x"] * 5000
    tracemalloc.start()
    decode_texts(scores, characters, [1.0] * 4)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < scores.nbytes / 20


def test_characters_are_kept_exactly(tmp_path: Path) -> None:
    path = tmp_path / "characters.txt"
    path.write_bytes("a\n\u3000\n\u2028\n\x85\n b\n\n中\n".encode())
    assert load_characters(path, use_space=False) == ("a", "\u3000", "\u2028", "\x85", " b", "", "中")


def test_the_space_comes_last(tmp_path: Path) -> None:
    path = tmp_path / "characters.txt"
    path.write_bytes(b"a\r\nb")
    assert load_characters(path, use_space=True) == ("a", "b", " ")
