"""Service packages are installed whole or not at all, and need nothing of their source any more."""

import shutil
from pathlib import Path

import pytest

from pdserving.hub.packages import (
    Package,
    hub_folder,
    install_package,
    installed_packages,
    read_package,
    uninstall_package,
)
from pdserving.models.serving_conf import SERVER_CONF
from pdserving.setup_errors import HubError
from tests.support.paths import MODELS
from tests.support.service_packages import copy_inference_model, write_package

MODULE = """
from pathlib import Path
from pdserving.hub.module import HubModule

WORDS = (Path(__file__).parent / "data" / "words.txt").read_text()


class Module(HubModule):
    pass
"""


def silent(_: str) -> None:
    pass


def install(folder: Path, store: Path) -> Path:
    return install_package(folder, store, silent).folder


def drop_score(package: Package) -> float:
    found: float = package.params.model_dump()["drop_score"]
    return found


@pytest.mark.service
def test_an_installed_package_is_a_package_that_needs_its_source_no_more(models: None, tmp_path: Path) -> None:
    source = write_package(
        tmp_path / "source",
        "receipts",
        "det_model_dir: det\nrec_model_dir: ../rec/server\nrec_char_dict_path: keys.txt\ndrop_score: 0.4\n",
        MODULE,
        init_args={"version": "2.1.0"},
    )
    copy_inference_model("ppocrv4_det", source / "det")
    shutil.copytree(MODELS / "ppocrv4_rec" / "server", tmp_path / "rec" / "server")
    (source / "keys.txt").write_text("字\nb\n", encoding="utf-8")
    (source / "data").mkdir()
    (source / "data" / "words.txt").write_text("a", encoding="utf-8")
    (source / ".git").mkdir()
    (source / ".git" / "HEAD").write_text("x", encoding="utf-8")
    before = read_package(source)

    store = tmp_path / "models"
    install(source, store)
    shutil.rmtree(source)
    shutil.rmtree(tmp_path / "rec")

    (folder,) = installed_packages(store)
    package = read_package(folder)
    assert (package.name, package.version, package.kind) == ("receipts", "2.1.0", "system")
    assert folder == hub_folder(store) / "receipts"
    assert package.module == folder / "module.py"
    assert drop_score(package) == drop_score(before) == 0.4
    for model in (package.params.det_model_dir, package.params.rec_model_dir):
        assert model is not None
        assert model.is_relative_to(folder)
        assert (model / SERVER_CONF).is_file()
        assert (model / "inference.pdiparams").is_file()
    assert package.params.rec_char_dict_path is not None
    assert package.params.rec_char_dict_path.read_text(encoding="utf-8") == "字\nb\n"
    assert (folder / "data" / "words.txt").is_file()
    assert not (folder / ".git").exists()
    assert not (folder / "det").exists()


@pytest.mark.service
def test_an_installed_package_can_be_installed_again(models: None, tmp_path: Path) -> None:
    source = write_package(tmp_path / "source", "mine", "det_model_dir: det\n")
    copy_inference_model("ppocrv4_det", source / "det")
    first = install(source, tmp_path / "first")
    second = read_package(install(first, tmp_path / "second"))
    assert second.params.det_model_dir is not None
    assert (second.params.det_model_dir / SERVER_CONF).is_file()


def test_a_package_takes_the_place_of_an_earlier_one_of_its_name(tmp_path: Path) -> None:
    install(write_package(tmp_path / "one", "mine", "drop_score: 0.1\n", init_args={"version": "1.0.0"}), tmp_path)
    install(write_package(tmp_path / "two", "mine", "drop_score: 0.2\n", init_args={"version": "1.1.0"}), tmp_path)
    (folder,) = installed_packages(tmp_path)
    assert (read_package(folder).version, drop_score(read_package(folder))) == ("1.1.0", 0.2)


def test_a_package_with_the_name_of_a_built_in_service_is_of_its_kind(tmp_path: Path) -> None:
    assert read_package(write_package(tmp_path / "one", "ocr_rec")).kind == "rec"
    with pytest.raises(HubError, match=r"modules_info.ocr_rec.kind: 'det' is not accepted; accepted: 'rec'"):
        read_package(write_package(tmp_path / "two", "ocr_rec", kind="det"))
    assert read_package(write_package(tmp_path / "three", "crops", kind="cls")).kind == "cls"


def test_a_package_that_fails_leaves_the_earlier_one_and_nothing_else(models: None, tmp_path: Path) -> None:
    store = tmp_path / "models"
    install(write_package(tmp_path / "good", "mine", "drop_score: 0.1\n"), store)
    cases = {
        "class": ("", "x = 1\n", "has no class Module"),
        "folder": ("rec_model_dir: none\n", None, "rec_model_dir: .*none: there is no such folder"),
        "model": ("det_model_dir: .\n", None, "det_model_dir: .*has no Paddle inference model"),
        "list": (
            "rec_char_dict_path: none.txt\n",
            None,
            "rec_char_dict_path: .*none.txt: cannot be read: No such file",
        ),
    }
    for name, (params, module, expected) in cases.items():
        with pytest.raises(HubError, match=expected):
            install(write_package(tmp_path / name, "mine", params, module), store)
    (tmp_path / "list" / "none.txt").write_bytes("汉字".encode("gbk"))
    with pytest.raises(HubError, match=r"none\.txt is not UTF-8"):
        install(tmp_path / "list", store)
    assert [path.name for path in hub_folder(store).iterdir() if path.name != ".lock"] == ["mine"]
    assert drop_score(read_package(hub_folder(store) / "mine")) == 0.1


def test_what_is_no_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HubError, match="there is no such folder"):
        install(tmp_path / "none", tmp_path)
    folder = write_package(tmp_path / "folder", "mine")
    (folder / "params.yml").unlink()
    with pytest.raises(HubError, match=r"params.yml: cannot be read: No such file"):
        install(folder, tmp_path)
    (folder / "config.json").write_text('{"modules_info": {"a": {}, "b": {}}}', encoding="utf-8")
    with pytest.raises(HubError, match=r"modules_info has a, b; accepted: the one module of the package"):
        install(folder, tmp_path)


def test_a_folder_that_holds_the_installed_packages_is_refused(tmp_path: Path) -> None:
    folder = write_package(tmp_path / "folder", "mine")
    with pytest.raises(HubError, match="where packages are installed"):
        install(folder, folder / "serving_models")


def test_an_uninstalled_package_is_gone(tmp_path: Path) -> None:
    install(write_package(tmp_path / "source", "mine"), tmp_path)
    uninstall_package("mine", tmp_path)
    assert list(installed_packages(tmp_path)) == []
    with pytest.raises(HubError, match=r"no package 'mine' in .*hub; installed: none"):
        uninstall_package("mine", tmp_path)
    with pytest.raises(HubError, match="ocr_det is built in, and stays"):
        uninstall_package("ocr_det", tmp_path)


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    install(write_package(tmp_path / "source", "mine"), tmp_path)
    for name in ("../source", "../../source", ".", "..", ""):
        with pytest.raises(HubError, match="no package"):
            uninstall_package(name, tmp_path)
    assert (tmp_path / "source").is_dir()
