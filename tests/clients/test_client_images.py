"""Which images are sent, and what their drawings are called."""

from pathlib import Path

import pytest
from client_images import drawing_paths, find_images


def test_a_folder_gives_its_own_images_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b.PNG", "a.jpeg", "c.tif", "notes.txt", "d.webp", "folder.png/inner.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [image.name for image in find_images([tmp_path])] == ["a.jpeg", "b.PNG", "c.tif", "d.webp"]


def test_named_files_keep_their_order_whatever_their_suffix(tmp_path: Path) -> None:
    files = [tmp_path / "scan.bin", tmp_path / "a.png"]
    for file in files:
        file.touch()
    assert find_images(files) == tuple(files)


@pytest.mark.parametrize("name", ["missing.png", "missing/page.png", "x" * 300])
def test_a_path_that_does_not_exist_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        find_images([tmp_path / name])


def test_no_two_drawings_share_a_name(tmp_path: Path) -> None:
    images = [Path("a/page.png"), Path("b/page.jpg"), Path("page-2.png"), Path("PAGE.tif")]
    names = [drawing.name for drawing in drawing_paths(images, tmp_path)]
    assert names == ["page.png", "page-2.png", "page-2-2.png", "PAGE-3.png"]


def test_a_drawing_never_takes_the_place_of_an_image(tmp_path: Path) -> None:
    assert drawing_paths([tmp_path / "page.png"], tmp_path) == (tmp_path / "page-2.png",)
