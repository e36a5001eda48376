"""The README says what is true."""

import re
from pathlib import Path
from typing import Any

from widgets.digits import digits_lab
from widgets.lab import Lab

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^ *```python\n(.*?)^ *```", README, re.S | re.M)


def test_a_lab_is_added_in_ten_lines() -> None:
    (source,) = (block for block in BLOCKS if "Lab(" in block)
    lines = [line for line in source.splitlines() if line.strip()]
    assert sum(not re.match(r"from|import", line) for line in lines) == 10
    scope: dict[str, Any] = {"__name__": "readme"}
    exec(source, scope)
    lab = scope["lab"]
    assert isinstance(lab, Lab)
    before = lab._picture.source
    lab._panel.controls["dice"].value = 30
    assert lab._picture.source != before
    assert repr(lab).startswith("Lab(throw, dice=30, random_state=0): The mean lies between ")


def test_the_teachers_line_makes_the_lab_that_it_says() -> None:
    (source,) = (block for block in BLOCKS if "digits_lab(" in block)
    lab = eval(source.strip(), {"digits_lab": digits_lab})
    assert list(lab._panel.controls) == ["learning_rate", "hidden_neurons", "train_size"]
    assert lab.settings["train_size"] == 100
    assert lab.settings["optimiser"] == "Adam"


def test_the_pictures_of_the_readme_exist() -> None:
    for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (Path(__file__).parents[1] / target).exists()
