"""The better of two readings of one crop, which is read both ways where its direction is in doubt."""

from dataclasses import replace

from ocr_ops.recognition.decoding import Text

# A reading against the page's direction must have a score so much higher. Of drawn upright cells, none that says
# something else upside down comes near; of turned labels of five characters and more, 99 in 100 are beyond it.
_CLEARLY = 0.05
# The same for several characters in a narrow box, standing where they could lie. Of Chinese columns of two characters,
# read across, the lower one alone often comes out, with a score as high.
_CLEARLY_STANDING = 0.1
# Characters that are characters upside down, too: 86 is 98 then, with a score as high.
_BOTH_WAYS = frozenset("0125689gbdlnopqsuwxzmiHINOSXZMWl日口一二三十工王中田目 -–—_+=~.,:;·•'‘’\"“”`^*%/\\|()[]{}<>")
_BARS = frozenset("1Il|")
_EQUALS = frozenset("=二三")
_DASHES = frozenset("-–—_一")


def turned_is_better(page: Text, turned: Text) -> bool:
    """Whether a line's reading against the direction of its page is clearly better than the one along it.

    Texts that say something upside down, too, prove nothing: the page's direction stands.

    Args:
        page: the reading in the page's direction.
        turned: the other one.
    """
    return not _prove_nothing(page, turned) and turned.score > page.score + _CLEARLY


def is_clearly_better(reading: Text, other: Text) -> bool:
    """Whether a reading of several characters is clearly better than that of the crop turned by 90 degrees.

    A single glyph may be another one when it is turned: I is 一, and Z is N. Nor does what says something upside down
    prove anything.
    """
    return len(reading.text) > 1 and turned_is_better(other, reading)


def of_narrow(standing: Text, laid_down: Text) -> tuple[Text, bool]:
    """The reading of a box that is a little higher than wide: one or two narrow glyphs, or a short column.

    A single glyph lies on its side only on a page that does, so it is read as it stands.

    Args:
        standing: the reading of the crop as it is.
        laid_down: that of the crop turned counter-clockwise, as `crop_quad` turns it.

    Returns:
        The reading, and whether it is of the crop that was laid down.
    """
    if len(laid_down.text) == 2 and _BARS.issuperset(laid_down.text) and standing.text in _EQUALS:
        return replace(standing, score=max(standing.score, laid_down.score)), False
    if len(laid_down.text) > 1:
        stands = standing.score > laid_down.score + _CLEARLY_STANDING
        return (standing, False) if stands else (laid_down, True)
    # What is a bar when it is laid down is a dash, of which little is seen in a narrow box.
    if laid_down.text in _BARS and standing.text in _DASHES:
        return replace(standing, score=max(standing.score, laid_down.score)), False
    if laid_down.text in _BARS and not standing.text.isalnum():
        return Text("-", laid_down.score, (0.5,)), False
    return standing, False


def _prove_nothing(one: Text, other: Text) -> bool:
    return _BOTH_WAYS.issuperset(one.text) and _BOTH_WAYS.issuperset(other.text)
