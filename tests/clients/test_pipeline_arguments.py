"""The command line that the pipeline's clients share."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from client_arguments import ClientArguments
from pipeline_arguments import check_pipeline_arguments, pipeline_parser


def parse(*arguments: str | Path) -> tuple[ClientArguments, Mapping[str, str]]:
    parser = pipeline_parser("A client.")
    return check_pipeline_arguments(parser, parser.parse_args([str(argument) for argument in arguments]))


def test_a_path_is_all_that_is_needed(image: Path) -> None:
    arguments, options = parse(image)
    assert arguments == ClientArguments(images=(image,), concurrency=1, timeout=60.0, json_lines=False, drawings=None)
    assert options == {}


def test_options_are_keys_and_values(image: Path) -> None:
    _, options = parse(image, "--option", "rec.drop_score=0.3", "--option", "note=a=b", "--option", "empty=")
    assert options == {"rec.drop_score": "0.3", "note": "a=b", "empty": ""}


def test_the_folder_for_drawings_is_made(image: Path, tmp_path: Path) -> None:
    arguments, _ = parse(image, "--visualize", tmp_path / "a" / "b")
    assert arguments.drawings == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--option", "key"],
        ["--option", "=value"],
        ["--option", "image=other"],
        ["--option", "a=1", "--option", "a=2"],
        ["--option", "a=\udcff"],
        ["--visualize", __file__],
    ],
)
def test_a_value_out_of_range_is_wrong_usage(
    image: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        parse(image, *arguments)
    assert exited.value.code == 2
    assert arguments[0] in capsys.readouterr().err
