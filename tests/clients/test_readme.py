"""What `clients/README.md` says of the clients' flags, numbers and files, and the lines that it shows."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from client_images import find_images
from client_results import ErrorNumber
from pipeline_rpc_client import RETRY_OPTIONS

from tests.support.client_process import CLIENTS, HTTP_CLIENT, HUB_CLIENT, RPC_CLIENT, ClientProgram
from tests.support.paths import ROOT
from tests.support.running import Service

README = (CLIENTS / "README.md").read_text(encoding="utf-8")
ENDPOINT = "127.0.0.1:18091"
PYTHON = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
OF = {
    "all": {HTTP_CLIENT, RPC_CLIENT, HUB_CLIENT},
    "pipeline": {HTTP_CLIENT, RPC_CLIENT},
    "pipeline, HTTP": {HTTP_CLIENT},
    "pipeline, gRPC": {RPC_CLIENT},
    "hub": {HUB_CLIENT},
}


def help_of(program: ClientProgram) -> str:
    command = [sys.executable, str(CLIENTS / program.script), "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_every_flag_is_listed_as_help_has_it(program: ClientProgram) -> None:
    rows = re.findall(r"^\| `(--[^`]+)` \| ([^|]+) \|", README, re.MULTILINE)
    listed = {flag for flag, of in rows if program in OF[of]}
    options = re.findall(r"^  (--[a-z-]+(?: [A-Z=_:]+)?)", help_of(program), re.MULTILINE)
    assert listed == set(options)


@pytest.mark.parametrize(("client", "default"), [(HTTP_CLIENT, "/ocr/prediction"), (RPC_CLIENT, ENDPOINT)])
def test_the_default_addresses_are_listed_as_help_has_them(client: ClientProgram, default: str) -> None:
    (row,) = re.findall(rf"^\| `{re.escape(client.script)}` \| .* \| `([^`]+)` \|$", README, re.MULTILINE)
    assert default in row
    assert f"(default: {row})" in " ".join(help_of(client).split())


def test_the_clients_own_numbers_are_listed() -> None:
    sentence = README[README.index("four numbers:") :].split("\n\n")[0]
    assert {int(number) for number in re.findall(r"\b\d{4}\b", sentence)} == {*ErrorNumber}


def test_the_endings_of_pictures_are_listed() -> None:
    with pytest.raises(ValueError, match="no image in this folder") as raised:
        find_images([ROOT / "ocr_ops"])
    listed = README[README.index("Of a folder") : README.index("are sent, in order")]
    assert set(re.findall(r"`(\.\w+)`", listed)) == set(re.findall(r"\.\w+", str(raised.value).rpartition("(")[2]))


def test_paddle_servings_own_client_prints_the_lines(service: Service) -> None:
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", PYTHON[0].replace(ENDPOINT, service.rpc_endpoint)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    assert "SPRING BOOK FAIR" in run.stdout


def test_a_channel_with_the_retry_policy_that_is_shown_is_answered(service: Service) -> None:
    program = PYTHON[1].replace(ENDPOINT, service.rpc_endpoint) + (
        "from pipeline_messages import INFERENCE_METHOD, decode_response\n"
        "print(decode_response(channel.unary_unary(INFERENCE_METHOD)(b'', timeout=60)).err_no)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=CLIENTS, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, "5001\n"), run.stderr


def test_the_retry_policy_that_is_shown_is_the_clients() -> None:
    shown: dict[str, Any] = {}
    exec(PYTHON[1].replace("grpc.insecure_channel(", "(lambda _, options: options)("), shown)  # noqa: S102
    (of_readme, *readmes), (of_client, *clients) = shown["channel"], RETRY_OPTIONS
    assert (of_readme[0], json.loads(of_readme[1])) == (of_client[0], json.loads(str(of_client[1])))
    assert readmes == clients
