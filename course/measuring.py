"""The only clock in the workbook."""

from time import perf_counter


def seconds() -> float:
    """Return a time in seconds that only ever grows; differences of it are durations."""
    return perf_counter()
