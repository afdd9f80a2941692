"""Both pipeline clients against a running service."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import cv2
import pytest

from tests.clients.conftest import ConnectedClient, Samples
from tests.support.client_process import json_objects
from tests.support.talking import without_blanks

DEAD_PROXY = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "grpc_proxy"), "http://127.0.0.1:9")
DEAD_PROXY |= {name.upper(): address for name, address in DEAD_PROXY.items()} | {"no_proxy": "", "NO_PROXY": ""}


def texts(image: dict[str, Any]) -> list[str]:
    return [line["text"] for line in image["lines"]]


def test_the_table_holds_the_true_text_and_ends_in_a_summary(client: ConnectedClient, samples: Samples) -> None:
    ended = client.run(*samples)
    assert ended.returncode == 0, ended.stderr
    printed = without_blanks(ended.stdout)
    for image, lines in samples.items():
        assert str(image) in ended.stdout
        for line in lines:
            assert without_blanks(line) in printed
    summary = ended.stdout.splitlines()[-1]
    assert summary.startswith(f"images: {len(samples)}, failed: 0, lines: ")
    assert "ms per image" in summary
    assert "images/s" in summary


def test_json_holds_the_true_text_with_scores_and_quads(client: ConnectedClient, samples: Samples) -> None:
    ended = client.run(*samples, "--json")
    assert ended.returncode == 0, ended.stderr
    images = json_objects(ended.stdout)
    assert [image["image"] for image in images] == [str(image) for image in samples]
    for image, lines in zip(images, samples.values(), strict=True):
        assert sorted(map(without_blanks, texts(image))) == sorted(map(without_blanks, lines))
        assert image["ms"] > 0
        for line in image["lines"]:
            assert 0 < line["score"] <= 1
            assert [len(corner) for corner in line["quad"]] == [2, 2, 2, 2]


def test_a_folder_read_by_four_at_once_gives_what_one_after_the_other_gives(
    client: ConnectedClient, samples: Samples, tmp_path: Path
) -> None:
    for image in samples:
        shutil.copy(image, tmp_path)
    alone, together = (client.run(tmp_path, "--json", "--concurrency", n).stdout for n in ("1", "4"))
    one_by_one, four_at_once = json_objects(alone), json_objects(together)
    assert [image["image"] for image in four_at_once] == [str(tmp_path / image.name) for image in samples]
    for answer in one_by_one + four_at_once:
        del answer["ms"]
    assert four_at_once == one_by_one


def test_a_broken_image_fails_alone_and_is_named(client: ConnectedClient, sample: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    ended = client.run(sample, broken, sample, "--json")
    assert ended.returncode == 1
    first, failed, last = json_objects(ended.stdout)
    assert texts(first) == texts(last) != []
    assert failed["image"] == str(broken)
    assert failed["error"]["err_no"] != 0
    assert failed["error"]["message"]
    assert f"{broken}: {failed['error']['message']}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_file_that_cannot_be_read_fails_alone_and_is_named(client: ConnectedClient, sample: Path) -> None:
    unreadable = Path("/proc/self/mem")
    ended = client.run(unreadable, sample)
    assert ended.returncode == 1
    assert f"{unreadable}: cannot be read" in ended.stderr
    assert "images: 2, failed: 1" in ended.stdout


def test_options_go_to_the_server(client: ConnectedClient, sample: Path) -> None:
    (kept,) = json_objects(client.run(sample, "--json", "--option", "rec.drop_score=0").stdout)
    (dropped,) = json_objects(client.run(sample, "--json", "--option", "rec.drop_score=1").stdout)
    assert len(texts(kept)) > len(texts(dropped))


def test_drawings_show_the_image_and_its_text_side_by_side(
    client: ConnectedClient, sample: Path, tmp_path: Path
) -> None:
    ended = client.run(sample, "--visualize", tmp_path / "new" / "folder")
    assert ended.returncode == 0, ended.stderr
    image = cv2.imread(str(sample))
    drawing = cv2.imread(str(tmp_path / "new" / "folder" / f"{sample.stem}.png"))
    assert image is not None
    assert drawing is not None
    assert drawing.shape == (image.shape[0], 2 * image.shape[1], 3)


def test_images_of_one_name_get_a_drawing_each_and_stay_as_they_were(
    client: ConnectedClient, sample: Path, tmp_path: Path
) -> None:
    images = [tmp_path / "a" / "page.png", tmp_path / "b" / "page.jpg"]
    for image in images:
        image.parent.mkdir()
        shutil.copy(sample, image)
    assert client.run(*images, "--visualize", tmp_path / "a").returncode == 0
    assert sorted(file.name for file in (tmp_path / "a").iterdir()) == ["page-2.png", "page-3.png", "page.png"]
    assert images[0].read_bytes() == sample.read_bytes()


def test_proxies_are_not_asked_for_this_machine(client: ConnectedClient, sample: Path) -> None:
    ended = client.run(sample, environment=DEAD_PROXY)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["table", "json"])
def test_a_reader_that_goes_away_ends_the_client_quietly(
    client: ConnectedClient, sample: Path, form: list[str]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        ended = subprocess.run(
            client.command(sample, sample, *form), stdout=closed, stderr=subprocess.PIPE, check=False, timeout=300
        )
    assert ended.stderr == b""
    assert ended.returncode == 141
