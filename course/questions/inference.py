"""What lesson 03 asks: its guesses, its quiz and its exercises."""

from functools import cache
from typing import Any

import numpy as np

from course import answers, confidence, cost, layers, marking, membership, next_word
from course.marking import Question, Task, Verdict
from course.wording import percent

SURE, WANTED = 0.9, 0.99
FRAME = {"threshold": SURE}
uses = {"About a hundred": 1e2, "About 5,000": 5e3, "About 200,000": 2e5, "About 10 million": 1e7}
changes = ["None", "A few hundred", "About half", "All of them"]


def changed() -> str:
    """Say how many parameters a thousand inferences change: one of `changes`."""
    return changes[0] if layers.frozen().unchanged else changes[1]


def sure_of(kind: str) -> float:
    """Share of images of a kind that the network answers with more than 90 % confidence."""
    return float(confidence.confidence(kind=kind, **FRAME).answered.mean())  # type: ignore[arg-type]


def right_when_sure() -> float:
    """Accuracy on the test digits that it answers with more than 90 % confidence."""
    return confidence.confidence(**FRAME).on_digits.accuracy  # type: ignore[arg-type]


def auc(model: str) -> float:
    """How well its confidence tells training images from others: area under the ROC curve."""
    return float(membership.membership(model=model).auc)


def copied(context: int) -> float:
    """Share of the six-word runs that stand in the source, on average over ten texts."""
    return float(next_word.continue_text(context=context).copy_shares[context - 1])


def equal_uses() -> str:
    """Say how many inferences cost as much arithmetic as the training: the nearest of `uses`."""
    counted = cost.cost_of_use().inferences
    far = [abs(np.log(number / counted)) for number in uses.values()]
    return [*uses][int(np.argmin(far))]


learns = Question(
    "You correct a chatbot twice, and the third time it gets it right. What has happened inside?",
    (
        "Its numbers are as they were; your corrections stand in the text that it answers to.",
        "In use the parameters are frozen. What you write becomes part of the input, and is gone with it, "
        "unless somebody collects it and trains anew.",
    ),
    {
        "It has learnt from you: its numbers have changed a little.": (
            "A common idea: that an AI learns while it is used. The lab compared all 101,770 parameters "
            "before and after a thousand inferences, byte for byte."
        ),
        "It has looked your question up again, more carefully.": (
            "A common idea: that an AI fetches its answers. Follow one in the layers lab: numbers go in, "
            "are multiplied and added, and come out. Nothing is looked up."
        ),
        "It has understood its mistake.": (
            "Nothing in the forward pass goes over an answer once more. The next answer comes from the "
            "same arithmetic, on a longer input."
        ),
    },
)

exact = Question(
    "A model says 97 %. What does that tell you?",
    (
        "How it compares its own possible answers; what it is worth has to be measured.",
        "On digits like those it learnt from, 97 % was about right. On letters it meant nothing.",
    ),
    {
        "The answer is right 97 times in 100, whatever was asked.": (
            "That holds at best for inputs like those that it was measured on. In the lab choose letters: "
            "each answer above 90 % is wrong."
        ),
        "Nothing at all: such numbers are made up.": (
            "In the lab the digits that it is unsure of hold most of its errors. That is worth something, "
            "as long as what comes in is a digit."
        ),
        "It has seen this very input before.": (
            "In section 4 you can see that the well-trained network is as sure of new images as of those "
            "that it learnt."
        ),
    },
)

stores = Question(
    "Does a model hold the data that it was trained on?",
    (
        "Not as a list; but what it learnt by heart can be recognised, and sometimes recited.",
        "The counter keeps its text, so it recites with a long context. A network keeps weights, and "
        "still the one that had learnt 300 images by heart gave away which.",
    ),
    {
        "Yes: every example is stored in it.": (
            "The digits network has 101,770 numbers and learnt from 2.7 million pixels. "
            "There is no room for them."
        ),
        "No: once trained, nothing can be learnt about its data.": (
            "The membership lab tells training images of the memorising network from others far more often "
            "than chance would."
        ),
        "Only if it is asked in the right way.": (
            "For many models there is no such question; for others it takes none. It depends on how much "
            "was learnt by heart, and that can be measured."
        ),
    },
)


@cache
def _at(threshold: float) -> tuple[float, float]:
    """Accuracy and coverage on the test digits at a threshold."""
    withheld = confidence.confidence(threshold=threshold).on_digits
    return withheld.accuracy, withheld.coverage


def smallest() -> float:
    """Find the smallest whole percentage at which 99 % of the answers given are right."""
    return next(n / 100 for n in range(101) if _at(n / 100)[0] >= WANTED)


def _threshold(answer: object) -> Verdict:
    try:
        value = answers.number(answer, share=True)
    except ValueError as refusal:
        return marking.wrong(str(refusal))
    if 1 < value <= 100:  # whole percents are asked for
        value /= 100
    if not 0 <= value <= 1:
        return marking.wrong("A confidence lies between 0 and 1, or 0 % and 100 %.")
    accuracy, coverage = _at(value)
    if np.isnan(accuracy):
        return marking.wrong(f"At {100 * value:.3g} % it answers nothing.")
    share, good = percent(coverage), f"{100 * accuracy:.1f} %"
    got = f"At {100 * value:.3g} % it answers {share} of the digits, and {good} of those rightly"
    if accuracy < WANTED:
        more = " Asked for are 99 % of the answers, not a confidence of 99 %." if value == SURE else ""
        return marking.wrong(f"{got}: too few. Withhold more.{more}")
    if value > smallest() + 0.005:
        return marking.wrong(
            f"{got}. That is enough, but a lower threshold does it, too, and answers more."
        )
    return marking.right(f"{got}. The others wait for a person: that is the price.")


threshold = Task(
    "From which confidence on should the network answer, so that 99 % of its answers are right, and as "
    "many as possible are given? To a whole percent, on the test digits.",
    _threshold,
    (
        "In the lab choose digits, drag the threshold, and read the accuracy of what is answered.",
        "Accuracy rises with the threshold, with small steps back. Begin at 90 %.",
        "It lies between 90 % and 96 %.",
    ),
)


def _covered(probabilities: Any, line: Any) -> Any:
    return float(np.mean(np.max(probabilities, axis=1) >= line))


_made = np.random.default_rng(0).dirichlet(np.full(4, 0.5), (3, 12))
_cases = [
    {"probabilities": np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.5, 0.5]]), "threshold": 0.8},
    {"probabilities": _made[0], "threshold": 0.7},
    {"probabilities": _made[1], "threshold": 0.5},
    {"probabilities": _made[2], "threshold": 0.95},
    {"probabilities": np.array([[0.5, 0.5], [0.9, 0.1], [0.6, 0.4]]), "threshold": 0.3},
]
_mistakes = {
    "That is the share withheld: the other part is asked for.": (
        lambda probabilities, threshold: np.mean(np.max(probabilities, axis=1) < threshold)
    ),
    "That counts: divide by the number of answers to get a share.": (
        lambda probabilities, threshold: np.sum(np.max(probabilities, axis=1) >= threshold)
    ),
    "An answer as sure as the threshold is given, too: it must be at least as large, not larger.": (
        lambda probabilities, threshold: np.mean(np.max(probabilities, axis=1) > threshold)
    ),
    "That looks for each class’s largest probability: take the largest of each row, axis 1.": (
        lambda probabilities, threshold: np.mean(np.max(probabilities, axis=0) >= threshold)
    ),
    "That is the share of all probabilities, also of digits that it doesn’t name. "
    "Take the largest of each row first.": (
        lambda probabilities, threshold: np.mean(probabilities >= threshold)
    ),
    "That looks at the first class alone. Take the largest of each row.": (
        lambda probabilities, threshold: np.mean(probabilities[:, 0] >= threshold)
    ),
    "That is the mean confidence. How many are at least as sure as the threshold?": (
        lambda probabilities, threshold: np.mean(np.max(probabilities, axis=1))
    ),
    "That is the least likely digit of each row: take the largest.": (
        lambda probabilities, threshold: np.mean(np.min(probabilities, axis=1) >= threshold)
    ),
    "A threshold of 0.9 is written in: use the one that the function is given.": (
        lambda probabilities, threshold: np.mean(np.max(probabilities, axis=1) >= 0.9)
    ),
}


coverage = Task(
    "Write the function that says which share of the images is answered: those whose likeliest digit is at "
    "least as probable as the threshold.",
    lambda answer: marking.check_function(
        answer,
        lambda probabilities, threshold: _covered(probabilities, threshold),
        cases=_cases,
        because="That share is called the coverage.",
        mistakes=_mistakes,
    ),
    (
        "Each row holds ten probabilities. Which of them is the confidence?",
        "probabilities.max(axis=1) is the confidence of each answer. Compare it with the threshold.",
        "The mean of a comparison is the share of those for which it holds.",
    ),
    code=True,
)
