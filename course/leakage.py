"""Lesson 02: an accuracy too good, and the search for the step that made it so."""

from dataclasses import dataclass

import numpy as np

from course import arguments
from course.leaks import CASES, CHEAP, COPIES, FOLDS, GENES, IMAGES, PATIENTS, STEPS, evaluate, table
from course.networks import Array
from course.wording import percent, written

NONE_YET, NOTHING = "none yet", "nothing"
VERDICTS = (*STEPS, NOTHING)
DRAWS = 10
ALL_ROWS = "each column to mean 0 and\nspread 1, by all rows"
TRAINING_ROWS = "each column to mean 0 and\nspread 1, by training rows"
AT_RANDOM = f"{FOLDS} folds at random,\neach of them once the test"


@dataclass(frozen=True)
class Story:
    """What is told about a case, and what is wrong with it.

    Parameters
    ----------
    title : what the model answers
    leak : the step that raises the number, or `NOTHING`
    guessing, chance : what one gets without a model, in words and as a score
    told : what is done in each of `STEPS`, and how it is tested, in up to two lines each
    mended : how a step is done instead; what isn't here leaves nothing to mend
    why : why the number was too good, or wasn't
    made : what of the data was made for this lesson
    """

    title: str
    leak: str
    guessing: str
    chance: float
    told: tuple[str, ...]
    mended: dict[str, str]
    why: str
    made: str


STORIES = (
    Story(
        title="Ill or well, from gene activity",
        leak="selecting",
        guessing="guessing gets 50 %",
        chance=0.5,
        told=(f"{PATIENTS} patients,\nhalf of them ill", f"{GENES:,} genes,\nhow active each is", ALL_ROWS,
              "the 20 genes most tied\nto illness, by all rows", AT_RANDOM,
              "the 5 nearest rows vote;\naccuracy"),
        mended={"scaling": TRAINING_ROWS,
                "selecting": "the 20 genes most tied\nto illness, by training rows"},
        why="the genes were chosen by the test patients’ illness too.",
        made="Genes and illness are pure noise, made for this lesson: nothing can be learnt from them.",
    ),
    Story(
        title="Which digit is on the photograph",
        leak="rows",
        guessing="guessing gets about 10 %",
        chance=0.1,
        told=(f"{IMAGES} digits,\neach photographed {COPIES} times", "64 pixels", ALL_ROWS,
              "none: all 64 are kept", AT_RANDOM, "the nearest row answers;\naccuracy"),
        mended={"rows": f"{IMAGES} digits, all {COPIES} pictures\nof each on the same side",
                "scaling": TRAINING_ROWS},
        why="the model had seen the test digits, on other photographs.",
        made="The photographs are real images with noise added, made for this lesson.",
    ),
    Story(
        title="The price of a stock index, from the week",
        leak="split",
        guessing="the test mean gets 0",
        chance=0.0,
        told=("691 weeks,\nwith the price of each", "1: the number of the week", ALL_ROWS,
              "none: the one is kept", AT_RANDOM, "the 2 nearest weeks’ mean;\nR², at best 1"),
        mended={"scaling": TRAINING_ROWS, "split": "trained on the past,\ntested on what came after"},
        why="to each test week, the model knew the weeks before and after it.",
        made="Real prices; where the past ends differs from draw to draw.",
    ),
    Story(
        title="Malignant or benign, from 30 measures",
        leak=NOTHING,
        guessing="always “benign” gets 63 %",
        chance=0.63,
        told=("569 tumours,\neach of another patient", "30 measures of cell nuclei", ALL_ROWS,
              "the 10 most tied to the\ndiagnosis, by all rows", AT_RANDOM,
              "the 5 nearest rows vote;\naccuracy"),
        mended={"scaling": TRAINING_ROWS,
                "selecting": "the 10 most tied to the\ndiagnosis, by training rows"},
        why="two steps saw all rows, yet with 569 rows and 30 columns luck picks little.",
        made="Real tumours, nothing made.",
    ),
    Story(
        title="Malignant or benign, from 4 columns",
        leak="columns",
        guessing="always “benign” gets 63 %",
        chance=0.63,
        told=("569 tumours,\neach of another patient",
              f"{len(CHEAP)} measures of nuclei,\nand days of treatment", ALL_ROWS,
              "none: all 4 are kept", AT_RANDOM, "the 5 nearest rows vote;\naccuracy"),
        mended={"scaling": TRAINING_ROWS,
                "columns": f"{len(CHEAP)} measures of nuclei:\nwhat is known in time"},
        why="days of treatment are known only once the diagnosis is.",
        made="Real tumours; their days of treatment were made for this lesson.",
    ),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Leakage:
    """A claim, somebody's verdict on it, and what comes out where that step is mended.

    Parameters
    ----------
    case : 1 to 5
    verdict : one of `VERDICTS`, or `NONE_YET`
    random_state : which ten draws
    told : shape (10,), the score in each draw as it was told
    mended, honest : shape (10,), with the step of the verdict mended, and with every step mended;
        shape (0,) before there is a verdict
    """

    case: int
    verdict: str
    random_state: int
    told: Array
    mended: Array
    honest: Array

    @property
    def story(self) -> Story:
        """What is told about the case."""
        return STORIES[self.case - 1]

    @property
    def claimed(self) -> float:
        """The number that is claimed: the mean of the draws."""
        return float(self.told.mean())

    @property
    def judged(self) -> bool:
        """Whether there is a verdict."""
        return self.verdict != NONE_YET

    @property
    def right(self) -> bool:
        """Whether the verdict names the step that raises the number, or rightly none."""
        return self.verdict == self.story.leak

    @property
    def in_time(self) -> bool:
        """Whether the score is R², else it is accuracy."""
        return table(case=self.case).in_time

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """The steps in their order with what each does: that of the verdict as it is mended."""
        told = zip((*STEPS, "test"), self.story.told, strict=True)
        every = self.verdict == NOTHING and self.right
        return tuple(
            (name, self.story.mended.get(name, text) if every or name == self.verdict else text)
            for name, text in told
        )

    @property
    def changed(self) -> tuple[str, ...]:
        """Which steps are shown mended."""
        shown = (self.verdict, *(STEPS if self.right and self.verdict == NOTHING else ()))
        return tuple(name for name in STEPS if name in shown and name in self.story.mended)

    @property
    def conditions(self) -> str:
        """On what this rests, and what of it was made: said once the leak is found."""
        if self.judged and self.right:
            return f"{self.story.made} Each dot is another draw, {DRAWS} in all."
        return "Some data are made for this lesson: the right verdict says which. 10 draws of each case."

    def said(self, score: float, *, short: bool = False) -> str:
        """Write a score."""
        return written(score, 3 if score > 0.99 else 2) if self.in_time else percent(score, short=short)

    def __str__(self) -> str:
        first = DRAWS * self.random_state
        case = f"Case {self.case}, draws {first} to {first + DRAWS - 1}"
        if self.judged:
            return f"{case}, {self._mended}"
        return (
            f"{case}: mean {self.measure} {self.said(self.claimed)}, where {self.story.guessing}. "
            "Which step makes it too good, or does none?"
        )

    @property
    def measure(self) -> str:
        """What is measured: accuracy, or R²."""
        return "R²" if self.in_time else "accuracy"

    @property
    def _mended(self) -> str:
        """What mending does to the score, and what that says about the verdict."""
        before, after, honest = (
            self.said(float(each.mean())) for each in (self.told, self.mended, self.honest)
        )
        moved = f"stays {before}" if before == after else f"goes from {before} to {after}"
        every, why = self.verdict == NOTHING, self.story.why
        empty = "" if every or self.changed else ", as there is nothing to mend"
        found = f"{'every step' if every else self.verdict} mended: mean {self.measure} {moved}{empty}"
        if self.right:
            return f"{found}. ✓ {why[0].upper()}{why[1:]}"
        if every:
            return f"{found}. ✗ So something did raise it: look again."
        if self.story.leak == NOTHING:
            return f"{found}; all mended, {honest}. ✗ It isn’t that: look again."
        return f"{found}; all mended, {honest}. ✗ Something else raises it: look again."


def leakage(*, case: int = 1, verdict: str = NONE_YET, random_state: int = 0) -> Leakage:
    """Look at a number that is too good, or not, and judge which step made it so.

    Parameters
    ----------
    case : 1 to 5
    verdict : the step that is to be mended: one of `STEPS`, `NOTHING`, or `NONE_YET`
    random_state : which ten draws of folds, and of what is made

    Source
    ------
    Ambroise and McLachlan (2002), Selection bias in gene extraction on the basis of microarray
    gene-expression data; Kapoor and Narayanan (2023), Leakage and the reproducibility crisis in
    machine-learning-based science: the kinds of leakage.
    """
    number = arguments.whole("case", case, low=1, high=CASES)
    arguments.one_of("verdict", verdict, (NONE_YET, *VERDICTS))
    first = DRAWS * arguments.whole("random_state", random_state, low=0)
    step = verdict if verdict in STORIES[number - 1].mended else ""
    asked = () if verdict == NONE_YET else ("everything" if verdict == NOTHING else step, "everything")
    told, *runs = (scores(case=number, mended=mended, first=first) for mended in ("", *asked))
    return Leakage(number, verdict, random_state, told, *(runs or [np.zeros(0)] * 2))


def scores(*, case: int = 1, mended: str = "", first: int = 0) -> Array:
    """Measure a case in ten draws, shape (10,).

    Parameters
    ----------
    case, mended : see `leaks.evaluate`
    first : the seed of the first draw
    """
    start = arguments.whole("first", first, low=0)
    return np.array([evaluate(case=case, mended=mended, random_state=start + n) for n in range(DRAWS)])
