"""What PaddleOCR's `tools/test_hubserving.py` does with a service: post each image, read its results, draw them."""

import base64
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import requests

from tests.clients.conftest import Samples
from tests.support.paths import SAMPLES
from tests.support.talking import without_blanks

# The endings that the script takes for images.
ENDINGS = (".jpg", ".png", ".jpeg", ".bmp", ".rgb", ".tif", ".tiff", ".gif")


def post(url: str, image: Path) -> list[dict[str, Any]]:
    """The results of an image, asked for and read as the script does: by `results[0]`, whatever the status."""
    body = json.dumps({"images": [base64.b64encode(image.read_bytes()).decode("utf8")]})
    answer = requests.post(url=url, headers={"Content-type": "application/json"}, data=body, timeout=120)
    found: list[dict[str, Any]] = answer.json()["results"][0]
    return found


def regions_of(found: list[dict[str, Any]]) -> np.ndarray:
    """The text regions as the array that the script draws from."""
    return np.array([line["text_region"] for line in found])


@pytest.fixture
def images() -> list[Path]:
    """The images of a folder, found by their endings."""
    return sorted(file for file in SAMPLES.iterdir() if file.name.lower().endswith(ENDINGS))


def test_a_folder_sent_image_by_image_comes_back_as_text(hub_url: str, images: list[Path], samples: Samples) -> None:
    for image in images:
        found = post(f"{hub_url}/ocr_system", image)
        assert sorted(without_blanks(line["text"]) for line in found) == sorted(map(without_blanks, samples[image]))


@pytest.mark.parametrize("name", ["ocr_system", "ocr_det"])
def test_the_regions_can_be_drawn_on_the_picture_as_opencv_reads_it(
    hub_url: str, images: list[Path], name: str
) -> None:
    for image in images:
        found = post(f"{hub_url}/{name}", image)
        if not found:
            continue
        picture = cv2.imread(str(image))
        assert picture is not None
        boxes = regions_of(found)
        assert boxes.shape == (len(found), 4, 2)
        assert np.issubdtype(boxes.dtype, np.integer)
        drawing = cv2.polylines(picture.copy(), list(boxes.astype(np.int32)), isClosed=True, color=(0, 0, 255))
        assert (drawing != picture).any(), f"{image}: the regions lie outside"


def test_texts_come_with_numbers_to_drop_the_doubtful_by(hub_url: str, sample: Path) -> None:
    found = post(f"{hub_url}/ocr_system", sample)
    confidences = np.array([line["confidence"] for line in found])
    assert confidences.dtype == np.float64
    assert (confidences >= 0.5).any()


@pytest.mark.parametrize(
    ("name", "fields"), [("ocr_cls", {"angle", "confidence"}), ("ocr_rec", {"text", "confidence"})]
)
def test_services_for_crops_name_no_region_by_which_the_script_knows_them(
    hub_url: str, sample: Path, name: str, fields: set[str]
) -> None:
    (found,) = post(f"{hub_url}/{name}", sample)
    assert set(found) == fields
