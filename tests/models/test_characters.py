"""What the documents and the web page say is read, and what not, held against the recognisers' lists."""

import re

import pytest

from ocr_ops.recognition import load_characters
from tests.support.paths import MODELS, ROOT

README = (MODELS / "README.md").read_text(encoding="utf-8")
SECTION = README[README.index("## What is read") : README.index("## Precision on a CPU")]
TOLD = ("README.md", "README.zh-CN.md", "pdserving/gateway/rest/openapi.py", "pdserving/gateway/web/static/index.html")
SIGNS = "¡№„ạế"

LETTERS = {
    "Afrikaans": "áéèêëíîïóôöúûüý",
    "Albanian": "çë",
    "Azerbaijani": "çəğıöşü",
    "Basque": "ñç",
    "Bosnian": "čćđšž",
    "Catalan": "àçèéíïòóúü·",
    "Croatian": "čćđšž",
    "Czech": "áčďéěíňóřšťúůýž",
    "Danish": "æøåé",
    "Dutch": "éèëïóöüĳ",
    "Estonian": "äõöüšž",
    "Finnish": "äöåšž",
    "French": "àâæçéèêëîïôœùûüÿ«»",
    "Galician": "ñáéíóúüï",
    "German": "äöüßẞ„“‚‘",
    "Hungarian": "áéíóöőúüű",
    "Icelandic": "áðéíóúýþæö",
    "Indonesian": "é",
    "Irish": "áéíóú",
    "Italian": "àèéìíîòóùú",
    "Kurdish": "çêîşû",
    "Latin": "āēīōūăĕĭŏŭæœ",
    "Latvian": "āčēģīķļņšūž",
    "Lithuanian": "ąčęėįšųūž",
    "Luxembourgish": "äéëöü",
    "Malay": "é",
    "Maltese": "ċġħżàèìòù",
    "Maori": "āēīōū",
    "Norwegian": "æøåéòô",
    "Occitan": "àáçèéíïòóúü",
    "Polish": "ąćęłńóśźż",
    "Portuguese": "áâãàçéêíóôõúü",
    "Quechua": "ñ",
    "Romanian": "ăâîșțşţ",
    "Romansh": "àèéìîòù",
    "Serbian (Latin)": "čćđšž",
    "Slovak": "áäčďéíĺľňóôŕšťúýž",
    "Slovenian": "čšž",
    "Spanish": "áéíñóúü¿¡",
    "Swahili": "",
    "Swedish": "åäöé",
    "Tagalog": "ñ",
    "Turkish": "âçğıîöşûü",
    "Uzbek": "ʻʼ‘’",
    "Vietnamese": "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ",
    "Welsh": "àáâäéèêëíìîïóòôöúùûüŵẁẃẅŷỳýÿ",
}
"""What each language writes besides a to z, in small letters."""


def known(profile: str) -> set[str]:
    return set(load_characters(MODELS / f"{profile}_rec" / "characters.txt", use_space=True))


def lacking() -> dict[str, set[str]]:
    """The characters that the README's table names as missing, by the language of their row."""
    rows = re.findall(r"^\| (\w+) \| ([^|;,]*)[^|]*\|$", SECTION, re.MULTILINE)
    return {language: {sign for sign in signs if not sign.isascii()} for language, signs in rows if language != "of"}


def test_the_numbers_of_characters_are_those_of_the_lists(models: None) -> None:
    for profile in ("ppocrv6", "ppocrv4"):
        (number,) = re.findall(rf"`{profile}` knows ([\d,]+):", SECTION)
        assert int(number.replace(",", "")) == len(known(profile) - {" "})


def test_all_that_is_said_to_be_missing_is(models: None) -> None:
    table = lacking()
    assert set(table) == {"Vietnamese", "German", "Spanish", "Uzbek", "Welsh", "Japanese", "all"}
    assert all(table.values())
    assert set().union(*table.values()) & known("ppocrv6") == set()


def test_the_languages_are_46_and_lack_nothing_else(models: None) -> None:
    (named,) = re.findall(r"makers name: (.*?)\.\n", SECTION, re.DOTALL)
    assert re.split(r", | and ", " ".join(named.split())) == sorted(LETTERS)
    assert len(LETTERS) == 46
    table, characters = lacking(), known("ppocrv6")
    for language, letters in LETTERS.items():
        told = table.get(language, set())
        capitals = "".join(letter for letter in letters if letter not in told).upper()
        assert {letter for letter in letters if letter not in characters} == told & {*letters}, language
        assert language == "Vietnamese" or set(capitals) <= characters, language
    assert {letter for letter in LETTERS["Vietnamese"].upper() if letter >= "\u1e00"} & characters == {"Ạ"}


def test_scripts_that_are_not_read_are_not_in_the_list(models: None) -> None:
    ranges = {
        "Korean": ("\uac00", "\ud7a3"),
        "Cyrillic": ("\u0400", "\u04ff"),
        "Arabic": ("\u0600", "\u06ff"),
        "Hebrew": ("\u0590", "\u05ff"),
        "Thai": ("\u0e00", "\u0e7f"),
        "Hindi": ("\u0900", "\u097f"),
        "Bopomofo": ("\u3105", "\u312f"),
    }
    for name, (first, last) in ranges.items():
        assert name in SECTION
        assert not any(first <= character <= last for character in known("ppocrv6")), name


def test_what_is_said_of_ppocrv4_is_so(models: None) -> None:
    (told,) = re.findall(r"^`ppocrv4` knows (.*?)\n\n", SECTION, re.DOTALL | re.MULTILINE)
    form = r"such as (.*?), and lacks (.*?); of .* kana, (.*?)\. It lacks (.*?), too"
    ((has, letters, kana, signs),) = re.findall(form, " ".join(told.split()))
    characters = known("ppocrv4")
    for there in (*has.split(" and "), *kana.split()):
        assert there in characters
    for missing in (*letters.split(), *signs.split()):
        assert missing not in characters
    assert {sign for sign in characters if "\u3041" <= sign <= "\u30fa"} == set(kana.split())


@pytest.mark.parametrize("file", TOLD)
def test_signs_that_are_missing_are_named_where_a_reader_or_visitor_looks(models: None, file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert [sign for sign in SIGNS if sign not in text] == []
    assert set(SIGNS) & known("ppocrv6") == set()
