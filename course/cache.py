"""Arrays that took long to make, kept in the user's cache folder where that is possible.

The folder may be missing, read-only or full, and a file in it cut short or foreign: then the
arrays are made again, and nothing is said.
"""

import os
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]
CHECKSUM = "checksum"


def folder() -> Path:
    """Where things are kept for this user, whether it exists or not."""
    from platformdirs import user_cache_path

    return Path(user_cache_path("ai-workbook", appauthor=False))


def kept(name: str, make: Callable[[], Arrays]) -> Arrays:
    """Return the arrays under a name: those kept by an earlier call, else made now, and kept.

    Parameters
    ----------
    name : of the file; whatever the arrays depend on is a part of it
    make : makes the arrays, none of them of objects
    """
    path = folder() / f"{name}.npz"
    with suppress(Exception):  # whatever is wrong with a file, its arrays are made again
        return _load(path)
    arrays = make()
    with suppress(OSError):
        _save(path, arrays)
    return arrays


def _load(path: Path) -> Arrays:
    with path.open("rb") as source, np.load(source, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    if int(arrays.pop(CHECKSUM)) != _checksum(arrays):
        raise ValueError(f"{path} must hold what was saved in it")
    return arrays


def _save(path: Path, arrays: Arrays) -> None:
    """Write a file whole or not at all: another kernel may read it at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
        try:
            np.savez_compressed(file, **arrays, **{CHECKSUM: np.array(_checksum(arrays))})  # type: ignore[arg-type]
            file.close()
            os.replace(file.name, path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise


def _checksum(arrays: Mapping[str, NDArray[Any]]) -> int:
    total = 0
    for name in sorted(arrays):
        total = zlib.crc32(f"{name} {arrays[name].dtype} {arrays[name].shape}".encode(), total)
        total = zlib.crc32(np.ascontiguousarray(arrays[name]).tobytes(), total)
    return total
