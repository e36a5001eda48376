"""The look: colours, type and lines, for the pictures and for the page around them."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb

BLUE, ORANGE, GREEN, YELLOW = "#0B5FA8", "#D2570A", "#1F9A78", "#FFD54A"
ORANGE_TEXT = "#A8430A"
INK, TEXT_2, TRAINING, RULE, GRID, PANEL = (
    "#1B2733", "#55636F", "#8996A1", "#C6CFD7", "#E3E8EC", "#F4F6F8",
)  # fmt: skip
UNDER_POINTS = ("#F6C093", "#FAE0CB", "#F8F7F4", "#CFE2F2", "#9CC6E8")
WITHOUT_POINTS = ("#F0AE78", "#F8F7F4", "#86B9E0")
TRAIN_LINE: dict[str, Any] = {"color": TRAINING, "linewidth": 1.8}
TEST_LINE: dict[str, Any] = {"color": INK, "linewidth": 2.8}

RC: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 12,
    "axes.titlesize": 13,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.titlepad": 7,
    "axes.titley": 1.0,  # or matplotlib measures every tick, each time, to find a place
    "axes.labelcolor": INK,
    "axes.edgecolor": TRAINING,
    "axes.linewidth": 1.0,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 1.0,
    "xtick.color": TRAINING,
    "xtick.labelcolor": TEXT_2,
    "xtick.major.size": 4,
    "ytick.color": TRAINING,
    "ytick.labelcolor": TEXT_2,
    "ytick.major.size": 0,
    "lines.linewidth": 2.4,
    "lines.solid_capstyle": "round",
    "text.color": INK,
    "figure.facecolor": "white",
}


@cache
def colour_table(*stops: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return 256 colours that run through the stops, shape (256, 3), 0 to 255."""
    ramp = LinearSegmentedColormap.from_list("", [to_rgb(stop) for stop in stops])
    return np.round(255 * ramp(np.linspace(0, 1, 256))[:, :3]).astype(np.uint8)


@cache
def opaque_table(*stops: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the same colours with a fourth number that says that they hide what is below."""
    return np.hstack([colour_table(*stops), np.full((256, 1), 255, np.uint8)])


@cache
def rgb(colour: str) -> tuple[int, int, int]:
    """Return a colour's red, green and blue, 0 to 255."""
    red, green, blue = (round(255 * part) for part in to_rgb(colour))
    return red, green, blue


def css() -> str:
    """Return the style sheet of a lab, with the colours above as its variables."""
    colours = {
        "blue": BLUE, "orange": ORANGE, "orange-text": ORANGE_TEXT, "green": GREEN, "yellow": YELLOW,
        "ink": INK, "text-2": TEXT_2, "training": TRAINING, "rule": RULE, "grid": GRID, "panel": PANEL,
    }  # fmt: skip
    tokens = "".join(f"--{name}: {value}; " for name, value in colours.items())
    return f".lab {{ {tokens}}}\n{Path(__file__).with_name('lab.css').read_text('utf-8')}"
