"""Decoding of the recogniser's scores: characters and their places out.

For every time step, which is some pixels of a crop's width, the recogniser scores every character and the CTC blank,
which stands for "nothing new" (Graves et al. 2006, "Connectionist Temporal Classification"). Greedy decoding takes the
best class of each step, merges repeats and drops blanks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ocr_ops.arrays import Floats
from ocr_ops.recognition.look_alikes import Doubt, LookAlikes, doubt_at

_BLANK = 0


@dataclass(frozen=True)
class Text:
    """What a crop says.

    Attributes:
        text: its characters; empty where nothing was read.
        score: the mean probability of the characters, 0 to 1; 0 for an empty text.
        columns: the centre of each character along the crop, as a fraction 0 to 1 of the crop's own (unpadded) width.
        doubts: the characters that may be others that look like them; none where that was not asked for.
    """

    text: str
    score: float
    columns: tuple[float, ...]
    doubts: tuple[Doubt, ...] = ()


def load_characters(path: Path, use_space: bool) -> tuple[str, ...]:
    """The characters of a recogniser's classes 1, 2, …; class 0, the CTC blank, is not among them.

    Args:
        path: a UTF-8 file with one character a line.
        use_space: whether the recogniser has one more class at the end, the space between words (PaddleOCR's
            `use_space_char`).

    Raises:
        OSError: the file cannot be read.
        UnicodeDecodeError: the file is not UTF-8.
    """
    # Not splitlines(): some of the characters in such lists count as ends of lines there.
    lines = path.read_bytes().decode("utf-8").replace("\r\n", "\n").split("\n")
    if lines[-1] == "":
        lines.pop()
    return (*lines, " ") if use_space else tuple(lines)


def decode_texts(
    scores: Floats,
    characters: Sequence[str],
    widths: Sequence[float],
    *,
    logits: bool = False,
    look_alikes: LookAlikes | None = None,
) -> list[Text]:
    """The text of each crop.

    A text's score is the mean probability of the steps at which its characters begin.

    Args:
        scores: float32, shape (crops, time steps, classes), probabilities or logits. There may be hundreds of megabytes
            of them, so they are read in place and never copied.
        characters: the characters of classes 1, 2, …
        widths: for each crop, the fraction (above 0) of its padded width that is its own.
        logits: whether the scores are logits, of which a softmax would make probabilities. It is computed only for the
            steps at which a character begins: most steps are blank.
        look_alikes: those of these characters; None where doubts between them are not asked for.

    Raises:
        ValueError: the number of classes is not that of the characters and the blank.
    """
    _, steps, classes = scores.shape
    if classes != len(characters) + 1:
        raise ValueError(
            f"the recogniser scores {classes} classes, but there are {len(characters)} characters and the blank: "
            f"the model and its list of characters do not belong together"
        )
    kind = _Logits if logits else _Probabilities
    return [
        _decode_row(kind(row), characters, width * steps, look_alikes)
        for row, width in zip(scores, widths, strict=True)
    ]


class _Probabilities:
    """A row of probabilities, of shape (time steps, classes)."""

    def __init__(self, scores: Floats) -> None:
        self.scores = scores

    def best(self, step: int, best: int) -> float:
        """The probability of a step's best class."""
        return float(self.scores[step, best])

    def other(self, step: int, other: int, best: int, share: float) -> float:
        """The probability of another class, where that of the best one is known."""
        return float(self.scores[step, other])


class _Logits(_Probabilities):
    """A row of logits, of which a softmax makes probabilities."""

    def best(self, step: int, best: int) -> float:
        """The probability of a step's best class."""
        scores = self.scores[step]
        return 1 / float(np.exp(scores - scores[best]).sum())

    def other(self, step: int, other: int, best: int, share: float) -> float:
        """The probability of another class, where that of the best one is known."""
        return share * float(np.exp(self.scores[step, other] - self.scores[step, best]))


def _decode_row(
    row: _Probabilities, characters: Sequence[str], own_steps: float, look_alikes: LookAlikes | None
) -> Text:
    best = row.scores.argmax(axis=1)
    # Where a run of one class begins, and where the next one does.
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    ends = np.append(starts, len(best))[1:]
    kept = best[starts] != _BLANK
    starts, ends = starts[kept], ends[kept]
    if not len(starts):
        return Text("", 0.0, ())
    classes = best[starts].tolist()
    text = "".join(characters[index - 1] for index in classes)
    columns = np.clip((starts + ends) / 2 / own_steps, 0.0, 1.0)
    shares = [row.best(step, index) for step, index in zip(starts, classes, strict=True)]
    doubts = _doubts(row, starts.tolist(), classes, text, shares, look_alikes) if look_alikes else ()
    return Text(text, sum(shares) / len(shares), tuple(columns.tolist()), doubts)


def _doubts(
    row: _Probabilities,
    starts: Sequence[int],
    classes: Sequence[int],
    text: str,
    shares: Sequence[float],
    look_alikes: LookAlikes,
) -> tuple[Doubt, ...]:
    found = []
    for place, (step, index) in enumerate(zip(starts, classes, strict=True)):
        family = look_alikes.family(index)
        if family:
            own = shares[place]
            members = {
                member: own if other == index else row.other(step, other, index, own)
                for member, other in family.items()
            }
            doubt = doubt_at(place, text[place], members)
            if doubt:
                found.append(doubt)
    return tuple(found)
