"""The exercise about the spiral: settings that learn it from two features."""

import ast
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from inspect import signature
from typing import Any

from course import answers, learning, marking
from course.learnt import Learnt
from course.marking import Task, Verdict
from course.questions.points import ENOUGH, STARTS, from_to, trained
from course.wording import percent

MOST_EPOCHS, LEAST_BATCH = 500, 5
USUAL = {name: each.default for name, each in signature(learning.learn_points).parameters.items()}
LOOKS = {"show_test", "discretise", "random_starts", "random_state"}  # say nothing about what is learnt

MEANT = {
    **dict.fromkeys(("layers", "neurons", "hidden", "hidden_layers", "network"), "hidden_layer_sizes"),
    **dict.fromkeys(("rate", "lr"), "learning_rate"),
    "epochs": "max_epochs",
    "batch": "batch_size",
    "regularisation": "penalty",
}


def _learns(answer: object) -> Verdict:
    if answer is None or answer is ... or answer == {}:
        return marking.untried("There is no answer yet: put settings between the braces.")
    try:
        moved = _settings(answer)
    except ValueError as refusal:
        return marking.wrong(str(refusal))
    shares = []
    for start in STARTS:
        try:
            learnt = trained(**{**moved, "dataset": "spiral", "random_state": start})
        except ValueError as refusal:
            return marking.wrong(f"The lab refuses this: {refusal}.")
        own, test = learnt.history[-1, 2:]
        shares.append(float(test))
        if test < ENOUGH:
            return marking.wrong(_why(learnt, float(own), shares))
    return marking.right(
        f"{from_to(shares)} of the test points in {len(STARTS)} random starts, and told nothing but x₁ and "
        "x₂. What the waves among the features gave away, the hidden layers have found."
    )


def _settings(answer: object) -> dict[str, Any]:
    """Read settings out of a mapping, a lab, or the line that makes a lab."""
    found = _written(answer) if isinstance(answer, str) else getattr(answer, "settings", answer)
    if not isinstance(found, Mapping):
        raise ValueError(
            f"Settings in braces are asked for, such as {{'learning_rate': 0.1}}, not "
            f"{answers.kind(answer)}."
        )
    moved = {name: value for name, value in found.items() if name not in LOOKS}
    for name in moved:
        if name not in USUAL:
            near = MEANT.get(str(name)) or next(iter(get_close_matches(str(name), USUAL, 1)), "")
            meant = f" Did you mean {near!r}?" if near else ""
            raise ValueError(f"The lab has no setting {answers.said(name)}.{meant}")
    if moved.get("dataset", "spiral") != "spiral":
        raise ValueError(f"The task is the spiral, and this is {answers.said(moved['dataset'])}.")
    if isinstance(layers := moved.get("hidden_layer_sizes"), int):
        raise ValueError(
            f"A single layer is written ({layers},), with the comma; two are ({layers}, {layers})."
        )
    told = moved.get("features", ())
    if isinstance(told, Collection) and set(told) - {"x₁", "x₂"}:
        raise ValueError("Told more than x₁ and x₂ it is easier. Here it must find the rest by itself.")
    if moved.get("edits"):
        raise ValueError("With points moved by hand it isn't the same spiral: take the edits away.")
    epochs, batch = (moved.get(name, USUAL[name]) for name in ("max_epochs", "batch_size"))
    if isinstance(epochs, int) and epochs > MOST_EPOCHS:
        raise ValueError(f"At most {MOST_EPOCHS} epochs are allowed, and this is {epochs:,}.")
    if isinstance(batch, int) and 0 < batch < LEAST_BATCH:
        raise ValueError(
            f"A batch of at least {LEAST_BATCH}, please: with {batch} the check would keep you waiting."
        )
    return moved


def _written(text: str) -> object:
    """Read the settings in `training_lab(start={...})`, or in braces alone."""
    try:
        call = ast.parse(text.strip(), mode="eval").body
        if isinstance(call, ast.Call):
            call = next(each.value for each in call.keywords if each.arg == "start")
        return ast.literal_eval(call)
    except (SyntaxError, ValueError, StopIteration):
        raise ValueError("Settings in braces are asked for, and this text holds none.") from None


def _why(learnt: Learnt, own: float, shares: list[float]) -> str:
    """What kept a network from the spiral, as far as its settings and its curves tell."""
    got = f"{percent(shares[-1])} of the test points, with random start {len(shares) - 1}"
    network = learnt.network
    if len(network.layer_sizes) == 2:
        return f"{got}: without a hidden layer the border is one straight line."
    if network.activation == "linear":
        return f"{got}: neurons that only add draw one straight line, however many there are."
    if learnt.warning:
        return f"{got}. {learnt.warning}"
    if len(shares) > 1:
        before = percent(min(shares[:-1]))
        return f"{got}, and {before} with another: luck. It must hold in all three."
    if own >= ENOUGH:
        return f"{got}, but {percent(own)} of those it learnt from: it knows the points, not the spiral."
    if learnt.history[-1, 0] < 0.9 * learnt.history[-len(learnt.history) // 5, 0]:
        return f"{got}. The loss is still falling when it ends: it learns, but too slowly."
    return f"{got}, and {percent(own)} of those it learnt from: it has not found the shape."


settings = Task(
    "The spiral, told x₁ and x₂ alone, at most 500 epochs. Which settings get 90 % of the test points "
    "in each of three random starts?",
    _learns,
    (
        "In the lab choose the spiral, and add neurons until the small pictures begin to curl.",
        "If the loss is still falling at the end, it learns too slowly: the learning rate, or another "
        "optimiser. Share, at the foot of the controls, writes your settings as you need them here.",
        "Three layers of eight relu neurons, and Adam with learning rate 0.01.",
    ),
    code=True,
)
