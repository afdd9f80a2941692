"""The clients as a user starts them: scripts in processes of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.paths import ROOT

CLIENTS = ROOT / "clients"

Argument = str | Path


@dataclass(frozen=True)
class ClientProgram:
    """One of the scripts, and how it is told a server's address: by a flag, or before everything else."""

    script: str
    flag: str | None
    form: str

    def command(self, *arguments: Argument, address: str) -> list[str]:
        """Returns the command line; `address` is HOST:PORT or whatever the script takes."""
        address = self.form.format(address) if "/" not in address else address
        flags = [] if self.flag is None else [self.flag]
        return [sys.executable, str(CLIENTS / self.script), *flags, address, *map(str, arguments)]

    def run(
        self, *arguments: Argument, address: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Returns the ended process with its output as text."""
        return subprocess.run(
            self.command(*arguments, address=address),
            env=os.environ | (environment or {}),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )


HTTP_CLIENT = ClientProgram("pipeline_http_client.py", "--url", "http://{}/ocr/prediction")
RPC_CLIENT = ClientProgram("pipeline_rpc_client.py", "--endpoint", "{}")
HUB_CLIENT = ClientProgram("hub_client.py", None, "http://{}/predict/ocr_system")


def json_objects(output: str) -> list[dict[str, Any]]:
    """Returns what a client printed with --json."""
    return [json.loads(line) for line in output.splitlines()]
