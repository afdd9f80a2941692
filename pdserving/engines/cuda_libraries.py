"""Lets Paddle find the CUDA libraries that come as wheels: `python -m pdserving.engines.cuda_libraries` links them.

Paddle 2.6 opens `libcublas.so`, `libcudnn.so` and others by these names. NVIDIA's wheels have `libcublas.so.11` only,
in folders that the loader does not search. Loading them beforehand by ctypes does not help, as the names differ; nor do
Paddle's flags `FLAGS_cuda_dir` and `FLAGS_cudnn_dir` (both tried with 2.6.2). So links with both names lie in one
folder, and that is in `LD_LIBRARY_PATH` when the process that runs the models starts.
"""

import sys
import sysconfig
from collections.abc import MutableMapping
from pathlib import Path

SEARCH_PATH = "LD_LIBRARY_PATH"
FOLDER = Path(sys.prefix) / "lib" / "cuda"
"""The folder of the links, in the virtual environment."""


def link_libraries(packages: Path, folder: Path) -> int:
    """Link every library of NVIDIA's wheels under its name and under its bare `.so`.

    Args:
        packages: the site-packages.
        folder: the folder of the links; what is in it goes.

    Returns:
        How many libraries there are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.iterdir():
        stale.unlink()
    libraries = sorted(packages.glob("nvidia/*/lib/lib*.so*"))
    for library in libraries:
        for name in {library.name, library.name.partition(".so")[0] + ".so"}:
            link = folder / name
            link.unlink(missing_ok=True)
            link.symlink_to(library)
    return len(libraries)


def let_processes_find_libraries(environment: MutableMapping[str, str], folder: Path = FOLDER) -> None:
    """Put the folder of links, if there is one, first in the search path of processes started from now on."""
    if not folder.is_dir():
        return
    others = [place for place in environment.get(SEARCH_PATH, "").split(":") if place and place != str(folder)]
    environment[SEARCH_PATH] = ":".join([str(folder), *others])


if __name__ == "__main__":
    if link_libraries(Path(sysconfig.get_path("purelib")), FOLDER) == 0:
        print("no NVIDIA library among the packages: CUDA and cuDNN must come from the machine", file=sys.stderr)
