"""What a network that knows digits was never shown: noise, letters, digits out of place, nothing."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from course import arguments, datasets, inference
from course.drawing import BOX, SIDE, centred
from course.networks import Array

SHIFT = 4  # pixels
LETTERS = "ACEFHJKLMNPRTUVWXY"  # those that nobody takes for a digit: no B, D, G, I, O, Q, S, Z
TILT = 10.0  # degrees that a letter leans to either side, at most
TYPE = 80  # pixels of a letter before it is made small
MOST = 750  # images that are neither learnt from nor used to fit a temperature
Random = np.random.Generator
Numbers = NDArray[np.int64]


def strange(*, kind: str = "noise", count: int = 100, random_state: int = 0) -> Array:
    """Make images that are no digits, or don't look like those that were learnt.

    Parameters
    ----------
    kind : one of `KINDS`
    count : 1 to 750

    Returns
    -------
    shape (count, 784), ink from 0 (none) to 1 (full)

    Source
    ------
    The digits are test images of MNIST; the letters are set in Aileron, which ships with Pillow.

    >>> strange(kind="letters", count=2).shape
    (2, 784)
    """
    arguments.one_of("kind", kind, KINDS)
    number = arguments.whole("count", count, low=1, high=MOST)
    return _made(kind, number, arguments.whole("random_state", random_state, low=0))


def held_out() -> tuple[Numbers, Numbers]:
    """Row numbers in MNIST of the images not learnt from: one half for choices, one for the test."""
    rows = np.random.default_rng(0).permutation(inference.halves(datasets.mnist()).test)
    return rows[:-MOST], rows[-MOST:]


def originals(*, count: int = 100, random_state: int = 0) -> Numbers:
    """Row numbers in MNIST of the test images that `strange` turns, shifts and inverts."""
    number = arguments.whole("count", count, low=1, high=MOST)
    seed = arguments.whole("random_state", random_state, low=0)
    return np.random.default_rng(seed).permutation(held_out()[1])[:number]


@lru_cache(32)
def _made(kind: str, count: int, seed: int) -> Array:
    pixels = datasets.mnist().inputs[originals(count=count, random_state=seed)]
    made = KINDS[kind](pixels.reshape(-1, SIDE, SIDE), np.random.default_rng(seed))
    images = np.ascontiguousarray(made.reshape(count, -1))
    images.setflags(write=False)
    return images


def _noise(digits: Array, random: Random) -> Array:
    return random.uniform(size=digits.shape)


def _letters(digits: Array, random: Random) -> Array:
    chosen = random.choice(list(LETTERS), len(digits))
    tilts, strokes = random.uniform(-TILT, TILT, len(digits)), random.integers(0, 5, len(digits))
    return np.array([_letter(*each) for each in zip(chosen, tilts, strokes, strict=True)])


def _upside_down(digits: Array, random: Random) -> Array:
    return digits[:, ::-1, ::-1]


def _shifted(digits: Array, random: Random) -> Array:
    wide = np.pad(digits, ((0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT)))
    corners = SHIFT + SHIFT * np.array([(1, 0), (-1, 0), (0, 1), (0, -1)])
    ways = corners[random.integers(0, 4, len(digits))]
    return np.array([image[y : y + SIDE, x : x + SIDE] for image, (y, x) in zip(wide, ways, strict=True)])


def _inverted(digits: Array, random: Random) -> Array:
    return 1 - digits


def _blank(digits: Array, random: Random) -> Array:
    return np.zeros_like(digits)


KINDS: dict[str, Callable[[Array, Random], Array]] = {
    "noise": _noise,
    "letters": _letters,
    "upside down": _upside_down,
    "shifted": _shifted,
    "inverted": _inverted,
    "blank": _blank,
}


def _letter(letter: str, tilt: float, stroke: int) -> Array:
    """Draw a letter as MNIST's digits are kept: 20 pixels long, centred by its mass."""
    from PIL import Image, ImageDraw, ImageFont

    paper = Image.new("L", (2 * TYPE, 2 * TYPE))
    font = ImageFont.load_default(TYPE)
    pen = ImageDraw.Draw(paper)
    pen.text((TYPE, TYPE), str(letter), 255, font, anchor="mm", stroke_width=int(stroke))
    turned = paper.rotate(float(tilt), Image.Resampling.BILINEAR)
    ink = turned.crop(turned.getbbox())
    width, height = (max(1, round(BOX * length / max(ink.size))) for length in ink.size)
    image = np.zeros((SIDE, SIDE))
    image[:height, :width] = np.asarray(ink.resize((width, height), Image.Resampling.BOX)) / 255
    return centred(image)
