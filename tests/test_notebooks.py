"""The notebooks: in their normal form, up to date, and the same on other processors."""

import base64
import io
import platform
import re
import tomllib
from asyncio import gather, run
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image

from widgets.notebooks import LIVE_VIEW, execute, normalise, read, written

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("[0-9]*.ipynb"))
CORES = ["Nehalem", "Sandybridge", "Haswell"] if platform.machine() in ("x86_64", "AMD64") else [""]
ALIKE = 30.0  # of 255, mean over a small square: more than another processor's rounding explains

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def compared(notebook: Any) -> list[Any]:
    """Code cells, but for those that show this machine."""
    return [
        cell
        for cell in code_cells(notebook)
        if "nbval-ignore-output" not in cell["metadata"].get("tags", [])
    ]


def pictures(notebook: Any) -> list[Image.Image]:
    return [
        Image.open(io.BytesIO(base64.b64decode(output["data"]["image/png"]))).convert("L")
        for cell in compared(notebook)
        for output in cell["outputs"]
        if "image/png" in output.get("data", {})
    ]


def texts(notebook: Any) -> list[str]:
    return [
        output.get("text") or output["data"]["text/plain"]
        for cell in compared(notebook)
        for output in cell["outputs"]
    ]


def largest_difference(old: Image.Image, new: Image.Image, side: int = 16) -> float:
    difference = np.abs(np.asarray(old, float) - np.asarray(new, float))
    height, width = (length // side * side for length in difference.shape)
    squares = difference[:height, :width].reshape(height // side, side, width // side, side)
    return float(squares.mean(axis=(1, 3)).max())


@every_notebook
def test_a_notebook_is_executed_and_in_its_normal_form(path: Path) -> None:
    notebook = read(path)
    assert all(cell["execution_count"] for cell in code_cells(notebook))
    normalise(notebook)
    assert written(notebook) == path.read_text("utf-8"), "run `uv run execute-notebooks`"


def test_a_text_that_was_printed_in_parts_is_one() -> None:
    def printed(name: str, text: str) -> dict[str, Any]:
        return {"output_type": "stream", "name": name, "text": text}

    shown = {"output_type": "display_data", "data": {"text/plain": "1"}, "metadata": {}}
    parts = [("stdout", "a\n"), ("stdout", "b"), ("stdout", "c"), ("stderr", "d"), ("stdout", "e")]
    cell = {
        "cell_type": "code", "execution_count": 1, "metadata": {},
        "outputs": [*(printed(*each) for each in parts), shown, printed("stdout", "f")],
    }  # fmt: skip
    normalise({"metadata": {}, "cells": [cell]})
    assert cell["outputs"] == [
        printed("stdout", "a\nbc"), printed("stderr", "d"), printed("stdout", "e"), shown,
        printed("stdout", "f"),
    ]  # fmt: skip


@every_notebook
def test_a_notebook_holds_no_live_view_no_error_and_no_place_of_a_machine(path: Path) -> None:
    content = path.read_text("utf-8")
    assert LIVE_VIEW not in content
    assert '"output_type": "error"' not in content
    assert '"name": "stderr"' not in content
    assert not re.search(r"/(home|root|Users|tmp|work)/", content)


@every_notebook
def test_a_notebook_says_and_shows_the_same_when_it_is_run_again(path: Path) -> None:
    saved = read(path)

    async def on_every_core() -> list[Any]:
        return await gather(*(execute(saved, path.parent, OPENBLAS_CORETYPE=core) for core in CORES))

    for core, again in zip(CORES, run(on_every_core()), strict=True):
        assert texts(again) == texts(saved), core
        for old, new in zip(pictures(saved), pictures(again), strict=True):
            assert old.size == new.size
            assert largest_difference(old, new) < ALIKE, f"{core}: run `uv run execute-notebooks`"


@every_notebook
def test_code_cells_are_short_and_plain(path: Path) -> None:
    for cell in code_cells(read(path)):
        assert len(cell["source"].splitlines()) <= 12
        assert not re.search(r"^\s*[%!]|import \*|sys\.path|urlopen|requests", cell["source"], re.M)


@every_notebook
def test_a_notebook_opens_with_a_question_and_links_to_what_exists(path: Path) -> None:
    notebook = read(path)
    assert re.match(r"# .*\?$", notebook["cells"][0]["source"].splitlines()[0])
    for cell in notebook["cells"]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", cell["source"]):
            assert (path.parent / target).exists(), target


def test_a_lesson_has_the_same_name_in_every_folder() -> None:
    for path in NOTEBOOKS:
        number, _, topic = path.stem.partition("_")
        if number != "00" and path.parent.name == "notebooks":
            for twin in (f"course/{topic}.py", f"widgets/{topic}.py", f"tests/test_{topic}.py"):
                assert (ROOT / twin).exists(), twin


def test_every_lesson_is_linked_from_the_first_page_and_the_readme() -> None:
    first = "".join(cell["source"] for cell in read(NOTEBOOKS[0])["cells"])
    readme = (ROOT / "README.md").read_text("utf-8")
    for path in NOTEBOOKS[1:]:
        if path.parent.name == "notebooks":
            assert f"({path.name})" in first
            assert f"(notebooks/{path.name})" in readme


def test_saving_in_jupyterlab_writes_the_normal_form() -> None:
    scope: dict[str, Any] = {"get_config": _Config}
    exec((ROOT / "etc/jupyter/jupyter_server_config.py").read_text("utf-8"), scope)
    notebook = read(NOTEBOOKS[0])
    cell = next(each for each in code_cells(notebook) if "data" in (each["outputs"] or [{}])[0])
    cell["outputs"][0]["data"][LIVE_VIEW] = {"model_id": "1", "version_major": 2, "version_minor": 0}
    cell["execution_count"] = 42
    cell["metadata"]["collapsed"] = False
    notebook["metadata"]["widgets"] = {"state": {}}
    scope["save_in_normal_form"]({"type": "notebook", "content": notebook}, path="x", contents_manager=None)
    assert written(notebook) == NOTEBOOKS[0].read_text("utf-8")


def test_conda_installs_what_pip_installs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    conda = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    names = {"matplotlib": "matplotlib-base"}
    (by_pip,) = (entry["pip"] for entry in conda if isinstance(entry, dict))
    wanted = {
        names.get(name := re.split(r"[<>=]", entry)[0], name) + entry[len(name) :]
        for entry in project["dependencies"]
    }
    held = [entry for entry in conda if isinstance(entry, str)] + by_pip
    assert sorted(held) == sorted({*wanted, f"python{project['requires-python']}", "pip", "-e ."})


class _Config:
    """Settings that take any value under any name."""

    def __getattr__(self, name: str) -> "_Config":
        self.__dict__[name] = _Config()
        return self.__dict__[name]  # type: ignore[no-any-return]
