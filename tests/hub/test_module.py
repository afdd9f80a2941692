"""A `module.py` changes pictures and results; whatever else it does is an error with its name in it."""

from pathlib import Path

import pytest

from pdserving.errors import ModuleFailedError
from pdserving.hub.module import HubModule, change_image, change_results, load_module
from pdserving.setup_errors import HubError

HEAD = "from pdserving.hub.module import HubModule\n"


def loaded(folder: Path, text: str) -> HubModule:
    path = folder / "module.py"
    path.write_text(HEAD + text, encoding="utf-8")
    return load_module("mine", path)


def test_what_a_module_leaves_out_stays_as_it_is(tmp_path: Path) -> None:
    module = loaded(tmp_path, "class Module(HubModule):\n    pass\n")
    assert change_image("mine", module, b"picture") == b"picture"
    assert change_results("mine", module, [{"text": "a"}]) == [{"text": "a"}]


def test_a_module_finds_the_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "words.py").write_text("GREETING = 'hello'\n", encoding="utf-8")
    module = loaded(
        tmp_path,
        "from .words import GREETING\n"
        "class Module(HubModule):\n"
        "    def postprocess(self, results):\n"
        "        return [{**result, 'greeting': GREETING} for result in results]\n",
    )
    assert change_results("mine", module, [{"text": "a"}]) == [{"text": "a", "greeting": "hello"}]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("raise ValueError('no such words')", "module mine: postprocess failed: ValueError: no such words"),
        ("raise SystemExit(3)", "module mine: postprocess failed: SystemExit: 3"),
        ("return None", "module mine: postprocess returned NoneType; accepted: a list of dicts"),
        ("return [['a']]", "module mine: postprocess returned a list of list; accepted: a list of dicts"),
        ("return [{'when': object()}]", "module mine: postprocess returned what is not JSON: Object of type object"),
        ("return [{'score': float('nan')}]", "module mine: postprocess returned what is not JSON: "),
    ],
)
def test_results_that_cannot_be_answered_are_the_modules_error(body: str, expected: str, tmp_path: Path) -> None:
    module = loaded(tmp_path, f"class Module(HubModule):\n    def postprocess(self, results):\n        {body}\n")
    with pytest.raises(ModuleFailedError) as raised:
        change_results("mine", module, [])
    assert str(raised.value).startswith(expected)


def test_a_picture_that_is_no_bytes_is_the_modules_error(tmp_path: Path) -> None:
    module = loaded(tmp_path, "class Module(HubModule):\n    def preprocess(self, image):\n        return [1]\n")
    with pytest.raises(ModuleFailedError, match="preprocess returned list; accepted: bytes"):
        change_image("mine", module, b"picture")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("class Modul(HubModule):\n    pass\n", r"has no class Module; accepted: class Module\(HubModule\)"),
        ("class Module:\n    pass\n", "has no class Module"),
        ("import no_such_package\n", "cannot be loaded: ModuleNotFoundError: No module named 'no_such_package'"),
        ("def\n", "cannot be loaded: SyntaxError"),
        ("raise SystemExit\n", "cannot be loaded: SystemExit"),
        ("class Module(HubModule):\n    def __init__(self):\n        1 / 0\n", "cannot be loaded: ZeroDivisionError"),
    ],
)
def test_a_module_that_cannot_be_used_is_named(text: str, expected: str, tmp_path: Path) -> None:
    with pytest.raises(HubError, match=expected) as raised:
        loaded(tmp_path, text)
    assert str(tmp_path / "module.py") in str(raised.value)
