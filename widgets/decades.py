"""Axes of times by powers of ten, of a fixed length, that begin where the readings do."""

from math import floor, log10

from course.wording import duration


def begin(place: float, before: float | None) -> float:
    """Say at which power of ten an axis begins, a little below a place; it stays while that fits."""
    if before is not None and 0.05 < place - before < 0.7:
        return before
    return floor(4 * (place - 0.2)) / 4


def ticks(low: float | None, steps: tuple[int, ...], decades: float) -> tuple[list[float], list[str]]:
    """Places and names of round times on an axis that begins at a power of ten."""
    if low is None:
        return [], []
    every = [step * 10.0**power for power in range(-9, 5) for step in steps]
    inside = [each for each in every if -1e-9 <= log10(each) - low <= decades + 1e-9]
    return [log10(each) - low for each in inside], [duration(each) for each in inside]
