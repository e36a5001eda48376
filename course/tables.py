"""A table of one's own, read from whatever it comes in."""

import io
import re
import warnings
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np

from course import datasets

FEW = 10  # different numbers in a target that still look like classes
SEPARATORS = (";", "\t", ",", "|")
DECIMAL_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")  # dots, if any, between thousands
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


@cache
def breast_cancer() -> Table:
    """Load 569 tumours, 30 measured columns and the diagnosis, see `datasets.breast_cancer`."""
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
        raise ValueError(
            "a table must have a line with names and rows under it, got "
            f"{'one line' if lines else 'nothing'}"
        )
    counts = {mark: [line.count(mark) for line in lines[:20]] for mark in SEPARATORS}
    fits = [mark for mark, found in counts.items() if found[0] >= 2 and min(found) >= 2]
    if not fits:
        raise ValueError(
            "a table must have three columns at least, divided by commas, semicolons or tabs, "
            f"got {lines[0][:40]!r}"
        )
    try:
        with warnings.catch_warnings(action="error", category=pd.errors.ParserWarning):
            frame = pd.read_csv(
                io.StringIO("\n".join(lines)), sep=fits[0], skipinitialspace=True, index_col=False
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError) as error:
        raise ValueError(f"every row must have as many columns as there are names, got: {error}") from None
    if all(_is_number(str(name).replace(",", ".")) for name in frame.columns):
        raise ValueError(f"the first line must name the columns, got {lines[0][:40]!r}")
    return frame


def _is_number(text: str) -> bool:
    try:
        float(text)
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
    if text.str.contains(",").any():  # with a comma somewhere, a dot can't be a decimal one
        if not all(map(DECIMAL_COMMA.fullmatch, text)):
            return column
        text = text.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    if len(text) and text.map(_is_number).all():
        return pd.to_numeric(text, errors="coerce").reindex(column.index).astype(float)
    return column


@lru_cache(64)
def _classes_of(table: Table, target: str) -> list[str]:
    return classes(table.frame[target])


def classes(values: Any) -> list[str]:
    """Names of the classes in a column, or none where it holds numbers to be estimated."""
    known = values.dropna()
    if known.dtype.kind in "iuf" and known.nunique() > FEW:
        return []
    return sorted({named(value) for value in known.unique()})


def named(value: Any) -> str:
    """Write a value of a target as the name of its class."""
    return f"{value:g}" if isinstance(value, int | float | np.number) else str(value)
