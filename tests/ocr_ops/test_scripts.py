import pytest

from ocr_ops.scripts import is_east_asian, is_unspaced


@pytest.mark.parametrize("character", "书十一、。「ーカなㄅ々ｱ！〇𠀀ꀀ")
def test_chinese_japanese_and_yi_are_written_without_blanks(character: str) -> None:
    assert is_unspaced(character)
    assert is_east_asian(character)


@pytest.mark.parametrize("character", "한글ㄱ")
def test_korean_has_blanks(character: str) -> None:
    assert is_east_asian(character)
    assert not is_unspaced(character)


@pytest.mark.parametrize("character", "aÉ1+-=·• “…")
def test_all_else_is_of_other_scripts(character: str) -> None:
    assert not is_east_asian(character)
    assert not is_unspaced(character)
