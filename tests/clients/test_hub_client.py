"""The hub client against the running service's four services."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.clients.conftest import ConnectedClient, Samples
from tests.support.client_process import HUB_CLIENT, json_objects
from tests.support.paths import SAMPLES
from tests.support.talking import without_blanks


def results(service: str, *images: Path) -> list[list[dict[str, Any]]]:
    """The answers of the service at this address for each image."""
    ended = HUB_CLIENT.run(*images, "--json", address=service)
    assert ended.returncode == 0, ended.stderr
    return [image["results"] for image in json_objects(ended.stdout)]


@pytest.fixture
def crops(hub_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> list[Path]:
    """The lines of a sample as pictures of their own, from top to bottom, as the detection service finds them."""
    image = SAMPLES / request.param
    picture = cv2.imread(str(image))
    assert picture is not None
    (found,) = results(f"{hub_url}/ocr_det", image)
    boxes = [cv2.boundingRect(np.array(line["text_region"], np.int32)) for line in found]
    files: list[Path] = []
    for x, y, width, height in sorted(boxes, key=lambda box: box[1]):
        files.append(tmp_path / f"line-{len(files)}.png")
        cv2.imwrite(str(files[-1]), picture[max(y, 0) : y + height, max(x, 0) : x + width])
    return files


def test_the_table_holds_the_true_text_and_ends_in_the_average_time(
    hub_client: ConnectedClient, samples: Samples
) -> None:
    ended = hub_client.run(*samples)
    assert ended.returncode == 0, ended.stderr
    printed = without_blanks(ended.stdout)
    for image, lines in samples.items():
        assert str(image) in ended.stdout
        for line in lines:
            assert without_blanks(line) in printed
    summary = ended.stdout.splitlines()[-1]
    assert summary.startswith(f"images: {len(samples)}, failed: 0, results: ")
    assert " ms per image" in summary


def test_the_service_for_pages_answers_all_fields(hub_url: str, samples: Samples) -> None:
    for found, lines in zip(results(f"{hub_url}/ocr_system", *samples), samples.values(), strict=True):
        assert sorted(without_blanks(line["text"]) for line in found) == sorted(map(without_blanks, lines))
        for line in found:
            assert set(line) == {"angle", "text", "confidence", "text_region"}
            assert line["angle"] in ("0", "180")
            assert 0 < line["confidence"] <= 1
            corners = np.array(line["text_region"])
            assert corners.shape == (4, 2)
            assert corners.dtype == np.int64


def test_the_service_for_detection_answers_regions_alone(hub_url: str, samples: Samples) -> None:
    for found, lines in zip(results(f"{hub_url}/ocr_det", *samples), samples.values(), strict=True):
        assert len(found) == len(lines)
        assert all(set(line) == {"text_region"} for line in found)


@pytest.mark.parametrize("crops", ["invoice.png"], indirect=True)
def test_the_service_for_recognition_reads_crops(hub_url: str, crops: list[Path], truth: dict[str, list[str]]) -> None:
    found = results(f"{hub_url}/ocr_rec", *crops)
    assert [without_blanks(line["text"]) for (line,) in found] == list(map(without_blanks, truth["invoice.png"]))
    assert all(set(line) == {"text", "confidence"} for (line,) in found)


@pytest.mark.parametrize(("crops", "angle"), [("invoice.png", "0"), ("upside_down.png", "180")], indirect=["crops"])
def test_the_service_for_angles_tells_which_crops_stand_on_their_head(
    hub_url: str, crops: list[Path], angle: str
) -> None:
    found = results(f"{hub_url}/ocr_cls", *crops)
    assert {line["angle"] for (line,) in found} == {angle}
    assert all(set(line) == {"angle", "confidence"} for (line,) in found)


def test_a_broken_image_fails_alone_and_the_services_reason_is_printed(
    hub_client: ConnectedClient, sample: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    ended = hub_client.run(sample, broken, sample, "--json", "--concurrency", "3")
    assert ended.returncode == 1
    first, failed, last = json_objects(ended.stdout)
    assert first["results"] == last["results"] != []
    assert failed["image"] == str(broken)
    assert failed["error"]["err_no"] == -1
    assert "did not answer as an OCR service" not in failed["error"]["message"]
    assert ended.stderr == f"{broken}: {failed['error']['message']}\n"


@pytest.mark.parametrize(("name", "halves"), [("ocr_system", 2), ("ocr_det", 1)])
def test_drawings_show_the_image_with_its_regions(
    hub_url: str, sample: Path, tmp_path: Path, name: str, halves: int
) -> None:
    output = tmp_path / "new" / "folder"
    ended = HUB_CLIENT.run(sample, "--visualize", "--output", output, address=f"{hub_url}/{name}")
    assert ended.returncode == 0, ended.stderr
    image = cv2.imread(str(sample))
    drawing = cv2.imread(str(output / f"{sample.stem}.png"))
    assert image is not None
    assert drawing is not None
    assert drawing.shape == (image.shape[0], halves * image.shape[1], 3)
    assert (drawing[:, : image.shape[1]] != image).any()
