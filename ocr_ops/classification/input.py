"""The classifier's input: crops of one height and width."""

from collections.abc import Sequence

from ocr_ops.arrays import Floats, Image
from ocr_ops.tensors import Normalisation, tensor_of_crops

# How much of a long crop is seen: so many times what fits the input unsqueezed. PaddleOCR squeezes all of it, and a
# line of 60 characters in 192 pixels looks to the classifier as if it were upside down.
_SQUEEZED = 3


def classification_tensor(crops: Sequence[Image], height: int, width: int, normalisation: Normalisation) -> Floats:
    """The classifier's input for crops.

    A crop keeps its aspect ratio as long as it fits; zeros fill the right. A longer one is squeezed, and of one longer
    than three times the input only the middle is seen.

    Args:
        crops: uint8, shape (height, width, 3) each.
        height: the input's height, in pixels.
        width: the input's width, in pixels.
        normalisation: the model's.

    Returns:
        float32, shape (crops, 3, height, width).
    """
    return tensor_of_crops([_middle(crop, height, width) for crop in crops], height, width, normalisation)


def _middle(crop: Image, height: int, width: int) -> Image:
    longest = max(1, _SQUEEZED * width * crop.shape[0] // height)
    start = max(0, crop.shape[1] - longest) // 2
    return crop[:, start : start + longest]
