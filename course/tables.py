"""A table of one's own: read, understood, and laid out as points in the plane."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course import arguments, datasets
from course.networks import Array
from course.points import REACH, Points, halves

TABLE = "table"  # the data set that is no shape but a table
LEAST_ROWS = 10  # fewer can't be learnt from and tested on
MOST_ROWS = 2000  # of a larger table a random sample is used: a picture shows no more
FEW = 10  # different numbers in a target that still look like classes
SEPARATORS = (";", "\t", ",", "|")
DECIMAL_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+),\d+")
EXAMPLE = "Breast cancer"


@dataclass(frozen=True, eq=False)
class Table:
    """Rows with named columns.

    Parameters
    ----------
    name : what it is called
    frame : a pandas DataFrame
    note : what has to be known about it
    """

    name: str
    frame: Any
    note: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {len(self.frame):,} rows, {len(self.frame.columns):,} columns."

    @property
    def columns(self) -> list[str]:
        """Names of all columns."""
        return [str(name) for name in self.frame.columns]

    @property
    def numeric(self) -> list[str]:
        """Names of the columns that hold numbers."""
        return [str(name) for name in self.frame.columns if self.frame[name].dtype.kind in "iuf"]

    def classes(self, target: str) -> list[str]:
        """Names of the classes in a column, or none where it holds numbers to be estimated."""
        return _classes_of(self, target) if target in self.columns else []


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


def breast_cancer() -> Table:
    """Load 569 tumours, 30 measured columns and the diagnosis, see `datasets.breast_cancer`."""
    return _breast_cancer()


@cache
def _breast_cancer() -> Table:
    import pandas as pd

    data = datasets.breast_cancer()
    frame = pd.DataFrame(data.inputs, columns=data.feature_names)
    frame["diagnosis"] = np.array(data.class_names)[data.targets.astype(int)]
    return Table(EXAMPLE, frame, f"A row is {data.row}. {data.limits}")


def read(source: object, *, name: str = "Your table") -> Table:
    r"""Read a table from a DataFrame, from text, or from the bytes of a file.

    Text has one line for each row, the first with the names of the columns. They are divided
    by semicolons, tabs, commas or bars; beside semicolons and tabs a comma may be a decimal one.

    Raises
    ------
    ValueError
        where it is none of these, or holds no table

    >>> print(read("height;weight;kind\n1,5;20;a\n1,7;30;b"))
    Your table: 2 rows, 3 columns.
    """
    import pandas as pd

    if isinstance(source, bytes):
        source = _decoded(source)
    frame = _parsed(source) if isinstance(source, str) else source
    if not isinstance(frame, pd.DataFrame):
        raise ValueError(
            f"a table must be a DataFrame, CSV text or a CSV file, got {type(source).__name__}"
        )
    frame = frame.rename(columns=lambda column: str(column).strip())
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise ValueError(f"columns must have different names, got {twice[0]} twice")
    if len(frame.columns) < 3:
        raise ValueError(f"a table must have three columns at least, got {len(frame.columns)}")
    if not len(frame):
        raise ValueError("a table must have rows under its names, got none")
    return Table(name, frame.apply(_as_numbers))


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
    targets, classes, said = _targets(rows[chosen.target], chosen)
    if level:
        places = np.clip(places + random.uniform(-level * REACH, level * REACH, places.shape), -6, 6)
    train, test = _divided(random, targets, train_size, classes)
    note = " ".join(filter(None, [*notes, said]))
    return Points(
        table.name, places, targets, not classes, train, test,
        chosen.features, spans, classes or ("low", "high"), note,
    )  # fmt: skip


def _decoded(source: bytes) -> str:
    if b"\0" in source:
        raise ValueError("a table must be text: this file isn’t a CSV file")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError:
        return source.decode("cp1252", errors="replace")


def _parsed(text: str) -> Any:
    import pandas as pd

    lines = [line for line in text.strip().splitlines() if line.strip()]
    if len(lines) < 2:
        raise ValueError(f"a table must have a line with names and rows under it, got {len(lines)} lines")
    counts = {mark: [line.count(mark) for line in lines[:20]] for mark in SEPARATORS}
    fits = [mark for mark, found in counts.items() if found[0] >= 2 and min(found) >= 2]
    if not fits:
        raise ValueError(
            "a table must have three columns at least, divided by commas, semicolons or tabs, "
            f"got {lines[0][:40]!r}"
        )
    try:
        frame = pd.read_csv(io.StringIO("\n".join(lines)), sep=fits[0], skipinitialspace=True)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ValueError(f"every row must have as many columns as there are names, got: {error}") from None
    if all(_is_number(str(name)) for name in frame.columns):
        raise ValueError(f"the first line must name the columns, got {lines[0][:40]!r}")
    return frame


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _as_numbers(column: Any) -> Any:
    """Turn text into numbers, where all of it is numbers: also with a decimal comma."""
    import pandas as pd

    if column.dtype.kind in "iufb" or isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype(float) if column.dtype.kind in "iu" and column.isna().any() else column
    if column.dtype.kind in "mM":
        return column
    text = column.dropna().astype(str).str.strip()
    if len(text) and text.map(lambda cell: bool(DECIMAL_COMMA.fullmatch(cell)) or _is_number(cell)).all():
        if text.str.contains(",").any():
            text = text.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
        return pd.to_numeric(text, errors="coerce").reindex(column.index).astype(float)
    return column


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


@lru_cache(64)
def _classes_of(table: Table, target: str) -> list[str]:
    return _classes(table.frame[target])


def _classes(values: Any) -> list[str]:
    """Names of the classes in a column, or none where it holds numbers to be estimated."""
    known = values.dropna()
    if known.dtype.kind in "iuf" and known.nunique() > FEW:
        return []
    return sorted({_named(value) for value in known.unique()})


def _named(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float | np.number) else str(value)


def _targets(values: Any, chosen: Columns) -> tuple[Array, tuple[str, str] | tuple[()], str]:
    """Class numbers or numbers, the names of the classes, and what has to be said."""
    names = _classes(values)
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
    blue = values.map(_named).to_numpy() == chosen.positive
    others = [name for name in names if name != chosen.positive]
    rest = others[0] if len(others) == 1 else f"the {len(others)} others"
    return blue.astype(float), (rest, chosen.positive), f"Blue is {chosen.positive}, orange {rest}."


def _divided(
    random: np.random.Generator, targets: Array, train_size: float, classes: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide rows at random, each class alike."""
    if not classes:
        return halves(random.permutation(len(targets)), train_size)
    parts = []
    for number, name in enumerate(classes):
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
