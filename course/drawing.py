"""A drawing of a digit: strokes of a pen, and the image that a network is given of them.

Source: the images of MNIST were scaled to fit 20 x 20 pixels and put into 28 x 28 by their centre
of mass; LeCun, Bottou, Bengio and Haffner (1998), Gradient-based learning applied to document
recognition, section III A.
"""

from dataclasses import dataclass, replace

import numpy as np

from course import arguments
from course.networks import Array

SIDE, BOX = 28, 20  # pixels of an image, and of the square that its ink fills
PEN = 2.6  # pixels of the image that the pen is wide
FINE = 8  # points a pixel at which strokes are drawn before they are averaged
SMALLEST = 0.12  # of the pad: what is smaller isn't blown up to the whole square
MOST_STROKES = 500
STEP = 0.1  # of the pad, for one key
HOME = (0.5, 0.3)  # where a pen that is moved by keys begins
KEYS = {
    "1": (-1, 1),
    "2": (0, 1),
    "3": (1, 1),
    "4": (-1, 0),
    "6": (1, 0),
    "7": (-1, -1),
    "8": (0, -1),
    "9": (1, -1),
}
LIFT = "5"
Stroke = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Drawing:
    """Strokes on a square pad, x to the right and y down, both from 0 to 1.

    Parameters
    ----------
    strokes : each the places that the pen went through
    turn : degrees by which all of it is turned, clockwise
    """

    strokes: tuple[Stroke, ...] = ()
    turn: float = 0.0

    def __str__(self) -> str:
        count = len(self.strokes)
        turned = f", turned by {self.turn:g}°" if self.turn and count else ""
        return f"{count} stroke{'s' * (count != 1)}{turned}" if count else "nothing drawn yet"

    def begun(self, x: float, y: float) -> "Drawing":
        """The same with the pen put down at a place."""
        if len(self.strokes) >= MOST_STROKES:
            raise ValueError(f"a drawing must have at most {MOST_STROKES} strokes: clear it, or undo some")
        return replace(self, strokes=(*self.strokes, (_inside(x, y),)))

    def gone_on(self, x: float, y: float) -> "Drawing":
        """The same with the pen, still down, moved to a place."""
        if not self.strokes:
            return self.begun(x, y)
        return replace(self, strokes=(*self.strokes[:-1], (*self.strokes[-1], _inside(x, y))))

    def undone(self) -> "Drawing":
        """The same without its last stroke."""
        return replace(self, strokes=self.strokes[:-1])


def by_keys(keys: str, *, turn: float = 0.0) -> Drawing:
    """Draw by keys as on a number pad: 1 to 9 move the pen by a tenth of the pad, 5 lifts it.

    >>> by_keys("222 5 666")
    Drawing(strokes=(((0.5, 0.3), (0.5, 0.4), (0.5, 0.5), (0.5, 0.6)),), turn=0.0)
    """
    if not isinstance(keys, str) or not set(keys) <= {*KEYS, LIFT, " "}:
        raise arguments.refuse("keys", "be digits from 1 to 9", keys)
    degrees = arguments.number("turn", turn, low=-180, high=180)
    place, down, drawing = HOME, True, Drawing(turn=degrees)
    fresh = True
    for key in keys.replace(" ", ""):
        if key == LIFT:
            down, fresh = not down, True
            continue
        following = _inside(place[0] + STEP * KEYS[key][0], place[1] + STEP * KEYS[key][1])
        if down:
            drawing = (drawing.begun(*place) if fresh else drawing).gone_on(*following)
            fresh = False
        place = following
    return drawing


def flattened(drawing: Drawing) -> Drawing:
    """The same picture with its turn in the strokes themselves, as far as the pad reaches."""
    if not drawing.turn or not drawing.strokes:
        return replace(drawing, turn=0.0)
    lines = _turned([np.array(stroke) for stroke in drawing.strokes], drawing.turn)
    return Drawing(tuple(tuple(_inside(float(x), float(y)) for x, y in line) for line in lines))


def image(drawing: Drawing) -> Array | None:
    """Turn strokes into what a network of this lesson takes: shape (784,), ink from 0 to 1.

    Returns
    -------
    None where nothing has been drawn
    """
    if not drawing.strokes:
        return None
    lines = _turned([np.array(stroke) for stroke in drawing.strokes], drawing.turn)
    places = np.concatenate(lines)
    low, high = places.min(axis=0), places.max(axis=0)
    scale = (BOX - PEN) / max(float((high - low).max()), SMALLEST)
    shift = SIDE / 2 - (low + high) / 2 * scale
    ink = _inked([line * scale + shift for line in lines])
    return centred(ink).ravel()


def _inked(lines: list[Array]) -> Array:
    """Draw lines with a round pen, finely, and average: shape (28, 28)."""
    from PIL import Image, ImageDraw

    sheet = Image.new("L", (SIDE * FINE, SIDE * FINE))
    pen = ImageDraw.Draw(sheet)
    half = PEN * FINE / 2
    for line in lines:
        points = [(float(x), float(y)) for x, y in line * FINE]
        if len(points) > 1:
            pen.line(points, fill=255, width=round(2 * half), joint="curve")
        for x, y in points:
            pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
    fine: Array = np.asarray(sheet, float).reshape(SIDE, FINE, SIDE, FINE)
    return np.asarray(fine.mean(axis=(1, 3)) / 255.0)


def centred(ink: Array) -> Array:
    """Shift an image by whole pixels so that its mass lies in the middle, as far as there is room."""
    rows, columns = np.nonzero(ink > 0)
    shifts = []
    for axis, held in ((1, rows), (0, columns)):
        mass = float((ink.sum(axis=axis) * np.arange(SIDE)).sum() / ink.sum())
        wanted = round((SIDE - 1) / 2 - mass)
        shifts.append(int(np.clip(wanted, -held.min(), SIDE - 1 - held.max())))
    return np.roll(ink, shifts, axis=(0, 1))


def _turned(lines: list[Array], degrees: float) -> list[Array]:
    if not degrees:
        return lines
    angle = np.deg2rad(degrees)
    spin = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = np.concatenate(lines).mean(axis=0)
    return [(line - middle) @ spin + middle for line in lines]


def _inside(x: float, y: float) -> tuple[float, float]:
    across, up = (round(float(np.clip(arguments.number("place", each), 0, 1)), 4) for each in (x, y))
    return across, up


def _arc(middle: tuple[float, float], reach: tuple[float, float], start: float, end: float) -> Stroke:
    """Part of an ellipse, from one angle to another in degrees, 0 at the right and 90 below."""
    angles = np.deg2rad(np.linspace(start, end, 25))
    return tuple(
        _inside(middle[0] + reach[0] * np.cos(angle), middle[1] + reach[1] * np.sin(angle))
        for angle in angles
    )


# One example of each digit, for those who don't draw.
EXAMPLES: dict[str, Drawing] = {
    "0": Drawing((_arc((0.5, 0.5), (0.22, 0.32), -90, 270),)),
    "1": Drawing((((0.4, 0.3), (0.52, 0.18), (0.52, 0.82)),)),
    "2": Drawing(((*_arc((0.5, 0.36), (0.2, 0.17), 190, 390), (0.3, 0.8), (0.72, 0.8)),)),
    "3": Drawing(
        ((*_arc((0.47, 0.34), (0.2, 0.16), 200, 430), *_arc((0.47, 0.65), (0.22, 0.18), 280, 520)),)
    ),
    "4": Drawing((((0.4, 0.18), (0.28, 0.52), (0.72, 0.52)), ((0.6, 0.2), (0.58, 0.84)))),
    "5": Drawing((((0.68, 0.2), (0.36, 0.2), (0.34, 0.47), *_arc((0.48, 0.63), (0.2, 0.19), 230, 500)),)),
    "6": Drawing((((0.6, 0.16), (0.42, 0.34), (0.33, 0.58), *_arc((0.5, 0.64), (0.17, 0.17), 180, 540)),)),
    "7": Drawing((((0.28, 0.2), (0.72, 0.2), (0.44, 0.84)),)),
    "8": Drawing((_arc((0.5, 0.34), (0.15, 0.15), 90, 450), _arc((0.5, 0.66), (0.18, 0.17), -90, 270))),
    "9": Drawing(((*_arc((0.5, 0.36), (0.17, 0.17), 0, 360), (0.66, 0.5), (0.6, 0.84)),)),
}  # fmt: skip
