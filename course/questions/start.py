"""The guesses of the start page: about what somebody has drawn there."""

from course import inference, networks, reading
from course.drawing import Drawing, image
from course.networks import Array

DRAW_FIRST = "Draw first, in the lab below."
at_once = ["3", "Another digit", "That it doesn’t know"]
sizes = [f"{size:,}" for size in reading.SIZES]
from_how_many = [*sizes, "None of them will read it"]
HALF = 0.5
doubts = [
    "It will say that it doesn’t know.",
    "It will name a digit, less than half sure.",
    "It will name a digit, at least half sure.",
]


def untrained(drawing: Drawing, random_state: int = 0) -> str:
    """Say what the network reads a drawing as before it has learnt anything: one of `at_once`."""
    start = next(inference.learning(train_size=1, random_state=random_state))
    return at_once[0] if _answer(start, drawing).argmax() == 3 else at_once[1]


def enough(drawing: Drawing, random_state: int = 0) -> str:
    """Say from how many examples on a drawing of a 3 is read as a 3: one of `from_how_many`."""
    trained = [inference.trained(train_size=size, random_state=random_state) for size in reading.SIZES]
    read = [_answer(network, drawing).argmax() == 3 for network in trained]
    steady = next((n for n in range(len(read)) if all(read[n:])), len(read))
    return from_how_many[steady]


def doubt(drawing: Drawing, random_state: int = 0) -> str:
    """Say how sure the network from 3,500 examples is of a drawing: one of `doubts`."""
    return doubts[2 if _answer(inference.trained(random_state=random_state), drawing).max() >= HALF else 1]


def _answer(network: networks.Network, drawing: Drawing) -> Array:
    ink = image(drawing)
    if ink is None:
        raise ValueError(DRAW_FIRST)
    probabilities: Array = networks.forward(network, ink[None])[-1][0]
    return probabilities
