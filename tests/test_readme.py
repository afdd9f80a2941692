"""The READMEs say what is there: links, files, commands, flags, keys and numbers are those of the code."""

import io
import itertools
import re
import runpy
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel

from pdserving.cli import main
from pdserving.config import Settings
from pdserving.config.request_options import ACCEPTED_KEYS
from pdserving.config.schema import HUB_BUILT_IN
from pdserving.gateway.rest.options import OcrOptions
from pdserving.hub.config_file import DEFAULT_PORT, HubConfig
from tests.readme.tables import readmes
from tests.support.markdown import Document, read_document, without_comment
from tests.support.paths import ROOT

FOLDERS = ("configs", "serving_models", "pdserving", "clients", "ocr_ops", "tests")
FIRST, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
MOST_LINES = 180  # of the first README, so that it is read
LONGEST_LINE = 120  # of prose
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

MADE_HERE = (".venv", "build/", "server_engines/", "receipts/", "inference/", "serving_models/hub/")
"""What paths begin with that a run of the project makes, or that its user has."""
ENDINGS = ("py", "yml", "yaml", "md", "json", "txt", "toml", "css", "js", "html", "svg", "jpg", "png", "service")
OF_OTHERS = {
    # PaddleOCR's and Paddle Serving's
    "config.yml",
    "deploy/hubserving",
    "deploy/pdserving",
    "module.py",
    "params.py",
    "params.yml",
    "config.json",
    "tools/test_hubserving.py",
    "web_service.py",
    # the examples'
    "my_keys.txt",
    "keys.txt",
    "my.yml",
    "characters.txt",
}
"""Files and folders that READMEs name and that are not in this repository."""
_PYTHON = re.compile(r"(?:\.venv(?:-gpu)?/bin/)?python3?")
_OURS = re.compile(r"(pdserving|tests)(\.|$)|clients/")
_SUBCOMMAND = re.compile(r"[a-z]+")


def _files() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.is_file())
    for folder in FOLDERS:
        yield from (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)


FILES = sorted(path.relative_to(ROOT).as_posix() for path in _files())
PATHS = {"/" + path for file in FILES for path in (file, *map(str, Path(file).parents)) if path != "."}
"""Files and folders of the repository, each with a slash before it."""
READMES = [read_document(path) for path in readmes()]

every_readme = pytest.mark.parametrize("readme", READMES, ids=lambda readme: str(readme.path.relative_to(ROOT)))


def _keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """The dotted keys of a configuration: its sections, and what they hold."""
    for name, field in model.model_fields.items():
        key = prefix + (field.alias or name)
        yield key
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _keys(field.annotation, key + ".")


KEYS = set(_keys(Settings))
SECTIONS = {key.partition(".")[0] for key in KEYS if "." in key}


@cache
def _code() -> str:
    """All that the product's modules say."""
    return "\n".join(
        (ROOT / file).read_text(encoding="utf-8") for file in FILES if re.match(r"(pdserving|ocr_ops)/.*\.py$", file)
    )


def test_the_readmes_are_found() -> None:
    assert {FIRST, CHINESE} <= {readme.path for readme in READMES}


@every_readme
def test_every_link_is_alive(readme: Document) -> None:
    dead = []
    for link in readme.links:
        place, _, anchor = link.partition("#")
        if re.match(r"https?:", link):
            continue
        target = (readme.path.parent / place).resolve() if place else readme.path
        alive = target.is_relative_to(ROOT) and target.exists()
        if not alive or (anchor and anchor not in read_document(target).anchors):
            dead.append(link)
    assert dead == []


@every_readme
def test_every_file_that_is_named_is_there(readme: Document) -> None:
    assert [span for span in readme.spans if _is_path(span) and not _is_there(span, readme.path.parent)] == []


def _is_path(span: str) -> bool:
    """Whether something in backticks is a file or folder that should be in this repository."""
    if not re.fullmatch(r"[\w./-]+", span) or span.startswith(("/", *MADE_HERE)):
        return False
    is_file = re.fullmatch(rf".*\w\.({'|'.join(ENDINGS)})", span) is not None
    return is_file or span.endswith("/") or ("/" in span and span.partition("/")[0] in FOLDERS)


def _is_there(span: str, folder: Path) -> bool:
    name = span.rstrip("/")
    if name in OF_OTHERS or (folder / name).exists() or f"/{name}" in PATHS:
        return True
    return any(path.endswith(f"/{name}") for path in PATHS)


@every_readme
def test_every_module_and_name_in_it_is_there(readme: Document) -> None:
    named = [span for span in readme.spans if re.fullmatch(r"(pdserving|ocr_ops|tests)(\.\w+)+", span)]
    assert [name for name in named if not _is_in_a_module(name)] == []


def _is_in_a_module(name: str) -> bool:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        path = "/".join(parts[:length])
        for file in (f"{path}.py", f"{path}/__init__.py"):
            if file in FILES:
                text = (ROOT / file).read_text(encoding="utf-8")
                return all(re.search(rf"\b{part}\b", text) for part in parts[length:])
    return False


@every_readme
def test_every_target_and_variable_of_make_is_there(readme: Document) -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    variables = set(re.findall(r"^([A-Z_]+) \?=", MAKEFILE, re.MULTILINE)) | {"TESTS"}
    words = [word for command in readme.commands if command[0] == "make" for word in command[1:]]
    assert [word for word in words if "=" not in word and word not in targets] == []
    assert [word for word in words if "=" in word and word.partition("=")[0] not in variables] == []


@every_readme
def test_every_key_that_is_set_is_a_key(readme: Document) -> None:
    assert [key for command in readme.commands for key in _keys_that_it_sets(command) if key not in KEYS] == []


def _keys_that_it_sets(command: list[str]) -> Iterator[str]:
    pairs = [after for flag, after in itertools.pairwise(command) if flag == "--set"]
    for word in command:
        if word.startswith("SET="):
            pairs += word.removeprefix("SET=").split()
    yield from (pair.partition("=")[0] for pair in pairs)


@every_readme
def test_every_key_that_is_named_is_a_key(readme: Document) -> None:
    spans = [span.partition("=")[0].partition(":")[0] for span in readme.spans]
    keys = [span for span in spans if re.fullmatch(rf"({'|'.join(SECTIONS)})(\.[\w<>]+)+", span)]
    options = [span for span in spans if re.fullmatch(r"(det|cls|rec)\.\w+", span)]
    assert [key for key in keys if not _known(key)] == []
    assert [option for option in options if option not in ACCEPTED_KEYS and f"op.{option}" not in KEYS] == []


def _known(key: str) -> bool:
    pattern = re.sub(r"<\w+>", r"\\w+", key.replace(".", r"\."))
    return any(re.fullmatch(pattern, known) for known in KEYS)


@every_readme
def test_every_metric_is_one(readme: Document) -> None:
    named = {span.partition("{")[0] for span in readme.spans if re.match(r"pdserving_\w+", span)}
    assert [name for name in named if name.removesuffix("_total") not in _code()] == []


@every_readme
def test_every_program_and_flag_of_a_command_is_there(readme: Document) -> None:
    unknown = []
    for command in readme.commands:
        module, words = _program(command)
        flags = [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]
        subcommands = tuple(itertools.takewhile(_SUBCOMMAND.fullmatch, words)) if module == "pdserving" else ()
        if module and not (module.endswith("/") or module in FILES or _is_in_a_module(module)):
            unknown.append(module)
        elif module and (flags or subcommands):
            known = set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", _help(module, subcommands)))
            unknown += [f"{module} {' '.join(subcommands)} {flag}" for flag in flags if flag not in known]
    assert unknown == []


def _program(command: list[str]) -> tuple[str, list[str]]:
    """The module or script of ours that a command runs, and the words after it; empty for a program of others."""
    if not _PYTHON.fullmatch(command[0]) or not command[1:]:
        program, rest = re.sub(r"^\.venv(-gpu)?/bin/(?=pdserving$)", "", command[0]), command[1:]
    elif command[1:2] == ["-m"]:
        program, rest = command[2], command[3:]
    else:
        program, rest = command[1], command[2:]
    return (program, rest) if _OURS.match(program) else ("", [])


@cache
def _help(module: str, subcommands: tuple[str, ...]) -> str:
    """What a program of ours prints when it is asked for help."""
    printed = io.StringIO()
    arguments = [module, *subcommands, "--help"]
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
        patch.setattr(sys, "argv", arguments)
        patch.delitem(sys.modules, f"{module}.__main__", raising=False)  # which another test has imported
        with pytest.raises(SystemExit) as ended:
            _run(module, arguments[1:])
    assert ended.value.code in (0, None), arguments
    return printed.getvalue()


def _run(module: str, arguments: list[str]) -> None:
    if module == "pdserving":
        main(arguments)
    elif module.endswith(".py"):
        runpy.run_path(str(ROOT / module), run_name="__main__")
    else:
        runpy.run_module(module, run_name="__main__", alter_sys=True)


@every_readme
def test_every_option_that_curl_sends_is_one(readme: Document) -> None:
    sent = [
        name
        for command in readme.commands
        if command[0] == "curl"
        for word in command
        for name in (*re.findall(r"/v1/ocr\?(\w+)=", word), *re.findall(r"^(\w+)=", word))
    ]
    assert [name for name in sent if name not in OcrOptions.model_fields and name != "file"] == []


@every_readme
def test_every_port_is_one_that_something_listens_on(readme: Document) -> None:
    settings = Settings()
    hub = [HubConfig.model_validate_json(path.read_bytes()).port for path in (ROOT / "configs" / "hub").iterdir()]
    changed = {int(port) for port in re.findall(r"\bhttp_port=(\d+)", _all_of(readme))}
    ports = {settings.http_port, settings.rpc_port, DEFAULT_PORT, *hub, *changed}
    assert set(map(int, re.findall(r"127\.0\.0\.1:(\d+)", _all_of(readme)))) <= ports


@every_readme
def test_every_address_is_one_that_is_answered(readme: Document) -> None:
    paths = set(re.findall(r"127\.0\.0\.1:\d+(/[\w/.-]*)", _all_of(readme)))
    others = {"/ocr/prediction", "/predict/receipts", *(f"/predict/{name}" for name in HUB_BUILT_IN)}
    assert [path for path in paths - others if f'"{path}"' not in _code()] == []


@every_readme
def test_every_default_in_a_table_is_the_default(readme: Document) -> None:
    wrong = []
    for row in re.findall(r"^\|(.+)\|$", readme.text, re.MULTILINE):
        cells = [cell.strip() for cell in row.split("|")]
        keys = [cell.strip("`") for cell in cells if cell.strip("`") in KEYS and cell.startswith("`")]
        numbers = [float(cell.replace(",", "")) for cell in cells if re.fullmatch(r"[\d,]+(\.\d+)?", cell)]
        if len(keys) == 1 and len(numbers) == 1 and _default(keys[0]) not in (numbers[0], "auto"):
            wrong.append(f"{keys[0]}: {numbers[0]}")
    assert wrong == []


def _default(key: str) -> object:
    value: object = Settings()
    for name in key.split("."):
        value = getattr(value, "folder" if name == "model_config" else name)
    return value


def _all_of(readme: Document) -> str:
    return readme.path.read_text(encoding="utf-8")


@every_readme
def test_prose_is_read_without_scrolling(readme: Document) -> None:
    assert [line for line in readme.prose if len(line) > LONGEST_LINE] == []


def test_the_first_readme_is_read_in_five_minutes() -> None:
    assert read_document(FIRST).lines <= MOST_LINES
    assert read_document(CHINESE).lines <= MOST_LINES


def test_the_first_lines_of_code_are_the_two_commands() -> None:
    assert [without_comment(line) for line in read_document(FIRST).blocks[0]] == ["make serve", "make test"]


def test_the_first_readme_leads_to_all_others() -> None:
    first = read_document(FIRST)
    linked = {(FIRST.parent / link).resolve() for link in first.links}
    assert {readme.path for readme in READMES} - {FIRST} <= linked


def test_the_chinese_readme_says_the_same() -> None:
    first, chinese = read_document(FIRST), read_document(CHINESE)
    assert [level for level, _ in chinese.headings] == [level for level, _ in first.headings]
    assert chinese.links[0] == FIRST.name
    assert first.links[0] == CHINESE.name
    assert sorted(chinese.links[1:]) == sorted(first.links[1:])
    assert chinese.blocks == first.blocks


def test_what_proves_that_a_fault_is_survived_is_there() -> None:
    text = (ROOT / "pdserving" / "supervision" / "README.md").read_text(encoding="utf-8")
    heading = re.search(r"^#+ What is survived$", text, re.MULTILINE)
    assert heading
    table = re.split(r"^#", text[heading.end() :], maxsplit=1, flags=re.MULTILINE)[0]
    named = re.findall(r"`([\w/]+(?:\.py|/))`", table.replace("`tests/`", ""))
    assert len(named) > 10
    assert [name for name in named if not (ROOT / "tests" / name.removeprefix("tests/")).exists()] == []
