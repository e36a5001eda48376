"""A network that has learnt points in the plane, as it stands: the result of `learning`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course import arguments, networks
from course.networks import Array, Network
from course.points import FEATURES, Points, edited
from course.runs import Epochs
from course.training import measure
from course.wording import percent

Changes = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Learnt(Epochs):
    """A network that learns points: what it is now, and how it came there.

    Parameters
    ----------
    network : after the last epoch
    made : the points before anybody moved one
    points : what it learns, and what it is tested on
    features : names of its inputs, see `points.FEATURES`
    means, scales : shape (n_features,), by which inputs are standardised: on training points
    history : shape (epochs + 1, 4), for the epochs so far: training loss, test loss, training
        accuracy and test accuracy; for numbers R² in place of accuracy
    others : such histories, of networks from other random starts
    max_epochs : where training ends
    show_test, discretise : how it is to be shown: with the test points; in two colours
    setup : what learns what, in words
    pace : the steps of an epoch, and how far they go, in words
    moved_at : the epoch at which points were last moved by hand, or -1
    warning : a sentence where training ended early, else empty
    """

    network: Network
    made: Points
    points: Points
    features: tuple[str, ...]
    means: Array
    scales: Array
    history: Array
    others: tuple[Array, ...]
    max_epochs: int
    setup: str = ""
    pace: tuple[str, str] = ("", "")
    show_test: bool = False
    discretise: bool = False
    moved_at: int = -1
    warning: str = ""

    def seen(self, changes: Changes) -> "Learnt":
        """The same with other points or another look: `edits`, `show_test`, `discretise`."""
        looks: dict[str, Any] = {
            name: bool(changes[name]) for name in ("show_test", "discretise") if name in changes
        }
        after = replace(self, **looks)
        if changes.get("edits", self.points.edits) == self.points.edits:
            return after
        after = replace(after, points=edited(self.made, changes["edits"]), moved_at=self.epoch)
        if self.epoch >= 0:
            history = self.history.copy()
            history[-1], _ = measure(self.network, *after.halves)
            after = replace(after, history=history)
        return after

    def examples(self, rows: NDArray[np.int64]) -> tuple[Array, Array]:
        """Inputs and targets of some points, as the network takes them."""
        return self._standardised(self.points.inputs[rows]), self.points.targets[rows, None]

    @property
    def halves(self) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        """Inputs and targets of the points that it learns from, and of those for the test."""
        return self.examples(self.points.train), self.examples(self.points.test)

    def predict(self, places: Any) -> Array:
        """Answer for places in the plane: the probability of class 1, or a number; shape (n,).

        Parameters
        ----------
        places : shape (n, 2), from -6 to 6
        """
        return self.values(arguments.array("places", places, shape=(None, 2)))[-1][:, 0]

    def values(self, places: Array) -> list[Array]:
        """Compute every layer's values at places: inputs first, the output last."""
        with np.errstate(all="ignore"):
            return networks.forward(self.network, self._standardised(places))

    def _standardised(self, places: Array) -> Array:
        return (computed(self.features, places) - self.means) / self.scales

    @property
    def conditions(self) -> str:
        """What else has to be known about the points."""
        return self.points.note

    def __str__(self) -> str:
        own, test = (percent(max(float(share), 0.0)) for share in self.history[-1, 2:])
        does, of = ("explains", "of the variance of") if self.points.numeric else ("is right on", "of")
        shown = "".join(self._looks)
        if self.epoch == 0:
            return (
                f"Untrained ({self.setup}), it {does} {test} {of} the test points. Each of "
                f"{self.max_epochs:,} epochs: {len(self.points.train):,} points, {', '.join(self.pace)}."
                f"{shown}"
            )
        also = "and" if self.points.numeric else "and on"
        return (
            f"After {self.epoch} epoch{'s' * (self.epoch > 1)} the network {does} {test} "
            f"{of} the {len(self.points.test):,} test points, {also} {own} of the "
            f"{len(self.points.train):,} it trained on.{self._luck}{shown}"
        )

    @property
    def _looks(self) -> Iterator[str]:
        if self.show_test:
            yield " Test points have a dark rim."
        if self.discretise:
            yield " Two colours."
        if self.points.edits:
            count = len(self.points.touched)
            since = f", the last at epoch {self.moved_at}" if self.moved_at > 0 else ""
            yield f" {count} point{'s' * (count > 1)} by hand{since}."

    @property
    def _luck(self) -> str:
        if not self.others:
            return ""
        shares = [float(history[-1, 3]) for history in (self.history, *self.others)]
        low, high = (percent(max(share, 0.0)) for share in (np.nanmin(shares), np.nanmax(shares)))
        return f" With {len(shares)} random starts, test points: {low} to {high}."


def computed(features: Sequence[str], places: Array) -> Array:
    """What a network is told of places: the features that are named, shape (n, n_features)."""
    return np.stack([FEATURES[name](places) for name in features], axis=1)
