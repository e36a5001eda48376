"""The normal form of a notebook: executed, readable without a kernel, the same for everyone.

`uv run execute-notebooks` runs every notebook and writes it in this form; JupyterLab
writes it on every save, through `etc/jupyter/jupyter_server_config.py`.
"""

import asyncio
import os
import sys
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat

FOLDER = Path("notebooks")
LIVE_VIEW = "application/vnd.jupyter.widget-view+json"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

SECURE = {"transport_encryption": "auto"}  # or the kernel warns that others could listen


def normalise(notebook: dict[str, Any]) -> None:
    """Bring a notebook into the normal form, in place.

    What only a running kernel understands goes: live views and their state. So does what
    differs from one run to the next: times, counts, the kernel's version, the parts in which a
    printed text came.
    """
    notebook["metadata"] = {"kernelspec": dict(KERNEL), "language_info": {"name": "python"}}
    notebook["nbformat"], notebook["nbformat_minor"] = 4, 5
    count = 0
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("tags")
        cell["metadata"] = {"tags": tags} if tags else {}
        if cell["cell_type"] == "code":
            run = cell.get("execution_count") is not None
            count += run
            cell["execution_count"] = count if run else None
            cell["outputs"] = _joined(kept for each in cell["outputs"] if (kept := _kept(each, count)))


async def execute(notebook: Any, folder: Path = FOLDER, **environment: str) -> Any:
    """Run all cells in a new kernel, and return the notebook in its normal form.

    Parameters
    ----------
    folder : where the kernel starts
    environment : variables that the kernel gets besides those of this process
    """
    from nbclient import NotebookClient
    from traitlets.config import Config

    run = deepcopy(notebook)
    await NotebookClient(
        run, timeout=120, kernel_name="python3", record_timing=False,
        resources={"metadata": {"path": str(folder)}}, config=Config(KernelManager=SECURE),
    ).async_execute(env={**os.environ, **environment})  # fmt: skip
    normalise(run)
    return run


def read(path: Path) -> Any:
    """Read a notebook file."""
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def written(notebook: Any) -> str:
    """Return the text of a notebook's file."""
    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]


def main() -> None:
    """Execute the notebooks named on the command line, or all of them."""
    paths = [Path(name) for name in sys.argv[1:]] or sorted(FOLDER.rglob("[0-9]*.ipynb"))
    for path in paths:
        print(path)
        path.write_text(written(asyncio.run(execute(read(path), path.parent))), encoding="utf-8")


def _joined(outputs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put printed text together that a busy kernel sent in several parts."""
    joined: list[dict[str, Any]] = []
    for each in outputs:
        last = joined[-1] if joined else {}
        if each["output_type"] == "stream" and each["name"] == last.get("name"):
            last["text"] += each["text"]
        else:
            joined.append(each)
    return joined


def _kept(output: dict[str, Any], count: int) -> dict[str, Any] | None:
    if output["output_type"] == "execute_result":
        output["execution_count"] = count
    if "data" not in output:
        return output
    output["data"].pop(LIVE_VIEW, None)
    output["metadata"] = {}
    return output if output["data"] else None
