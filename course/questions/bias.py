"""What lesson 04 asks: its guesses, its quiz and its exercises."""

from functools import cache
from typing import Any

import numpy as np

from course import answers, bias, label_bias, marking, mending, shift
from course.bias import SHARES
from course.marking import Question, Task, Verdict
from course.rates import Rate
from course.wording import percent

WANTED = 0.8
SAME = 0.01  # a change in accuracy up to this counts as none
FLIPPED = 0.7
moves = ["It rises", "It stays, to within 1 point", "It falls"]
remedies = ["Counting each of the six 25 times", "Collecting 24 more", "Both bring as much"]
verdicts = [
    "Better than the model from the unchanged labels",
    "As good, to within 1 point",
    "Worse than the model from the unchanged labels",
]


def _known(rate: Rate) -> float:
    assert rate.value is not None
    return rate.value


def read(share: float) -> float:
    """Share of the test 8s and 9s that are read rightly, by their share of the training data."""
    return _known(bias.narrow(group_share=share).now.group)


def overall() -> str:
    """Say what accuracy on digits mixed as in training does from 50 to 1 %: one of `moves`."""
    ends = [bias.narrow(group_share=share).now.mix[0] for share in (SHARES[-1], SHARES[0])]
    return moves[_compared(ends[1], ends[0])]


def better_remedy() -> str:
    """Say what brings the 8s and 9s more, 25-fold weight or 24 more examples: one of `remedies`."""
    found = {remedy.name: _known(remedy.group) for remedy in mending.mending(weight=25, extra=24).remedies}
    return remedies[(1, 2, 0)[_compared(found["more examples"], found["weighted"])]]


def taught(*, flip_test: bool, with_race: bool = True) -> str:
    """Say how the model from labels of which 70 % are flipped is judged: one of `verdicts`."""
    before, after = (
        _known(label_bias.label_bias(flipped=share, with_race=with_race, flip_test=flip_test).tested)
        for share in (0.0, FLIPPED)
    )
    return verdicts[_compared(after, before)]


def abroad() -> float:
    """Accuracy on American digits of a model that learnt from those of the other collection."""
    return float(shift.shift().now.abroad.accuracy)


def sure_abroad() -> float:
    """Share of its answers on American digits above 90 % confidence that are wrong."""
    return _known(shift.shift().now.abroad.sure_and_wrong)


def _compared(value: float, other: float) -> int:
    """0 where a value is larger than another, 1 where it is as large, 2 where it is smaller."""
    return 1 if abs(value - other) <= SAME else 0 if value > other else 2


average = Question(
    "A new version of a model is right more often than the old one, on data mixed like its training data. "
    "Is it better for everybody?",
    (
        "Nobody can tell from that number: measure each group.",
        "In the lab the overall accuracy rises while one group is lost: there is less and less of that "
        "group to be wrong about.",
    ),
    {
        "Yes: a higher average means more right answers for each group.": (
            "A common idea. Narrow the group to 1 % in the lab and read both numbers: one rises, the other "
            "collapses."
        ),
        "Yes, as long as the test data was never trained on.": (
            "It wasn’t, in the lab. The test is honest, and still an average: it weighs a group by its "
            "size."
        ),
        "No: when the average rises, some group always loses.": (
            "Not always. Compare 40 % with 30 % in the lab: both may do well. It has to be measured."
        ),
    },
)

copies = Question(
    "A group has six examples in the training data. Somebody lets each of them count 25 times. What does "
    "the model "
    "get to see?",
    (
        "The same six examples, louder.",
        "It tries harder to get those six right. What other members of the group look like it still "
        "hasn’t seen.",
    ),
    {
        "As much as from 150 examples.": (
            "That is how the weights add up, and not how it works: in the lab compare it with 24 examples "
            "that were really collected."
        ),
        "150 examples of the group that it makes up.": (
            "Nothing is made up: a weight multiplies how much an error on these six costs in training."
        ),
        "Nothing else than without weights: they change nothing.": (
            "They change what it is trained to get right. In the lab move the weight and look at the "
            "digits: "
            "the 8s and 9s gain, if not as much as from examples."
        ),
    },
)

mirror = Question(
    "Decisions of the past were unfair to a group. A model learns them and is tested on others of the same "
    "decisions, set aside at random. What does the test show of the unfairness?",
    (
        "Nothing: the test’s labels hold the same unfairness.",
        "In the lab the test that is flipped likewise praises the model that has learnt the flips, and "
        "blames the one that hasn’t.",
    ),
    {
        "The model’s mistakes about that group, since it never saw these people.": (
            "A new person, but the old judgement. At seven in ten in the lab, flip the test’s labels too: "
            "the agreement is higher than from unchanged labels."
        ),
        "A lower accuracy for that group.": (
            "By a test whose labels are right. At seven in ten in the lab the flipped test shows a higher "
            "one; with few flips it falls a little, and doesn’t say why."
        ),
        "It depends on how many people are tested.": (
            "More people make the same wrong number more precise: an interval doesn’t know what the labels "
            "should have been."
        ),
    },
)


@cache
def smallest() -> float:
    """Find the smallest share of `SHARES` at which 80 % of the 8s and 9s are read rightly."""
    return next(share for share in SHARES if read(share) >= WANTED)


def _share(answer: object) -> Verdict:
    try:
        value = answers.number(answer, share=True)
    except ValueError as refusal:
        return marking.wrong(str(refusal))
    if 1 <= value <= 50 and not (isinstance(answer, str) and "%" in answer):  # read as percent
        value /= 100
    nearest = min(SHARES, key=lambda share: abs(share - value))
    if abs(nearest - value) > 1e-9:
        listed = ", ".join(f"{100 * share:g}" for share in SHARES)
        return marking.wrong(f"Choose one of the shares in the lab: {listed} %.")
    got = f"With {100 * nearest:g} % it reads {percent(read(nearest))} of them rightly"
    if read(nearest) < WANTED:
        return marking.wrong(f"{got}: too few. The group needs a larger share.")
    if nearest > smallest():
        return marking.wrong(f"{got}. That is enough, but a smaller share is, too.")
    before = SHARES[SHARES.index(nearest) - 1]
    return marking.right(
        f"{got}, with {100 * before:g} % it was {percent(read(before))}. Others than 8 and 9 need "
        f"another share."
    )


least = Task(
    "Digits 8 and 9, logistic regression, the lab’s first images. What is the smallest share of the "
    "training data, of "
    "those that the lab offers, at which at least 80 % of the group are read rightly?",
    _share,
    (
        "Choose the group and the model in the narrow-data lab and move the share up from 1 %.",
        "Read the group’s number in the sentence, not the one for all.",
        "It lies between 5 % and 20 %.",
    ),
)


def _accuracy(answers: Any, labels: Any, groups: Any) -> Any:
    same = np.asarray(answers) == np.asarray(labels)
    return [float(same[np.asarray(groups) == each].mean()) for each in (0, 1)]


_random = np.random.default_rng(4)
_cases = [
    {
        "answers": np.array([8, 3, 3, 0, 9, 1]),
        "labels": np.array([8, 8, 3, 0, 4, 1]),
        "groups": np.array([1, 1, 0, 0, 0, 0]),
    },
    *(
        {
            name: _random.integers(0, high, 30)
            for name, high in (("answers", 3), ("labels", 3), ("groups", 2))
        }
        for _ in range(3)
    ),
]
_mistakes = {
    "That is the accuracy over everybody, twice: look at each group’s answers alone.": (
        lambda answers, labels, groups: [np.mean(answers == labels)] * 2
    ),
    "The groups stand the wrong way round: group 0 comes first.": (
        lambda answers, labels, groups: _accuracy(answers, labels, groups)[::-1]
    ),
    "That is the share of wrong answers: 1 less it is asked for.": (
        lambda answers, labels, groups: [1 - each for each in _accuracy(answers, labels, groups)]
    ),
    "That counts right answers: divide each by the size of its own group.": (
        lambda answers, labels, groups: [np.sum((answers == labels) & (groups == each)) for each in (0, 1)]
    ),
    "That divides by everybody: divide by the size of the group.": (
        lambda answers, labels, groups: [np.mean((answers == labels) & (groups == each)) for each in (0, 1)]
    ),
    "That divides each group’s right answers by all right answers.": (
        lambda answers, labels, groups: [np.mean(groups[answers == labels] == each) for each in (0, 1)]
    ),
    "That is each group’s share of the people: the answers aren’t in it.": (
        lambda answers, labels, groups: [np.mean(groups == each) for each in (0, 1)]
    ),
    "That looks at where the answer, not the group, is 0 or 1.": (
        lambda answers, labels, groups: [np.mean((answers == labels)[answers == each]) for each in (0, 1)]
    ),
}

by_group = Task(
    "Write the function that gives the accuracy of group 0 and of group 1, in this order, as a list of "
    "two numbers.",
    lambda answer: marking.check_function(
        answer,
        lambda answers, labels, groups: _accuracy(answers, labels, groups),
        cases=_cases,
        because="One number for each group is the smallest audit there is.",
        mistakes=_mistakes,
    ),
    (
        "answers == labels says which answers are right, one for each row.",
        "(answers == labels)[groups == 1] keeps those of group 1.",
        "The mean of these is the accuracy of the group.",
    ),
    code=True,
)
