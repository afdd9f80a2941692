"""The scripts of East Asia, by their characters."""

_Blocks = tuple[tuple[str, str], ...]

# The scripts that are written without blanks, with their punctuation: from the radicals to Bopomofo, from Kanbun to Yi,
# the compatible ideographs, the wide forms, and the planes of further ideographs.
_UNSPACED: _Blocks = (
    ("\u2e80", "\u312f"),
    ("\u3190", "\ua4cf"),
    ("\uf900", "\ufaff"),
    ("\uff00", "\uffef"),
    ("\U00020000", "\U0003ffff"),
)
# Korean has blanks.
_HANGUL: _Blocks = (("\u3130", "\u318f"), ("\ua960", "\ua97f"), ("\uac00", "\ud7ff"))


def is_unspaced(character: str) -> bool:
    """Whether a character is of a script that is written without blanks: Chinese, Japanese, Yi."""
    return _is_of(character, _UNSPACED)


def is_east_asian(character: str) -> bool:
    """Whether a character is Chinese, Japanese, Yi or Korean."""
    return _is_of(character, _UNSPACED + _HANGUL)


def _is_of(character: str, blocks: _Blocks) -> bool:
    return any(first <= character <= last for first, last in blocks)
