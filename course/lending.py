"""The mortgage decisions as a lesson uses them: groups of people, sets of columns, and scores.

Every person's score comes from a model that never saw that person: the applications are dealt
into five parts, and each part is scored by a model trained on the other four. So all 1,989
people are counted, which small groups need.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course import arguments, datasets
from course.networks import Array
from course.threads import one_thread

Numbers = NDArray[np.int64]
GROUPS = ("white", "Black", "Hispanic")
RACE = ("black", "hispan")
FINANCIAL = (
    "hrat", "obrat", "loanprc", "unem", "chist", "pubrec",
    "mortlat1", "mortlat2", "liq", "netw", "appinc",
)  # fmt: skip
TRACT = ("min30", "bd", "mi", "vr")
JUDGEMENTS = ("gdlin", "unver")
PERSONAL = ("white", "black", "hispan", "male", "married", "old", "dep", "sch")
AFTERWARDS = ("typur",)  # who bought the loan: known only once it was granted
COLUMNS = {
    "11 financial": FINANCIAL,
    "financial, and the tract": FINANCIAL + TRACT,
    "financial, and the lender’s opinion": FINANCIAL + JUDGEMENTS,
}
BESIDE = dict(zip(COLUMNS, ("", "the tract", "the lender’s opinion"), strict=True))
NAMES = {
    "black": "applicant is Black",
    "hispan": "applicant is Hispanic",
    "white": "applicant is white",
    "msa": "metropolitan area: Boston",
    "typur": "who bought the loan",
    "occ": "owner lives there, or not",
    "loanamt": "loan, $1,000",
    "suffolk": "home in Suffolk County",
    "appinc": "income, $1,000 a year",
    "unit": "number of units",
    "married": "married",
    "dep": "number of dependants",
    "emp": "years in this line of work",
    "yjob": "years in this job",
    "self": "self-employed",
    "atotinc": "income a month",
    "cototinc": "co-applicant’s income",
    "hexp": "housing costs",
    "price": "purchase price",
    "other": "other financing",
    "liq": "liquid assets, $1,000",
    "rep": "number of credit reports",
    "gdlin": "lender: meets guidelines",
    "lines": "number of credit lines",
    "mortg": "record on mortgages",
    "cons": "record on consumer credit",
    "pubrec": "bankruptcy on record",
    "hrat": "housing costs / income",
    "obrat": "all debts / income",
    "fixadj": "fixed or adjustable rate",
    "term": "term of the loan",
    "apr": "appraised value",
    "prop": "type of property",
    "inss": "mortgage insurance sought",
    "inson": "mortgage insurance granted",
    "gift": "gift as down payment",
    "cosign": "has a cosigner",
    "unver": "lender: not verifiable",
    "review": "times reviewed",
    "netw": "net worth, $1,000",
    "unem": "unemployment in industry",
    "min30": "tract: under 70 % white",
    "bd": "tract: boarded-up homes",
    "mi": "tract: higher income",
    "old": "older than the median",
    "vr": "tract: vacant homes",
    "sch": "more than 12 school years",
    "male": "male",
    "mortno": "no mortgage history",
    "mortperf": "no late mortgage payments",
    "mortlat1": "1 or 2 late mortgage payments",
    "mortlat2": "over 2 late mortgage payments",
    "chist": "no account 60 days late",
    "multi": "two or more units",
    "loanprc": "loan / price",
    "thick": "more than 2 credit reports",
}
# All columns but race, outcomes and a constant; the lender’s opinion and doubtful ones are among them.
USABLE = tuple(name for name in NAMES if name not in ("white", "msa", *RACE, *AFTERWARDS))
PARTS = 5


@dataclass(frozen=True, eq=False)
class Part:
    """People to learn from, and the others, whom the model then scores."""

    train: Numbers
    test: Numbers


@cache
def groups() -> Numbers:
    """Return the number of each applicant's group in `GROUPS`, shape (1989,).

    >>> np.bincount(groups()).tolist()
    [1681, 197, 111]
    """
    black, hispanic = (column(name) == 1 for name in RACE)
    found = np.where(black, 1, np.where(hispanic, 2, 0))
    found.setflags(write=False)
    return found


def approvals() -> Numbers:
    """Return what the lender decided on each application: 1 approved, 0 refused, shape (1989,)."""
    return datasets.loans().targets.astype(int)


def column(name: str) -> Array:
    """Return one column of the file, shape (1989,), NaN where it isn't known."""
    data = datasets.loans()
    place = data.feature_names.index(arguments.one_of("name", name, data.feature_names))
    return data.inputs[:, place]


def inputs(names: Sequence[str]) -> Array:
    """Return some columns of the file, shape (1989, n_columns)."""
    return np.stack([column(name) for name in names], axis=1)


def features(*, columns: str = "11 financial", with_race: bool = False) -> tuple[str, ...]:
    """Name the columns that a model sees: one of the sets of `COLUMNS`, with race or without."""
    return COLUMNS[arguments.one_of("columns", columns, COLUMNS)] + (RACE if with_race else ())


@cache
def parts(*, random_state: int = 0) -> tuple[Part, ...]:
    """Deal the applications into five parts, each with the same share of every group and decision."""
    from sklearn.model_selection import StratifiedKFold

    seed = arguments.whole("random_state", random_state, low=0)
    deal = StratifiedKFold(PARTS, shuffle=True, random_state=seed)
    kinds = 2 * groups() + approvals()
    return tuple(Part(train, test) for train, test in deal.split(kinds[:, None], kinds))


def model() -> Any:
    """Make the model of this lesson, untrained: median for what is missing, scaled, logistic regression."""
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    filled = SimpleImputer(strategy="median")
    return make_pipeline(filled, StandardScaler(), LogisticRegression(max_iter=1000))


def scores(x: Array, labels: Numbers, *, weights: Array | None = None, random_state: int = 0) -> Array:
    """Score each person by a model trained on the other parts: the probability of label 1.

    Parameters
    ----------
    x : shape (1989, n_columns)
    labels : shape (1989,), what the models learn, 0 or 1
    weights : shape (1989,), how much each person counts in training

    Returns
    -------
    shape (1989,), from 0 to 1
    """
    found, dealt, untrained = np.empty(len(x)), parts(random_state=random_state), model()
    with one_thread():
        for part in dealt:
            heard = {} if weights is None else {"logisticregression__sample_weight": weights[part.train]}
            trained = untrained.fit(x[part.train], labels[part.train], **heard)
            found[part.test] = trained.predict_proba(x[part.test])[:, 1]
    return found


def reweighting(*, strength: float = 1.0) -> Array:
    """Weigh people so that group and decision are independent, shape (1989,), with mean 1.

    Parameters
    ----------
    strength : 0 leaves every weight at 1, 1 is the full remedy

    Source
    ------
    Kamiran and Calders (2012), Data preprocessing techniques for classification without discrimination.
    """
    share = arguments.number("strength", strength, low=0, high=1)
    group, label = groups(), approvals()
    cells = np.zeros((len(GROUPS), 2))
    np.add.at(cells, (group, label), 1 / len(label))
    wanted = cells.sum(axis=1, keepdims=True) * cells.sum(axis=0, keepdims=True)
    full = (wanted / cells)[group, label]
    return np.asarray(1 + share * (full - 1))


@cache
def applicant_scores(
    *,
    columns: str = "11 financial",
    with_race: bool = False,
    reweighted: float = 0.0,
    random_state: int = 0,
) -> Array:
    """Score each applicant by a model that never saw that applicant: the probability of approval.

    Parameters
    ----------
    columns : a set of `COLUMNS`
    with_race : whether the model is told who is Black and who is Hispanic
    reweighted : strength of `reweighting`, 0 to 1

    Returns
    -------
    shape (1989,)
    """
    share = arguments.number("reweighted", reweighted, low=0, high=1)
    weights = reweighting(strength=share) if share else None
    found = scores(
        inputs(features(columns=columns, with_race=with_race)),
        approvals(),
        weights=weights,
        random_state=random_state,
    )
    found.setflags(write=False)
    return found
