"""A reader's answers judged by the truth, category by category."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pdserving.bench.accuracy.answers import Answers
from pdserving.bench.accuracy.measures import FIGURES, Counts, ReadLine, compare
from pdserving.bench.accuracy.truth import TruePage


@dataclass(frozen=True)
class MisreadLine:
    """A line that was not read as it is, and its picture."""

    picture: Path
    read: ReadLine


@dataclass
class Judgement:
    """What was counted on the pages of each category.

    Attributes:
        counts: by category.
        misread: by category the lines that were not read as they are, the worst first.
        failures: a text for each picture that could not be read.
    """

    counts: dict[str, Counts] = field(default_factory=dict)
    misread: dict[str, list[MisreadLine]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def means(self) -> Mapping[str, float | None]:
        """The mean of each figure over the categories that have it."""
        tables = [counts.figures() for counts in self.counts.values()]
        means: dict[str, float | None] = {}
        for figure in FIGURES:
            values = [value for table in tables if (value := table[figure]) is not None]
            means[figure] = sum(values) / len(values) if values else None
        return means


def judge(pages: Sequence[TruePage], answers: Answers) -> Judgement:
    """Judge the answers about all pages; a picture that failed, or that has no answer, was read as empty."""
    judgement = Judgement()
    for page in pages:
        answer = answers.get(str(page.picture), "not read")
        if isinstance(answer, str):
            judgement.failures.append(f"{page.picture.name}: {answer}")
            answer = []
        counts, lines = compare(page.lines, answer)
        judgement.counts[page.category] = judgement.counts.get(page.category, Counts()) + counts
        misread = judgement.misread.setdefault(page.category, [])
        misread += [MisreadLine(page.picture, line) for line in lines if line.edits]
    for misread in judgement.misread.values():
        misread.sort(key=lambda line: -line.read.edits / max(1, len(line.read.line.text)))
    return judgement
