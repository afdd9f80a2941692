"""The numbers in the READMEs' sentences are those of the code."""

import re
from collections.abc import Mapping

import pytest

from pdserving.config import Settings
from tests.readme.tables import readmes
from tests.support.paths import ROOT

TEXTS = [" ".join(path.read_text(encoding="utf-8").split()) for path in readmes()]
REQUIREMENTS = "\n".join(path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("requirements*.txt")))
WORDS = {"three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}


def _pinned(package: str) -> str:
    (version,) = re.findall(rf"^{package}==(\S+)", REQUIREMENTS, re.MULTILINE)
    return str(version)


def _constants(module: str, *names: str) -> list[str]:
    """The values of private constants of a module of `pdserving/`, which their own file alone should know."""
    text = (ROOT / "pdserving" / module).read_text(encoding="utf-8")
    (values,) = re.findall(rf"^{', '.join(names)} = ([\d., _]+)", text, re.MULTILINE)
    return [f"{float(value):g}" for value in values.split(",")]


def _facts() -> Mapping[str, str]:
    """What a sentence says, with one number in it, and that number."""
    settings = Settings()
    manifest = (ROOT / "serving_models" / "manifest.yml").read_text(encoding="utf-8")
    wheels = dict(re.findall(r"wheel: ([\w-]+)==(\S+)", manifest))
    oldest, after = re.findall(r"\(3, (\d+)\)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    first_pause, longest_pause = _constants("supervision/slot.py", "_FIRST_PAUSE_S", "_LONGEST_PAUSE_S")
    (start_timeout,) = _constants("supervision/generation.py", "_START_TIMEOUT_S")
    (attempts,) = _constants("gateway/workers/pool.py", "_ATTEMPTS")
    return {
        r"HTTP (?:on port|端口) (N)": str(settings.http_port),
        r"gRPC (?:on port|端口) (N)": str(settings.rpc_port),
        r"Paddle Serving(?:\]\(\S+\))? (\d+\.[\d.]*\d)": _pinned("paddle-serving-server"),
        r"Paddle (\d+\.\d+\.\d+) with CUDA": _pinned("paddlepaddle-gpu"),
        r"`rapidocr` (\d+\.[\d.]*\d)": wheels["rapidocr"],
        r"`rapidocr-paddle` (\d+\.[\d.]*\d)": wheels["rapidocr-paddle"],
        r"Python (3\.\d+)(?:, | to )": f"3.{oldest}",
        r"Python 3\.\d+(?:, 3\.\d+)?(?: or | to | 或 )(3\.\d+)\b(?! on)": f"3.{int(after) - 1}",
        r"tries (N) workers in all": attempts,
        r"is replaced after (N) s": first_pause,
        r"doubles each time, up to (N) s": longest_pause,
        r"does not serve within (N) s": start_timeout,
        r"longer than `drain_s` and (N) s": _constants("supervision/launch.py", "_STOP_MARGIN_S")[0],
        r"The latest (N) pictures": _constants("supervision/strikes.py", "_MOST")[0],
        r"A key is (N) random bytes": _constants("security/keys.py", "_KEY_BYTES")[0],
    }


@pytest.mark.parametrize(("sentence", "number"), _facts().items())
def test_a_number_that_the_code_knows_is_the_codes(sentence: str, number: str) -> None:
    pattern = sentence.replace("(N)", rf"(\d[\d,]*(?:\.\d+)?|{'|'.join(WORDS)})")
    found = [match for text in TEXTS for match in re.findall(pattern, text)]
    assert found
    assert {str(WORDS.get(value, value.replace(",", ""))) for value in found} == {number}
