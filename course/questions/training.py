"""The guesses, the quiz and the exercises of lesson 01."""

from typing import Any

import numpy as np

from course import answers, descent, labelling, learning, marking, points, training
from course.marking import Question, Task, Verdict

FEWER_THAN = 20  # steps
CURVATURE = 5.0  # of the steep direction; the flat one has 1
RATE, STEEP = 0.3, 8.0  # of the run that diverges

fates = [
    "It learns faster, and ends at least as well.",
    "It learns faster, but ends worse.",
    "It learns nothing.",
]


def on_points(**settings: Any) -> float:
    """Share of the test points that a network gets right after training, see `learning.learn_points`."""
    *_, learnt = learning.learn_points(**settings)
    return float(learnt.history[-1, 3])


def on_spiral() -> float:
    """The same on the spiral, with three layers of eight neurons and all features."""
    return on_points(dataset="spiral", hidden_layer_sizes=(8, 8, 8), features=tuple(points.FEATURES))


def fate(learning_rate: float) -> str:
    """Say what becomes of the digits network at another learning rate than the usual one."""
    *_, usual = training.learn_digits()
    *_, run = training.learn_digits(learning_rate=learning_rate)
    if run.test_accuracy[-1] < 0.2:
        return fates[2]
    return fates[0 if run.test_accuracy[-1] > usual.test_accuracy[-1] - 0.01 else 1]


def differing(your_labels: str) -> int:
    """Count the unclear digits that simulated neighbour 0 labels differently from a learner."""
    result = labelling.label_digits(your_labels=your_labels)
    if not result.complete:
        raise ValueError("Label all twenty digits first, in the lab below.")
    return len(result.labels) - result.neighbourly


changed = Question(
    "A network has been trained for an hour. What in it is different from before?",
    (
        "The numbers that weigh its inputs.",
        "Training changes weights and nothing else: a little at a time, so that the loss falls. "
        "The program that uses the weights stays as it was.",
    ),
    {
        "It holds a copy of every example.": (
            "A common idea: that an AI looks its answers up. The digits network has about 4,800 numbers, "
            "and saw 64,000 pixels: the examples aren’t in it, only what they did to the weights."
        ),
        "Its program: it has written new rules.": (
            "A common idea: that an AI programs itself. The loop in this lesson is the whole program, and "
            "it is the same before and after. Look at the weights in the lab instead: those move."
        ),
        "Its learning rate.": (
            "The learning rate is set by whoever trains, and says how far each step goes. "
            "In the lab it stays where you put it."
        ),
    },
)

which_number = Question(
    "A network is right on every digit that it trained on, and on 88 % of the test digits. "
    "What should a customer be told?",
    (
        "88 %: that is what new digits of this kind will get.",
        "The customer’s digits are new ones. And they will do less well than the test if they were "
        "written by other people, or with another pen.",
    ),
    {
        "100 %: it has made no mistake on anything it learnt from.": (
            "Someone who learns the exam by heart shows memory, not skill. Take 100 training digits in the "
            "lab, batch size 8, rate 0.1: all of them are soon right, and the test isn’t."
        ),
        "94 %, the average of the two.": (
            "The two numbers answer different questions, and the first one is of no use to the customer. "
            "An average of them answers none."
        ),
        "Nothing yet: train it until the test digits are all right, too.": (
            "If the test decides when to stop, it is part of the training, and no longer a test. "
            "And in the lab more epochs hardly help: more examples do."
        ),
    },
)

broken = Question(
    "The loss jumps up and down, then it is no longer a number. What do you try first?",
    (
        "A smaller learning rate.",
        "Each step goes too far, and lands higher up on the other side. Shorter steps stay in the valley.",
    ),
    {
        "More epochs: it needs time.": (
            "Each step makes it worse here, so more of them make it much worse. In the descent lab, "
            "set the rate beyond the hatched mark and press Step a few times."
        ),
        "A larger learning rate, to get over it faster.": (
            "The steps are too long already. In the descent lab, move the rate up and watch the path."
        ),
        "More neurons: the network is too weak.": (
            "A network that is too weak stays at a high loss quietly; try one hidden neuron. "
            "A loss that explodes comes from the steps."
        ),
    },
)

one_weight = Question(
    "The gradient of a weight is +0.8, the learning rate 0.1. What does one step do to this weight?",
    (
        "It lowers it by 0.08.",
        "The loss rises with this weight, so the step goes down, by the rate times the gradient.",
    ),
    {
        "It raises it by 0.08.": (
            "The size is right. But the gradient points to where the loss rises, and a step goes the other "
            "way: with a plus you climb."
        ),
        "It sets it to 0.08.": (
            "A step changes a weight, it doesn’t replace it: what was learnt before would be lost. "
            "In the one-step lab the last stage shows the old number and the new one."
        ),
        "It lowers it by 0.8.": (
            "That is the gradient alone. The learning rate says which part of it is taken: a tenth here."
        ),
    },
)

somebody = Question(
    "A colleague labelled half of your training data and is sure of labels that you find wrong. "
    "What will the network learn?",
    (
        "What the labels say, mistakes included.",
        "For a network the label is the truth: it has nothing else. Whom you ask is a decision.",
    ),
    {
        "It notices the contradictions and leaves them out.": (
            "Nothing in the loop looks for contradictions: each label pulls at the weights. "
            "In the labelling lab, label all twenty as 0, and see that it is accepted."
        ),
        "The truth, if there are enough examples.": (
            "Careless slips may cancel out; a habit doesn’t. A thousand examples labelled by the same "
            "mistaken rule teach that rule very well."
        ),
        "Nothing: it stops with an error.": (
            "No error appears, and the training accuracy may be excellent. That is why it is dangerous."
        ),
    },
)


def _fast(answer: object) -> Verdict:
    try:
        rate = answers.number(answer)
    except ValueError as refusal:
        return marking.wrong(str(refusal))
    if rate == 0:
        return marking.wrong("With rate 0 no step moves anything.")
    if rate < 0:
        return marking.wrong("A negative rate climbs: the step must go against the gradient.")
    if rate in (FEWER_THAN, FEWER_THAN - 1):
        return marking.wrong(f"{rate:g} is a number of steps. Asked for is the rate that needs so few.")
    took = descent.steps_needed(learning_rate=rate, curvature=CURVATURE)
    limit = 2 / CURVATURE
    if took.steps is not None and took.steps < FEWER_THAN:
        return marking.right(f"With rate {rate:g} it takes {took.steps} steps.")
    if rate > limit:
        return marking.wrong(
            f"With rate {rate:g} it diverges: beyond 2/L = {limit:g} each step overshoots more."
        )
    if marking.close(rate, limit):
        return marking.wrong(f"{rate:g} is 2/L itself: it jumps from side to side and never arrives.")
    end = f"it takes {took.steps} steps" if took.steps else "it never arrives"
    flat = abs(1 - rate) >= abs(1 - CURVATURE * rate)  # the slower direction decides
    why = "along the flat direction it crawls" if flat else "it swings across the valley"
    return marking.wrong(f"With rate {rate:g} {end}: {why}.")


fast_rate = Task(
    "A bowl has curvature 1 along one weight and 5 along the other. "
    "At which learning rate does plain descent arrive in fewer than 20 steps?",
    _fast,
    (
        "Set the surface to bowl and the curvature to 5 in the descent lab, and move the rate.",
        "Too small a rate crawls along the flat direction, too large a one swings across the steep one.",
        "Each step leaves 1 − rate of the flat distance and 1 − 5 × rate of the steep one. "
        "Look where neither is close to 1 or −1.",
    ),
)


def _update(weights: Any, gradient: Any, learning_rate: Any) -> Any:
    return weights - learning_rate * gradient


_cases = [
    {"weights": np.array(w), "gradient": np.array(g), "learning_rate": rate}
    for w, g, rate in (
        ([1.0, -2.0, 0.5], [0.4, -0.2, 1.0], 0.1),
        ([0.0, 3.0, -1.5], [-2.0, 0.5, 0.25], 0.5),
        ([[1.5, 2.5], [0.3, -0.7]], [[0.1, 0.9], [-1.2, 0.0]], 0.03),
    )
]
_mistakes = {
    "That climbs: with a plus each step goes to where the loss rises. Step the other way.": (
        lambda weights, gradient, learning_rate: weights + learning_rate * gradient
    ),
    "The learning rate is missing: this takes the whole gradient as its step.": (
        lambda weights, gradient, learning_rate: weights - gradient
    ),
    "That is the step alone. The new weights are the old ones plus the step.": (
        lambda weights, gradient, learning_rate: -learning_rate * gradient
    ),
    "That is the learning rate times the gradient: take it away from the weights.": (
        lambda weights, gradient, learning_rate: learning_rate * gradient
    ),
    "These are the old weights: nothing has been learnt.": (
        lambda weights, gradient, learning_rate: weights
    ),
    "The two are the wrong way round: take the step from the weights, not the weights from the step.": (
        lambda weights, gradient, learning_rate: learning_rate * gradient - weights
    ),
    "The learning rate shrinks the weights here. It belongs to the gradient.": (
        lambda weights, gradient, learning_rate: learning_rate * weights - gradient
    ),
    "A rate of 0.1 is written in: use the learning_rate that the function is given.": (
        lambda weights, gradient, learning_rate: weights - 0.1 * gradient
    ),
    "Mind the brackets: the rate belongs to the gradient alone.": (
        lambda weights, gradient, learning_rate: learning_rate * (weights - gradient)
    ),
    "A larger rate must make a larger step: multiply by it, don’t divide.": (
        lambda weights, gradient, learning_rate: weights - gradient / learning_rate
    ),
    "Only the sign of the gradient is used: steep or flat, the step is the same.": (
        lambda weights, gradient, learning_rate: weights - learning_rate * np.sign(gradient)
    ),
    "The rate is taken from the weights by itself: multiply it by the gradient.": (
        lambda weights, gradient, learning_rate: weights - gradient - learning_rate
    ),
}

update = Task(
    "Write the line that makes one step of plain descent.",
    lambda answer: marking.check_function(
        answer,
        _update,
        cases=_cases,
        because="That line, thousands of times, is training.",
        mistakes=_mistakes,
    ),
    (
        "The result is the new weights: the old ones, changed a little.",
        "The gradient points uphill. The learning rate says how much of it is taken.",
        "weights, minus, learning_rate times gradient.",
    ),
    code=True,
)


def diverging_losses(steps: int = 5) -> list[float]:
    """Losses of plain descent with rate 0.3 on a bowl that is too steep for it, starting at 1.

    >>> diverging_losses()
    [1.0, 1.96, 3.8416, 7.5295, 14.7579]
    """
    factor = (1 - RATE * STEEP) ** 2
    return [round(float(factor**step), 4) for step in range(steps)]


def _still_growing(answer: object) -> Verdict | None:
    """Refuse rates between the limit and the one that diverged; they let the loss grow, too."""
    try:
        rate = answers.number(answer)
    except ValueError:
        return None
    known = marking.close(rate, _limit) or marking.close(rate, RATE)
    if known or not _limit < rate < RATE:
        return None
    return marking.wrong(
        f"With rate {rate:g} the loss still grows, {(1 - rate * STEEP) ** 2:.2f}-fold with each step."
    )


_factor = float((1 - RATE * STEEP) ** 2)
_limit = 2 / STEEP
largest_rate = Task(
    f"Plain descent with learning rate {RATE} on a bowl over one weight gave these losses, at steps 0 "
    f"to 4: {', '.join(f'{loss:g}' for loss in diverging_losses())}. "
    "Which learning rate must it not exceed, if it is to converge?",
    lambda answer: (
        _still_growing(answer)
        or marking.check_number(
            answer,
            _limit,
            because="The loss grows 1.96-fold, so the distance 1.4-fold with each jump to the other side: "
            "1 − 0.3 L = −1.4, L = 8, and the limit is 2/L.",
            mistakes={
                2 * RATE / (1 + _factor): "The loss is the square of the distance: take the root of its "
                "growth before you go on.",
                2
                * RATE
                / (np.sqrt(_factor) - 1): "It jumps to the other side: the factor is −1.4, not +1.4.",
                1 / STEEP: "That is 1/L: the rate that is there in one step. The limit lies further out.",
                STEEP: "That is the curvature L. The limit is a rate.",
                RATE: "With this very rate the losses grow: the limit must be below.",
                RATE * STEEP: "That is rate times L. Divide by the rate to get L; the limit is 2/L.",
                2 / (RATE * STEEP): "From 1 − 0.3 × L = −1.4 comes 0.3 × L = 2.4, so L is 8 and not 2.4.",
                2 / RATE: "That is the largest curvature that rate 0.3 can stand. Asked for is a rate.",
                _factor: "That is how much the loss grows in one step. "
                "Which rate would just not let it grow?",
                float(np.sqrt(_factor)): "That is how much further away each step lands. "
                "Which rate would just not let it grow?",
            },
            otherwise="That isn’t it. Begin with how much the loss grows in one step.",
        )
    ),
    (
        "Divide each loss by the one before. The loss is half of L times the distance squared: "
        "by which factor does the distance grow?",
        "One step turns the distance d into d − rate × L × d. It lands on the other side, so the factor "
        "is negative: −1.4.",
        "From 1 − 0.3 × L = −1.4 you get L. Descent converges below 2/L.",
    ),
)
