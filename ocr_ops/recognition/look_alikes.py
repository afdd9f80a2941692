"""Characters that look alike, and where the recogniser was in doubt between them.

Of letters such as c and C the forms differ in size alone, a zero may be an O, and a plus is the Chinese ten. At such a
character the recogniser spreads its probability over the family.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ZERO, LETTER = "0", "O"
"""Two that look alike in size, too."""

_LETTERS = ("oO0", "cC", "sS", "uU", "vV", "wW", "xX", "zZ")
_SIGNS = ("+十", "-=一二三•·")

# A reading whose rivals all have less is clear. Of drawn text, one clear reading in 5,000 has the wrong case.
_UNSURE = 0.003


@dataclass(frozen=True)
class Doubt:
    """A character that may be another one of its family.

    Attributes:
        place: its index in the text.
        shares: the probability, 0 to 1, of each member of the family.
    """

    place: int
    shares: Mapping[str, float]

    @property
    def of_letter(self) -> bool:
        """Whether it is about a letter, or a zero that may be one."""
        return any(map(str.islower, self.shares))

    @property
    def of_family(self) -> float:
        """The probability of all members of the family together."""
        return sum(self.shares.values())


class LookAlikes:
    """The families of look-alikes among the classes of a recogniser.

    Args:
        characters: the characters of classes 1, 2, …
    """

    def __init__(self, characters: Sequence[str]) -> None:
        classes = {character: index for index, character in enumerate(characters, start=1)}
        self._families: dict[int, Mapping[str, int]] = {}
        for family in (*_LETTERS, *_SIGNS):
            members = {character: classes[character] for character in family if character in classes}
            if len(members) > 1:
                self._families.update(dict.fromkeys(members.values(), members))

    def family(self, index: int) -> Mapping[str, int] | None:
        """The family of a class, with the class of each member; None where nothing looks like it."""
        return self._families.get(index)


def doubt_at(place: int, read: str, shares: Mapping[str, float]) -> Doubt | None:
    """The doubt about a character, if there is one.

    Args:
        place: its index in the text.
        read: the character.
        shares: the probability of each member of its family.
    """
    unsure = any(share >= _UNSURE for character, share in shares.items() if character != read)
    return Doubt(place, shares) if unsure else None
