"""The detector's input: an image or a window of it, at the size at which the detector is to see it."""

import cv2
import numpy as np

from ocr_ops.arrays import Floats, Image, as_image
from ocr_ops.detection.geometry import DetectionGeometry
from ocr_ops.tensors import Normalisation


def detection_tensor(image: Image, geometry: DetectionGeometry, normalisation: Normalisation) -> Floats:
    """The detector's input for an image.

    What the image or its window leaves of the tensor, on the right and below, is black.

    Args:
        image: uint8, shape (height, width, 3).
        geometry: the image's.
        normalisation: the model's.

    Returns:
        float32, shape (1, 3, height, width), the last three as `geometry.shape` says.
    """
    tensor = np.empty((1, *geometry.shape), np.float32)
    _, height, width = geometry.shape
    seen = _seen(image, geometry)
    below, right = height - seen.shape[0], width - seen.shape[1]
    if below or right:
        # On the right and below, so positions stay what they are.
        seen = as_image(cv2.copyMakeBorder(seen, 0, below, 0, right, cv2.BORDER_CONSTANT))
    normalisation.write(seen, tensor[0])
    return tensor


def _seen(image: Image, geometry: DetectionGeometry) -> Image:
    """What the detector sees of an image, without what fills the tensor up."""
    (height, width), (_, most_rows, most_columns) = geometry.size, geometry.shape
    left, top = geometry.offset
    rows, columns = min(most_rows, height - top), min(most_columns, width - left)
    if image.shape[:2] == geometry.size and not geometry.turned:
        return image[top : top + rows, left : left + columns]
    if (rows, columns) == geometry.size and not geometry.turned:
        return as_image(cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR))
    # The same as a part of the whole image resized, without the rest of it. OpenCV puts pixels at whole coordinates.
    along_x = geometry.scale_x, 0, (left + 0.5) * geometry.scale_x - 0.5
    along_y = 0, geometry.scale_y, (top + 0.5) * geometry.scale_y - 0.5
    matrix = np.array((along_x, along_y))
    if geometry.turned:
        matrix = np.array((along_y, along_x)) * ((-1,), (1,))
        matrix[0, 2] += image.shape[1] - 1
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return as_image(cv2.warpAffine(image, matrix, (columns, rows), flags=flags, borderMode=cv2.BORDER_REPLICATE))
