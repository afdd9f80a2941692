"""Texts as they are compared: tokens, and the distance of two texts."""

import re
import unicodedata

_WIDE = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Chinese and Japanese
_RUN = re.compile(f"[{_WIDE}]+|[^{_WIDE}\\s]+")
_BLANK_BESIDE_WIDE = re.compile(f"(?<=[{_WIDE}]) | (?=[{_WIDE}])")


def normalised(text: str) -> str:
    """The text as it is compared.

    Forms that mean the same are one (NFKC: ： is :), blanks are single, and there is none beside a character of Chinese
    or Japanese, where nobody can see whether one was meant.
    """
    return _BLANK_BESIDE_WIDE.sub("", " ".join(unicodedata.normalize("NFKC", text).split()))


def tokens(text: str) -> list[str]:
    """The words of a text; of Chinese and Japanese the pairs of neighbouring characters, or a single one by itself."""
    found = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text)):
        if re.match(f"[{_WIDE}]", run) and len(run) > 1:
            found += [run[index : index + 2] for index in range(len(run) - 1)]
        else:
            found.append(run)
    return found


def edit_distance(one: str, other: str) -> int:
    """The fewest insertions, deletions and replacements of characters that make one text the other.

    By Myers' bit vectors, as Hyyrö has them (2001): a column of the table is two whole numbers.
    """
    if not one:
        return len(other)
    masks: dict[str, int] = {}
    for index, character in enumerate(one):
        masks[character] = masks.get(character, 0) | 1 << index
    full, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    rises, falls, distance = full, 0, len(one)
    for character in other:
        mask = masks.get(character, 0)
        diagonal = (((mask & rises) + rises) ^ rises) | mask | falls
        up, down = falls | ~(diagonal | rises), rises & diagonal
        distance += bool(up & last) - bool(down & last)
        up, down = up << 1 | 1, down << 1
        rises, falls = (down | ~(diagonal | up)) & full, up & diagonal & full
    return distance
