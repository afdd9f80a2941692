"""The measures: how an answer compares with the truth about a page.

What is counted on pages can be added up. The figures come from the sums, so a line counts the same on whichever page of
a category it stands.
"""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from pdserving.bench.accuracy.overlap import Overlap
from pdserving.bench.accuracy.text import edit_distance, normalised, tokens
from pdserving.bench.accuracy.truth import Line

_SAME_QUAD = 0.5  # intersection over union from which a quad is found


@dataclass(frozen=True)
class Counts:
    """What was counted on one page or on several.

    Attributes:
        true_tokens, answered_tokens, common_tokens: tokens of the truth, of the answer, and of both.
        lines, exact_lines: lines of the truth, and those that are lines of the answer, letter by letter.
        characters, wrong_characters: characters of the truth, and the edits that make the answer it.
        neighbours, neighbours_in_order: pairs of neighbouring lines of the truth that were both found, and those of
            which the second comes next after the first.
        answered_lines, matched_lines: lines of the answer, and those whose quad is that of a true line.
    """

    true_tokens: int = 0
    answered_tokens: int = 0
    common_tokens: int = 0
    lines: int = 0
    exact_lines: int = 0
    characters: int = 0
    wrong_characters: int = 0
    neighbours: int = 0
    neighbours_in_order: int = 0
    answered_lines: int = 0
    matched_lines: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    def figures(self) -> Mapping[str, float | None]:
        """The figures by their names, 0 to 1 (character errors may be more); None: there is nothing to judge."""
        return {
            RECALL: _share(self.common_tokens, self.true_tokens),
            PRECISION: _share(self.common_tokens, self.answered_tokens),
            EXACT: _share(self.exact_lines, self.lines),
            CHARACTER_ERRORS: _share(self.wrong_characters, self.characters),
            ORDER: _share(self.neighbours_in_order, self.neighbours),
            HMEAN: _share(2 * self.matched_lines, self.lines + self.answered_lines),
        }


RECALL = "token recall"
PRECISION = "precision"
EXACT = "lines exact"
CHARACTER_ERRORS = "CER"
ORDER = "order"
HMEAN = "hmean"
FIGURES = (RECALL, PRECISION, EXACT, CHARACTER_ERRORS, ORDER, HMEAN)


@dataclass(frozen=True)
class ReadLine:
    """A true line, what was read where it stands, and the edits that make the one the other."""

    line: Line
    read: str
    edits: int


def compare(truth: Sequence[Line], answer: Sequence[Line]) -> tuple[Counts, list[ReadLine]]:
    """Compare an answer, in its own order, with the truth about a page, in reading order."""
    overlap = Overlap.of([line.quad for line in truth], [line.quad for line in answer])
    owners = overlap.owners()
    read = _read_lines(truth, answer, owners)
    # What belongs to no line of the truth was read where nothing stands.
    invented = sum(len(normalised(line.text)) for line, owner in zip(answer, owners, strict=True) if owner is None)
    pairs = _neighbours(truth, overlap.finders())
    expected, found = _token_counts(truth), _token_counts(answer)
    true_texts, texts = (Counter(normalised(line.text) for line in lines) for lines in (truth, answer))
    counts = Counts(
        true_tokens=expected.total(),
        answered_tokens=found.total(),
        common_tokens=(expected & found).total(),
        lines=len(truth),
        exact_lines=(true_texts & texts).total(),
        characters=sum(len(normalised(line.text)) for line in truth),
        wrong_characters=invented + sum(line.edits for line in read),
        neighbours=len(pairs),
        neighbours_in_order=sum(following - leading in (0, 1) for leading, following in pairs),
        answered_lines=len(answer),
        matched_lines=overlap.matches(_SAME_QUAD),
    )
    return counts, read


def _token_counts(lines: Sequence[Line]) -> "Counter[str]":
    return Counter(token for line in lines for token in tokens(line.text))


def _read_lines(truth: Sequence[Line], answer: Sequence[Line], owners: Sequence[int | None]) -> list[ReadLine]:
    """Each true line with the answered ones that belong to it, put together in the order in which they came."""
    pieces: list[list[str]] = [[] for _ in truth]
    for line, owner in zip(answer, owners, strict=True):
        if owner is not None:
            pieces[owner].append(line.text)
    read = []
    for line, texts in zip(truth, pieces, strict=True):
        text = " ".join(texts)
        read.append(ReadLine(line, text, edit_distance(normalised(line.text), normalised(text))))
    return read


def _neighbours(truth: Sequence[Line], finders: Sequence[int | None]) -> list[tuple[int, int]]:
    """The ranks of neighbouring lines of the truth that were both found.

    Only answered lines in which a line of the truth was found have a rank. Lines that were read as one share theirs.
    """
    places = [finder if line.ordered else None for line, finder in zip(truth, finders, strict=True)]
    ranks = {place: rank for rank, place in enumerate(sorted({place for place in places if place is not None}))}
    return [(ranks[one], ranks[two]) for one, two in itertools.pairwise(places) if one is not None and two is not None]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
