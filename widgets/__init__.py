"""How a lesson is seen and touched."""

import os
import tempfile
from pathlib import Path


def _writable(folder: Path) -> bool:
    while not folder.exists():
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK)


if not _writable(Path.home()):  # or matplotlib and Jupyter would complain, or give up
    for _variable in (
        "MPLCONFIGDIR",
        "IPYTHONDIR",
        "JUPYTER_RUNTIME_DIR",
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
    ):
        if _variable not in os.environ:
            os.environ[_variable] = tempfile.mkdtemp(prefix="workbook-")
