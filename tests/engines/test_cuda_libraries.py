"""Libraries of NVIDIA's wheels are found by the names that Paddle opens."""

import ctypes.util
import subprocess
import sys
from pathlib import Path

from pdserving.engines.cuda_libraries import SEARCH_PATH, let_processes_find_libraries, link_libraries


def test_a_library_is_found_by_its_bare_name_in_processes_that_are_started(tmp_path: Path) -> None:
    real = ctypes.util.find_library("z") or "libz.so.1"
    maps = subprocess.run(
        [sys.executable, "-c", f"import ctypes; ctypes.CDLL({real!r}); print(open('/proc/self/maps').read())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    library = next(line.split()[-1] for line in maps.splitlines() if "/libz.so" in line)
    packages, folder = tmp_path / "site-packages", tmp_path / "cuda"
    wheel = packages / "nvidia" / "cublas" / "lib"
    wheel.mkdir(parents=True)
    (wheel / "libcublas.so.11").write_bytes(Path(library).read_bytes())
    assert link_libraries(packages, folder) == 1
    assert sorted(path.name for path in folder.iterdir()) == ["libcublas.so", "libcublas.so.11"]
    environment = {SEARCH_PATH: "/elsewhere"}
    let_processes_find_libraries(environment, folder)
    assert environment[SEARCH_PATH] == f"{folder}:/elsewhere"
    command = [sys.executable, "-c", "import ctypes; ctypes.CDLL('libcublas.so')"]
    subprocess.run(command, env=environment, check=True)


def test_links_of_an_earlier_wheel_go(tmp_path: Path) -> None:
    wheel = tmp_path / "nvidia" / "cublas" / "lib"
    wheel.mkdir(parents=True)
    (wheel / "libcublas.so.11").touch()
    link_libraries(tmp_path, tmp_path / "cuda")
    (wheel / "libcublas.so.11").rename(wheel / "libcublas.so.12")
    link_libraries(tmp_path, tmp_path / "cuda")
    assert (tmp_path / "cuda" / "libcublas.so").readlink() == wheel / "libcublas.so.12"
    assert not (tmp_path / "cuda" / "libcublas.so.11").is_symlink()


def test_without_links_the_search_path_stays_and_with_them_they_are_in_it_once(tmp_path: Path) -> None:
    environment: dict[str, str] = {}
    let_processes_find_libraries(environment, tmp_path / "none")
    assert environment == {}
    for _ in range(2):
        let_processes_find_libraries(environment, tmp_path)
    assert environment == {SEARCH_PATH: str(tmp_path)}
