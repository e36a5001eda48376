"""The guesses, the quiz and the exercises about the training lab."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from course import answers, learning, marking, networks, points, training
from course.learnt import Learnt
from course.marking import Question, Task, Verdict
from course.wording import percent

STARTS = range(3)  # random starts that an answer must hold for
ENOUGH, TOLD = 0.9, 0.95  # of the test points
MOST = learning.MOST_NEURONS
CORNERS = np.array([(3.0, 3.0), (-3.0, -3.0), (-3.0, 3.0), (3.0, -3.0)])


def on_points(**settings: Any) -> float:
    """Share of the test points that a network gets right after training, see `learning.learn_points`."""
    return float(trained(**settings).history[-1, 3])


def on_spiral() -> float:
    """The same on the spiral, with three layers of eight neurons and all features."""
    return on_points(dataset="spiral", hidden_layer_sizes=(8, 8, 8), features=tuple(points.FEATURES))


def trained(**settings: Any) -> Learnt:
    """A network at the end of its training, see `learning.learn_points`."""
    *_, learnt = learning.learn_points(**settings)
    return learnt


deeper = Question(
    "One supplier's network has two hidden layers, another's has twenty. "
    "Which will be right more often on your data?",
    (
        "The layers don't say: try both on data that neither has seen.",
        "On the circle four neurons beat twenty-four that only add; on the spiral eight in each of three "
        "layers beat four. Only a test on your data tells.",
    ),
    {
        "The one with twenty: deeper is cleverer.": (
            "In the lab take three layers of eight with the activation linear: 24 neurons, and the circle "
            "stays a riddle to them. Four with tanh solve it."
        ),
        "The one with two: the simpler one is never worse.": (
            "In the lab take the spiral and all features, first with layers of 4 and 2, then with three "
            "layers of eight. The simpler one is worse there."
        ),
        "Neither: only the data decide.": (
            "In the lab keep the data, and take all neurons away: the circle is lost, and comes back with "
            "the neurons. Data and network decide together."
        ),
    },
)


@lru_cache
def _shares(count: int) -> tuple[float, ...]:
    """What one hidden layer of some tanh neurons gets right of the circle, for each random start."""
    layers = (count,) if count else ()
    return tuple(on_points(hidden_layer_sizes=layers, random_state=start) for start in STARTS)


def _smallest(answer: object) -> Verdict:
    try:
        value = answers.number(answer)
    except ValueError as refusal:
        return marking.wrong(str(refusal))
    if value != round(value):
        return marking.wrong(f"Neurons are whole: {value:g} of them can't be built.")
    if not 0 <= value <= MOST:
        return marking.wrong(f"In the lab a layer has 1 to {MOST} neurons, or none: 0.")
    count = int(value)
    got = (
        f"{_neurons(count)} {'gets' if count == 1 else 'get'} {from_to(_shares(count))} of the test points"
    )
    if min(_shares(count)) < ENOUGH:
        why = (
            "Without a bend the border is one straight line.",
            "One neuron bends along one line only: it can't close around the blue points.",
            "Two borders make a strip or a corner, open at one side at least.",
        )
        return marking.wrong(f"{got}. {why[min(count, 2)]}")
    if count and min(_shares(count - 1)) >= ENOUGH:
        fewer = f"{_neurons(count - 1)} {'does' if count == 2 else 'do'}, too"
        return marking.wrong(f"{got}, but {fewer}. Asked for is the smallest number.")
    return marking.right(
        f"{got}, one fewer {from_to(_shares(count - 1))}. Each neuron draws one border; three close a "
        "triangle around the blue points, two leave it open."
    )


neurons = Task(
    "The circle, told x₁ and x₂, one hidden layer of tanh neurons, everything else as the lab starts. "
    "What is the smallest number of neurons that gets 90 % of the test points, "
    "whatever the random start?",
    _smallest,
    (
        "Set the hidden layers to one, take neurons away one at a time, and press Run each time.",
        "One run is an anecdote: let five random starts run at once.",
        "Each neuron draws one straight border. How many borders do you need to fence something in?",
    ),
)


_mistakes: dict[str, Callable[[Any, Any], Any]] = {
    "Adding is what a network does by itself: told x1 + x2 it can only draw one straight line.": (
        lambda x1, x2: x1 + x2
    ),
    "Subtracting is what a network does by itself: told x1 − x2 it can only draw one straight line.": (
        lambda x1, x2: x1 - x2
    ),
    "That is x1 again: it says left or right, and both colours are left and right.": lambda x1, x2: x1,
    "That is x2 again: it says above or below, and both colours are above and below.": lambda x1, x2: x2,
    "That is the distance from the middle, squared, which solves the circle. "
    "Here both colours are near and far.": lambda x1, x2: x1**2 + x2**2,
    "A square forgets the sign, and the sign of x1 is half of what counts here.": lambda x1, x2: x1**2,
    "A square forgets the sign, and the sign of x2 is half of what counts here.": lambda x1, x2: x2**2,
    "Without its sign the product is the same in all four corners.": lambda x1, x2: abs(x1 * x2),
}


def _told(answer: object) -> Verdict:
    """Train a network without hidden neurons on what a function says of each point."""
    shares = []
    for start in STARTS:
        made = points.points(dataset="exclusive or", random_state=start)
        values = _values(answer, made.inputs)
        if isinstance(values, Verdict):
            return values
        for words, mistaken in _mistakes.items():
            if marking.alike([values], [mistaken(*made.inputs.T)]):
                return marking.wrong(words)
        shares.append(_right(made, values, start))
    if min(shares) >= TOLD:
        return marking.right(
            f"Told this alone, a network without hidden neurons gets {from_to(shares)} of the test points: "
            "what many neurons would have had to find out, you have told it."
        )
    return marking.wrong(f"Told this, it gets {from_to(shares)} of the test points. {_at_corners(answer)}")


def _at_corners(answer: Any) -> str:
    """Show what a function says in the middle of each quarter."""
    said = [float(answer(x1=across, x2=up)) for across, up in CORNERS]
    blue, orange = said[:2], said[2:]
    apart = min(blue) > max(orange) or max(blue) < min(orange)
    first, second = (
        " and ".join(f"{each:.3g}".replace("-", "−") for each in half) for half in (blue, orange)
    )
    verdict = "That tells these four apart, but not all the others."
    return (
        f"At (3, 3) and (−3, −3), both blue, it gives {first}; at (−3, 3) and (3, −3), both orange, "
        f"{second}. {verdict if apart else 'One border must part the two pairs.'}"
    )


def _values(answer: object, places: networks.Array) -> Any:
    """What a function says of places, or the verdict on a function that can't be used."""
    results = marking.returned(answer, [{"x1": across, "x2": up} for across, up in places])
    if isinstance(results, Verdict):
        return results
    results = [float(each) if isinstance(each, bool | np.bool_) else each for each in results]
    unfit = next(filter(None, (marking.unfit(each, ()) for each in results)), "")
    if not unfit and np.ptp(results) == 0:
        unfit = "It says the same of every point, so nothing can be told apart by it."
    return marking.wrong(unfit) if unfit else np.array(results, float)


def _right(made: points.Points, values: networks.Array, start: int) -> float:
    """Share of the test points that a network of one input and one output gets right."""
    own = values[made.train]
    told = ((values - own.mean()) / (own.std() or 1.0))[:, None]
    network = networks.initialise(layer_sizes=(1, 1), output="sigmoid", random_state=start)
    run = training.descend(
        network=network, inputs=told[made.train], targets=made.targets[made.train], batch_size=10,
        learning_rate=0.1, random_state=start,
    )  # fmt: skip
    learnt = [each for _, each in zip(range(51), run, strict=False)][-1]
    said = networks.forward(learnt, told[made.test])[-1][:, 0] > 0.5
    return float((said == made.targets[made.test]).mean())


feature = Task(
    "The exclusive or, no hidden neurons. Write one feature, computed from x1 and x2, that is all the "
    "network has to be told of a point.",
    _told,
    (
        "In the lab take the hidden layers away, choose exclusive or, and try the features one at a time.",
        "What do the two blue corners have in common, and not share with the orange ones?",
        "In the blue corners the signs of x1 and x2 agree. Which operation is positive just then?",
    ),
    code=True,
)


def _neurons(count: int) -> str:
    return f"{count or 'No'} neuron{'s' * (count != 1)}"


def from_to(shares: Any) -> str:
    """Say the lowest and the highest of some shares."""
    low, high = percent(min(shares)), percent(max(shares))
    if low == high or min(shares) > 0.99:
        return low
    return f"{low} or more" if max(shares) > 0.99 else f"{low} to {high}"
