"""What lesson 02 asks: its guesses and its quiz; what is to be written stands in `reporting`."""

from functools import cache
from typing import Any

from course import capacity, generalisation, leakage, learning_curve, quality, splits, stopping
from course.marking import Question
from course.questions.reporting import majority as majority
from course.questions.reporting import measured as measured
from course.questions.reporting import reach as reach
from course.questions.reporting import report as report

SAME = 0.02  # of accuracy: less counts as unchanged
sizes = ["2 to 8 neurons", "12 to 64 neurons", "128 or 256 neurons"]
moves = ["It rises by more than 2 points", "It moves by 2 points at most", "It falls by more than 2 points"]


@cache
def _random(replaced_share: float) -> Any:
    *_, end = generalisation.random_labels(replaced_share=replaced_share)
    return end


def memorised() -> float:
    """Share of its own examples that a network names as their random labels say."""
    return float(_random(1.0).accuracy)


def seen_through() -> float:
    """Share of the mislabelled images that it names rightly, at best; three in ten labels are random."""
    return float(_random(0.3).on_wrong[:, 0].max())


def best_size() -> str:
    """Say which networks have the lowest test error where three in ten labels are wrong: one of `sizes`."""
    best = capacity.best()
    return sizes[0 if best <= 8 else 1 if best <= 64 else 2]


def accuracy_after() -> str:
    """Say what the test accuracy does after the least validation loss, no label wrong: one of `moves`."""
    *_, end = stopping.stopping(noise=0.0)
    assert end.test_accuracies is not None
    change = float(end.test_accuracies[-1] - end.test_accuracies[end.least_loss])
    return moves[1 if abs(change) <= SAME else 0 if change > 0 else 2]


def split_range() -> float:
    """Points between the lowest and the highest of 40 random splits of the same 200 people."""
    *_, end = splits.splits()
    return float(round(100 * (max(end.single) - min(end.single)), 1))


def selected_first() -> float:
    """Accuracy on noise where the columns were chosen by all rows, the mean of ten draws."""
    return float(leakage.scores(case=1).mean())


def found_first() -> float:
    """Share of the wrong labels that checking the least plausible 5 % finds."""
    found = quality.quality(order="least plausible first").share_found
    assert found is not None
    return float(found)


def ten_times() -> float:
    """Accuracy with ten times the 300 rows."""
    *_, end = learning_curve.learning_curve(beyond=True)
    if end.truth is None:
        raise ValueError(end.warning or "Nothing could be measured. Try again.")
    return float(end.truth)


perfect = Question(
    "A model names 100 % of its training examples rightly. What does that show?",
    (
        "That it can store or has learnt them: which of the two, only new data tell.",
        "In the lab it reaches 100 % on labels that mean nothing, and is right on new digits by chance "
        "alone.",
    ),
    {
        "That it has understood them.": (
            "Let it train on random labels in the lab: there is nothing to understand, and it reaches "
            "100 % as well."
        ),
        "That it overfits, and has to be smaller.": (
            "With all labels right it reaches 100 % too, and reads new digits well: move the share of "
            "random labels to 0."
        ),
        "That there are too many epochs: stop sooner.": (
            "When to stop is told by other data, not by these. The third lab shows how."
        ),
    },
)

gap = Question(
    "A larger model does better on its training data and no worse on new data. A colleague warns of "
    "overfitting. What do you say?",
    (
        "“Where would it show? Not on new data, in several draws.”",
        "Whether more capacity hurts depends on noise and data. On the clean digits it doesn’t; with wrong "
        "labels it may.",
    ),
    {
        "“Right: a gap between both curves is always too large a model.”": (
            "A gap alone says little. Take the noise away in the lab: the largest network makes no "
            "mistake on its own digits and some on new ones; a small one makes more."
        ),
        "“No: larger is always better.”": (
            "Choose the polynomial, the tree or the neighbours with noise in the lab: there the test error "
            "turns upwards."
        ),
        "“The test set should decide how large it is.”": (
            "Then it has been used for choosing, and flatters what it chose. A third set is for that: see "
            "when to stop."
        ),
    },
)

folds = Question(
    "5-fold cross-validation of 200 people, repeated ten times: the mean is 94 %, give or take 1 point. "
    "How sure is it?",
    (
        "Sure for these 200 people; others may be some points away.",
        "Folds lessen the luck of the split. The third strip in the lab adds the luck of whom one asked.",
    ),
    {
        "To within 1 point.": (
            "That is how much the split matters. Look at the strip of other people in the lab: it is wider."
        ),
        "Exactly, if one repeats it often enough.": (
            "More repetitions of the same 200 people tell more of the same: nothing about others."
        ),
        "Not at all: the folds share their training data.": (
            "They do, and that is why no simple interval follows from them. The mean is still a better "
            "number than one split’s."
        ),
    },
)

leak = Question(
    "Which step makes a number too good when it sees the rows of the test?",
    (
        "Any that can learn from them what the answer is.",
        "Choosing among many columns by the labels can, and scaling hardly. But nobody has to try: do "
        "all of it inside the training part.",
    ),
    {
        "Only the fit of the model itself.": (
            "In the case of the genes the model never saw a test row, and the columns had been chosen by "
            "them."
        ),
        "Every step does.": (
            "Keeping every step from them is a good rule; but mend the scaling in any of the cases, and "
            "the number stays."
        ),
        "None, as long as the split is random.": (
            "The case of the index was split at random, and lost everything when it had to say what comes "
            "next."
        ),
    },
)
