"""The command line that the clients share."""

from pathlib import Path

import pytest
from client_arguments import ClientArguments, check_arguments, client_parser, is_loopback


def parse(*arguments: str | Path) -> ClientArguments:
    parser = client_parser("A client.")
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--drawings", type=Path)
    parsed = parser.parse_args([str(argument) for argument in arguments])
    return check_arguments(parser, parsed, parsed.drawings, option="--drawings")


def test_a_path_is_all_that_is_needed(image: Path) -> None:
    assert parse(image) == ClientArguments(
        images=(image,), concurrency=1, timeout=60.0, json_lines=False, drawings=None
    )


def test_the_folder_for_drawings_is_made(image: Path, tmp_path: Path) -> None:
    assert parse(image, "--drawings", tmp_path / "a" / "b").drawings == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--concurrency", "0"],
        ["--concurrency", "1.5"],
        ["--concurrency", "1025"],
        ["--timeout", "0"],
        ["--timeout", "-1"],
        ["--timeout", "nan"],
        ["--timeout", "inf"],
        ["--timeout", "soon"],
        ["--conc", "2"],
        ["--drawings", __file__],
    ],
)
def test_a_value_out_of_range_is_wrong_usage(
    image: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        parse(image, *arguments)
    assert exited.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_an_empty_folder_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        parse(tmp_path)
    assert exited.value.code == 2
    assert f"{tmp_path}: no image in this folder" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.1", "::1"])
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["ocr.example.com", "192.168.0.1", "0.0.0.0", "::2", ""])  # noqa: S104
def test_other_machines_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)
