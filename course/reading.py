"""Lesson 00: one drawing, and what networks make of it that learnt from more and more examples."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from course import arguments, datasets, drawing, inference, networks
from course.drawing import Drawing
from course.networks import Array, Network
from course.wording import percent

SIZES = (10, 100, 1000, 3500)  # examples that each network learns from
NOTHING = Drawing()
Changes = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Reading:
    """A drawing, and what four networks say to it: they differ in what they have seen.

    Parameters
    ----------
    drawing : what has been drawn
    image : what the networks see of it, shape (784,), or None where nothing is drawn
    networks : one for each of `SIZES`, each as far as its training has come
    epochs : of each network, 0 where it is untrained
    accuracy : share of the test digits that each names rightly
    random_state : the random start that they share
    """

    drawing: Drawing
    image: Array | None
    networks: tuple[Network, ...]
    epochs: tuple[int, ...]
    accuracy: tuple[float, ...]
    random_state: int = 0

    def seen(self, changes: Changes) -> "Reading":
        """The same networks, and another drawing."""
        drawn = changes.get("drawing", self.drawing)
        if not isinstance(drawn, Drawing):
            raise arguments.refuse("drawing", "be a Drawing", drawn)
        return replace(self, drawing=drawn, image=drawing.image(drawn))

    @property
    def progress(self) -> float:
        """Share of all training that is done."""
        return sum(self.epochs) / (len(SIZES) * inference.EPOCHS)

    @property
    def stage(self) -> str:
        """What is being trained now."""
        if not any(self.epochs):
            return "Untrained"
        if self.progress == 1:
            return "All trained"
        now = next(size for size, epoch in zip(SIZES, self.epochs, strict=True) if epoch < inference.EPOCHS)
        return f"Learning from {now:,}"

    @property
    def answers(self) -> list[Array] | None:
        """Probabilities of the ten digits, shape (10,), from each network; None without a drawing."""
        if self.image is None:
            return None
        return [networks.forward(network, self.image[None])[-1][0] for network in self.networks]

    def __str__(self) -> str:
        if self.answers is None:
            done = [n for n, epoch in enumerate(self.epochs) if epoch]
            if not done:
                return f"Nothing drawn yet, and nothing learnt yet (random start {self.random_state})."
            share = percent(self.accuracy[done[-1]])
            return (
                f"Nothing drawn yet. From {SIZES[done[-1]]:,} examples it names {share} of the test digits."
            )
        if not any(self.epochs):
            guess = _said(self.answers[0])
            return f"Untrained, the network reads your drawing as {guess}. It has seen nothing yet."
        heard = [
            f"{_said(answer)} from {size:,}"
            for size, answer, epoch in zip(SIZES, self.answers, self.epochs, strict=True)
            if epoch
        ]
        return f"The network reads your drawing as {', '.join(heard)} examples."


def _said(answer: Array) -> str:
    return f"{int(answer.argmax())} ({percent(float(answer.max()))} sure)"


def read_drawing(
    *, drawing: Drawing = NOTHING, random_state: int = 0
) -> Generator[Reading, Changes | None, None]:
    """Train four networks one after the other, and let each read a drawing: yield after every epoch.

    All begin alike; they learn from 10, 100, 1,000 and 3,500 digits of MNIST. Another `drawing`
    may be sent into the generator: the networks stay as they are.
    """
    data = datasets.mnist()
    test = networks.examples(_start(random_state), *data.rows(inference.halves(data).test))
    now = Reading(
        drawing=NOTHING,
        image=None,
        networks=(_start(random_state),) * len(SIZES),
        epochs=(0,) * len(SIZES),
        accuracy=(networks.score(_start(random_state), *test)[1],) * len(SIZES),
        random_state=random_state,
    ).seen({"drawing": drawing})
    changes = yield now
    for number, size in enumerate(SIZES):
        for epoch, network in enumerate(inference.learning(train_size=size, random_state=random_state)):
            if not epoch:
                continue
            now = now.seen(changes or {})
            share = networks.score(network, *test)[1]
            now = replace(
                now,
                networks=_with(now.networks, number, network),
                epochs=_with(now.epochs, number, epoch),
                accuracy=_with(now.accuracy, number, share),
            )
            changes = yield now


def _start(random_state: int) -> Network:
    return next(inference.learning(train_size=1, random_state=random_state))


def _with(values: tuple[Any, ...], number: int, value: Any) -> tuple[Any, ...]:
    return (*values[:number], value, *values[number + 1 :])
