"""The exercises about descent: a rate, one step, and the largest rate."""

from typing import Any

import numpy as np

from course import answers, descent, marking
from course.marking import Task, Verdict

FEWER_THAN = 20  # steps
CURVATURE = 5.0  # of the steep direction; the flat one has 1
RATE, STEEP = 0.3, 8.0  # of the run that diverges


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
