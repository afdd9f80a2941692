"""The direction of a page, which its lines vote for: a short line alone is told wrongly too often.

Of upright cells of two digits the classifier takes one in eight to be upside down, of lines four times as long as high
none.
"""

import math
from collections.abc import Sequence

from ocr_ops.classification.decoding import Angle

# From this aspect ratio (width / height) on a line's vote is whole; a shorter line's falls with the square.
_TELLING_ASPECT_RATIO = 4.0
# What the votes against the usual direction must be ahead, in whole votes.
_LEAD = 0.5


def vote(angles: Sequence[Angle], aspect_ratios: Sequence[float], thresh: float, usual: int = 0) -> int:
    """The direction of lines that belong together: the usual one, unless the votes against it are clearly ahead.

    A line that the classifier is not sure of does not vote.

    Args:
        angles: the lines', as `decode_angles` gives them.
        aspect_ratios: of each line's crop, width / height.
        thresh: the one that `decode_angles` had.
        usual: 0 or 180 degrees, the direction that needs no votes.

    Returns:
        0 or 180, which depends neither on the order of the lines nor on their scale.
    """
    votes = [
        (-1 if angle.degrees == usual else 1) * angle.score * min(1.0, ratio / _TELLING_ASPECT_RATIO) ** 2
        for angle, ratio in zip(angles, aspect_ratios, strict=True)
        if angle.score >= thresh
    ]
    # `fsum` gives the same sum in any order.
    return 180 - usual if math.fsum(votes) > _LEAD else usual


def disagrees(angle: Angle, direction: int, thresh: float) -> bool:
    """Whether the classifier is sure that a line runs against the direction of its page, 0 or 180 degrees."""
    return angle.degrees != direction and angle.score >= thresh
