"""Three columns of a table, laid out as points in the plane: two the place, one what is learnt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course import arguments
from course.networks import Array
from course.points import EDGE, REACH, Points, halves
from course.tables import Table, classes, named

TABLE = "table"  # the data set that is no shape but a table
LEAST_ROWS = 10  # fewer can't be learnt from and tested on
MOST_ROWS = 2000  # of a larger table a random sample is used: a picture shows no more


@dataclass(frozen=True)
class Columns:
    """A table, and what of it is used; an empty name stands for the likeliest column.

    Parameters
    ----------
    table : or None, which is refused with a sentence
    features : names of the two columns that become x₁ and x₂
    target : name of the column to be learnt
    positive : the class that is blue; all others are orange
    """

    table: Table | None = None
    features: tuple[str, str] = ("", "")
    target: str = ""
    positive: str = ""

    def __str__(self) -> str:
        if self.table is None:
            return "no table yet"
        chosen = self.chosen()
        return f"{chosen.target} from {' and '.join(chosen.features)}"

    def chosen(self) -> "Columns":
        """The same with every name filled in: the target is the last column unless said otherwise."""
        table = self.table
        if table is None or not table.columns:
            return self
        target = self.target or table.columns[-1]
        free = iter(name for name in table.numeric if name not in (target, *self.features))
        first, second = (name or next(free, "") for name in self.features)
        positive = self.positive or (table.classes(target) or [""])[-1]
        return Columns(table, (first, second), target, positive)


def table_points(
    columns: Columns, *, train_size: float = 0.5, noise: float = 0.0, random_state: int = 0
) -> Points:
    """Lay out rows as points: two columns become the place, a third the class or the number.

    The smallest value of a column stands at -5, its largest at 5; numbers to be learnt reach
    from -1 to 1 in the same way.

    Raises
    ------
    ValueError
        where a column can't be what it is to be, or too few rows are left
    """
    level = arguments.number("noise", noise, low=0, high=0.5)
    random = np.random.default_rng(arguments.whole("random_state", random_state, low=0))
    chosen = columns.chosen()
    table = chosen.table
    if table is None:
        raise ValueError("a table must come first: choose one, paste one, or upload a file")
    _check_names(table, chosen)
    rows, notes = _complete(table, chosen, random)
    one, other = chosen.features
    spans = _span(rows[one], one), _span(rows[other], other)
    places = np.stack(
        [_placed(rows[name], span) for name, span in zip(chosen.features, spans, strict=True)], 1
    )
    targets, kinds, said = _targets(rows[chosen.target], chosen)
    if level:
        places = np.clip(places + random.uniform(-level * REACH, level * REACH, places.shape), -EDGE, EDGE)
    train, test = _divided(random, targets, train_size, kinds)
    note = " ".join(filter(None, [*notes, said]))
    return Points(
        table.name, places, targets, not kinds, train, test,
        chosen.features, spans, kinds or ("low", "high"), note,
    )  # fmt: skip


def _check_names(table: Table, chosen: Columns) -> None:
    for name in (*chosen.features, chosen.target):
        if not name:
            raise ValueError(
                f"a table must have two columns of numbers beside its target, got {len(table.numeric)}"
            )
        if name not in table.columns:
            raise ValueError(f"a column must be one of {_listed(table.columns)}, got {name}")
    for name in chosen.features:
        if name not in table.numeric:
            raise ValueError(f"a feature must be a column of numbers, got {name}, which holds text")
    if len({*chosen.features, chosen.target}) < 3:
        names = ", ".join([*chosen.features, chosen.target])
        raise ValueError(f"features and target must be three different columns, got {names}")


def _complete(table: Table, chosen: Columns, random: np.random.Generator) -> tuple[Any, list[str]]:
    """Rows with a value in each of the three columns, not too many, and what was left out."""
    frame = table.frame[[*chosen.features, chosen.target]].replace([np.inf, -np.inf], np.nan)
    rows = frame.dropna()
    notes = []
    if missing := len(frame) - len(rows):
        notes.append(f"{missing:,} of {len(frame):,} rows lack a value and are left out.")
    if len(rows) < LEAST_ROWS:
        raise ValueError(
            f"a table must have at least {LEAST_ROWS} rows with all three values, got {len(rows)}"
        )
    if len(rows) > MOST_ROWS:
        notes.append(f"{MOST_ROWS:,} of {len(rows):,} rows are used, drawn at random.")
        rows = rows.iloc[np.sort(random.choice(len(rows), MOST_ROWS, replace=False))]
    return rows, notes


def _span(values: Any, name: str) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    if low == high:
        raise ValueError(f"a feature must vary, got {name}, which is always {low:g}")
    return low, high


def _placed(values: Any, span: tuple[float, float]) -> Array:
    low, high = span
    return np.asarray((values.to_numpy(float) - low) / (high - low) * 2 * REACH - REACH)


def _targets(values: Any, chosen: Columns) -> tuple[Array, tuple[str, str] | tuple[()], str]:
    """Class numbers or numbers, the names of the classes, and what has to be said."""
    names = classes(values)
    if not names:
        low, high = _span(values, chosen.target)
        return (
            _placed(values, (low, high)) / REACH,
            (),
            f"{chosen.target} reaches from {low:g} to {high:g}.",
        )
    if len(names) == 1:
        raise ValueError(f"a target must have two classes at least, got {chosen.target}, always {names[0]}")
    if len(names) > max(len(values) / 2, 2):
        raise ValueError(
            f"a target must repeat its classes, got {chosen.target} with {len(names)} different ones "
            f"in {len(values)} rows"
        )
    if chosen.positive not in names:
        raise ValueError(f"the blue class must be one of {_listed(names)}, got {chosen.positive}")
    blue = values.map(named).to_numpy() == chosen.positive
    others = [name for name in names if name != chosen.positive]
    rest = others[0] if len(others) == 1 else f"the {len(others)} others"
    return blue.astype(float), (rest, chosen.positive), ""


def _divided(
    random: np.random.Generator, targets: Array, train_size: float, kinds: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide rows at random, each class alike."""
    if not kinds:
        return halves(random.permutation(len(targets)), train_size)
    parts = []
    for number, name in enumerate(kinds):
        (rows,) = np.nonzero(targets == number)
        if len(rows) < 2:
            raise ValueError(f"each class must have two rows at least, got {len(rows)} of {name}")
        parts.append([rows[half] for half in halves(random.permutation(len(rows)), train_size)])
    train, test = (np.sort(np.concatenate(half)) for half in zip(*parts, strict=True))
    return train, test


def _listed(names: Sequence[str], most: int = 6) -> str:
    return (
        ", ".join(names)
        if len(names) <= most
        else f"{', '.join(names[:most])} and {len(names) - most} more"
    )
