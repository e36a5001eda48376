"""Lesson 01: one step of learning, opened.

A network of two inputs, two hidden tanh neurons and one linear output takes a single
step on a single example. Each stage of the step gives a few new numbers.

Source: Rumelhart, Hinton and Williams (1986), Learning representations by
back-propagating errors, Nature 323.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

import numpy as np

from course import arguments, networks
from course.networks import Array, Network
from course.wording import FINEST, rounded, told_apart, written

SLOPES = tuple(f"slope {n}" for n in range(9))  # of the six hidden parameters, then the output's


@dataclass(frozen=True, eq=False)
class OneStep:
    """A training step of a 2-2-1 network on one example, as far as it has come.

    Parameters
    ----------
    network : before the step
    x, y : the example's inputs, shape (1, 2), and its target, shape (1, 1)
    learning_rate : how far the step goes against the gradient
    sums, activations : what each hidden neuron adds up, and passes on, shape (2,)
    output, loss : what the network answers, and half its squared error
    output_error : how fast the loss rises with the output
    hidden_errors : how fast the loss rises with each hidden neuron's sum, shape (2,)
    gradient : how fast the loss rises with each weight and bias, shape (n_parameters,)
    updated, new_loss : the network after the step, and its loss on the same example
    random_state : what the random weights come from
    number : of the stage, from 0 (nothing is known yet) to 11 (all of this is known)
    """

    network: Network
    x: Array
    y: Array
    learning_rate: float
    sums: Array
    activations: Array
    output: float
    loss: float
    output_error: float
    hidden_errors: Array
    gradient: Array
    updated: Network
    new_loss: float
    random_state: int = 0
    number: int = 0

    @property
    def now(self) -> "Stage":
        """The stage that the step has come to."""
        return STAGES[self.number]

    @property
    def numbers(self) -> dict[str, float]:
        """Every number known by now, counted by neuron from 1 or by parameter from 0."""
        found = {
            **_counted("sum", self.sums, 1), **_counted("activation", self.activations, 1),
            "output": self.output, "loss": self.loss,
            "output error": self.output_error, **_counted("error", self.hidden_errors, 1),
            **_counted("slope", self.gradient, 0), **_counted("new", self.updated.parameters, 0),
            "new loss": self.new_loss,
        }  # fmt: skip
        return {name: found[name] for stage in STAGES[: self.number + 1] for name in stage.new}

    @property
    def stage(self) -> str:
        """Where the step stands, in a few words."""
        return f"Stage {self.number} of {len(STAGES) - 1}: {self.now.name}"

    @property
    def progress(self) -> float:
        """How far the step has come, 0 to 1."""
        return self.number / (len(STAGES) - 1)

    def __str__(self) -> str:
        return self.now.say(self)


class Stage(NamedTuple):
    """A stage: its name, which way it goes, how it computes, what it gives, and its sentence."""

    name: str
    way: str
    rule: str
    new: tuple[str, ...]
    say: Callable[[OneStep], str]


def one_step(
    *,
    input_1: float = -1.0,
    input_2: float = 1.0,
    target: float = 1.0,
    learning_rate: float = 0.1,
    random_state: int = 0,
) -> Iterator[OneStep]:
    """Take one training step on one example, stage by stage.

    The first item is the network and the example, the last one the network after the step.
    The random weights are rounded to two decimals, so that the step can be followed by hand.

    Parameters
    ----------
    input_1, input_2, target : -10 to 10
    learning_rate : above 0, at most 100

    >>> *_, last = one_step()
    >>> print(last)
    On the same example the new network's loss is 0.41, and it was 0.59: it fell.
    """
    example = {"input_1": input_1, "input_2": input_2, "target": target}
    *x, y = (arguments.number(name, value, low=-10, high=10) for name, value in example.items())
    rate = arguments.number("learning_rate", learning_rate, above=0, high=100)
    drawn = networks.initialise(
        layer_sizes=(2, 2, 1), activation="tanh", output="linear", random_state=random_state
    )
    network = replace(drawn, parameters=np.round(drawn.parameters, 2) + 0.0)
    step = _take(network, np.array([x]), np.array([[y]]), rate)
    for number in range(len(STAGES)):
        yield replace(step, number=number, random_state=random_state)


def _take(network: Network, x: Array, y: Array, learning_rate: float) -> OneStep:
    (weights, biases), (output_weights, _) = network.layers
    _, (activations,), ((output,),) = networks.forward(network, x)
    output_error = output - y[0, 0]
    gradient = networks.gradient(network, x, y)
    updated = network.moved(-learning_rate * gradient)
    return OneStep(
        network=network, x=x, y=y, learning_rate=learning_rate,
        sums=x[0] @ weights + biases, activations=activations,
        output=float(output), loss=networks.loss(network, x, y),
        output_error=float(output_error),
        hidden_errors=output_error * output_weights[:, 0] * (1 - activations**2),
        gradient=gradient, updated=updated, new_loss=networks.loss(updated, x, y),
    )  # fmt: skip


def _worked(formula: str, rule: Callable[..., float], *values: float, decimals: int = 2) -> str:
    """Write a calculation, its numbers with as few decimals as make it come out, two at least."""
    result = rule(*values)
    decimals += bool(not round(result, decimals) and round(result, decimals + 1))
    for finer in _fineness(len(values)):
        shown = map(rounded, values, finer)
        if written(rule(*shown), decimals) == written(result, decimals):
            break
    first, *others = (
        re.sub(r"(\.\d\d.*?)0+$", r"\1", written(*each)) for each in zip(values, finer, strict=True)
    )
    bracketed = [f"({text})" if text.startswith("−") else text for text in others]
    return f"{formula.format(first, *bracketed)} = {written(result, decimals)}"


def _fineness(count: int) -> Iterator[tuple[int, ...]]:
    """Numbers of decimals for so many values, from two for each on, the coarsest first."""
    for most in range(2, FINEST):
        finer = (each for each in product(range(2, most + 1), repeat=count) if max(each) == most)
        yield from sorted(finer, key=sum)


def _added(weights: Array, values: Array, bias: float) -> str:
    form, rule = "{} × {} + {} × {} + {}", lambda w, x, v, y, b: w * x + v * y + b
    return _worked(form, rule, weights[0], values[0], weights[1], values[1], bias)


def _product(one: float, other: float) -> str:
    return _worked("{} × {}", lambda a, b: a * b, one, other)


def _counted(name: str, values: Array, first: int) -> dict[str, float]:
    return {f"{name} {number}": float(value) for number, value in enumerate(values, first)}


def _start(step: OneStep) -> str:
    one, two, target = (written(value) for value in (*step.x[0], step.y[0, 0]))
    given = f"the inputs are {one} and {two}, the target {target}, the learning rate {step.learning_rate:g}"
    return f"The weights come from random start {step.random_state}, {given}; no more is known."


def _sum(step: OneStep, neuron: int) -> str:
    weights, biases = step.network.layers[0]
    return f"Hidden neuron {neuron + 1} adds up {_added(weights[:, neuron], step.x[0], biases[neuron])}."


def _activations(step: OneStep) -> str:
    one, two = (_worked("tanh({})", np.tanh, float(value)) for value in step.sums)
    return f"Each hidden neuron squeezes its sum to between −1 and 1: {one} and {two}."


def _output(step: OneStep) -> str:
    weights, biases = step.network.layers[1]
    return f"The output neuron adds up {_added(weights[:, 0], step.activations, biases[0])}."


def _loss(step: OneStep) -> str:
    worked = _worked("½ × ({} − {})²", lambda o, t: 0.5 * (o - t) ** 2, step.output, step.y[0, 0])
    return f"The loss is half the squared difference between output and target: {worked}."


def _output_error(step: OneStep) -> str:
    worked = _worked("{} − {}", lambda o, t: o - t, step.output, step.y[0, 0])
    verdict = {-1.0: "too low", 0.0: "right", 1.0: "too high"}[float(np.sign(step.output_error))]
    return f"The error at the output is output − target: {worked}, so the answer is {verdict}."


def _output_slopes(step: OneStep) -> str:
    one, two = (_product(step.output_error, value) for value in step.activations)
    return (
        f"How fast the loss rises with a weight is its slope, here output error × activation: {one} and "
        f"{two}; for the bias it is the error itself."
    )


def _hidden_errors(step: OneStep) -> str:
    form, rule = "{} × {} × (1 − {}²)", lambda e, w, a: e * w * (1 - a * a)
    weights = step.network.layers[1][0][:, 0]
    one, two = (
        _worked(form, rule, step.output_error, *pair)
        for pair in zip(weights, step.activations, strict=True)
    )
    return f"Back through its weight the error reaches hidden neuron 1 as {one} and neuron 2 as {two}."


def _hidden_slopes(step: OneStep) -> str:
    first, second = (
        " and ".join(_product(error, value) for value in step.x[0]) for error in step.hidden_errors
    )
    return f"A hidden weight's slope is error × input: {first} into neuron 1, {second} into neuron 2."


def _update(step: OneStep) -> str:
    rate, old, slope = step.learning_rate, step.network.layers[1][0][0, 0], step.gradient[6]
    decimals = len(told_apart(old, old - rate * slope, most=4)[1].partition(".")[2])
    worked = _worked(f"{{}} − {rate:g} × {{}}", lambda w, s: w - rate * s, old, slope, decimals=decimals)
    return f"Every weight and bias moves against its slope, the first output weight for example: {worked}."


def _new_loss(step: OneStep) -> str:
    before, after = told_apart(step.loss, step.new_loss)
    verdict = "it did not change" if before == after else "it fell"
    if before != after and step.new_loss > step.loss:
        verdict = "the loss rose: the step was too far"
    return f"On the same example the new network's loss is {after}, and it was {before}: {verdict}."


SUM = "sum = weight × input + weight × input + bias"
BACK = "hidden error = output error × weight × (1 − activation²)"
STAGES = (
    Stage("start", "", "a network with random weights, and one example", (), _start),
    Stage("sum 1", "forward", SUM, ("sum 1",), lambda step: _sum(step, 0)),
    Stage("sum 2", "forward", SUM, ("sum 2",), lambda step: _sum(step, 1)),
    Stage(
        "activation", "forward", "activation = tanh(sum)", ("activation 1", "activation 2"), _activations
    ),
    Stage("output", "forward", "output = weight × activation + … + bias", ("output",), _output),
    Stage("loss", "forward", "loss = ½ × (output − target)²", ("loss",), _loss),
    Stage("error", "backward", "output error = output − target", ("output error",), _output_error),
    Stage("slopes", "backward", "slope = output error × activation", SLOPES[6:], _output_slopes),
    Stage("errors", "backward", BACK, ("error 1", "error 2"), _hidden_errors),
    Stage("slopes", "backward", "slope = hidden error × input", SLOPES[:6], _hidden_slopes),
    Stage("update", "", "new = old − learning rate × slope", tuple(f"new {n}" for n in range(9)), _update),
    Stage("new loss", "forward", "the same example, the new weights", ("new loss",), _new_loss),
)
