"""Lesson 04: what helps a group with few examples, and what each remedy costs."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from course import arguments
from course.bias import answers
from course.groups import TRAIN, Sides, sides
from course.networks import Array
from course.rates import Rate
from course.wording import percent

FEW = 6  # examples of the group, of 400
HEAVIEST, EXTRA = 100, 120
REMEDIES = ("as it is", "weighted", "more examples", "a model of its own")


@dataclass(frozen=True, eq=False)
class Remedy:
    """What a remedy does to each side.

    Parameters
    ----------
    name : one of `REMEDIES`
    group, others : right answers to the test images of each side
    """

    name: str
    group: Rate
    others: Rate


@dataclass(frozen=True, eq=False)
class Mending:
    """A group with few examples as it is, and three remedies.

    Parameters
    ----------
    sides : the examples
    weight : how many times an example of the group counts
    extra : examples of the group that are collected beside the six
    remedies : what each does, in the order of `REMEDIES`
    """

    sides: Sides
    weight: int
    extra: int
    remedies: tuple[Remedy, ...]

    def lost(self, remedy: Remedy) -> float:
        """How much of the others' accuracy a remedy costs; below 0 where they gain."""
        return _share(self.remedies[0].others) - _share(remedy.others)

    @property
    def conditions(self) -> str:
        """On how many images this rests."""
        plain = self.remedies[0]
        return (
            f"Logistic regression; group and others: {FEW} + {TRAIN - FEW} training images, "
            f"{plain.group.of} + {plain.others.of} test images; bands: 95 % intervals."
        )

    def __str__(self) -> str:
        plain, weighted, more, own = (percent(_share(each.group)) for each in self.remedies)
        _, heavy, larger, _ = (percent(_share(each.others)) for each in self.remedies)
        return (
            f"{FEW} among {TRAIN}: {plain} of {self.sides.group} read rightly; weighted {self.weight}-fold "
            f"{weighted} (others {heavy}); with {self.extra} more {more} (others {larger}); by a model of "
            f"their own, where the group is known, {own}."
        )


def mending(*, group: str = "digits", weight: int = 25, extra: int = 24, random_state: int = 0) -> Mending:
    """Give a group of which there are 6 examples among 400 more weight, more examples, or a model.

    Parameters
    ----------
    group : one of `groups.GROUPS`: the digits 8 and 9, or all ten in a slanted writing
    weight : how many times an example of the group counts, 1 to 100
    extra : examples of the group that are collected beside the six, 0 to 120; a model of its
        own learns from the six and from these
    random_state : which images are learnt from, and which ones are for the test
    """
    both = sides(group=group, random_state=random_state)
    heavy = arguments.whole("weight", weight, low=1, high=HEAVIEST)
    more = arguments.whole("extra", extra, low=0, high=EXTRA)
    found = (
        _joint(group, 1, 0, random_state),
        _joint(group, heavy, 0, random_state),
        _joint(group, 1, more, random_state),
        (_alone(group, more, random_state), _joint(group, 1, 0, random_state)[1]),
    )
    remedies = tuple(Remedy(name, *rates) for name, rates in zip(REMEDIES, found, strict=True))
    return Mending(both, heavy, more, remedies)


@lru_cache(4096)
def _joint(group: str, weight: int, extra: int, seed: int) -> tuple[Rate, Rate]:
    """One model for all: right answers in the group, and among the others."""
    both = sides(group=group, random_state=seed)
    own, other = both.train_group.first(FEW + extra), both.train_others.first(TRAIN - FEW)
    weights: Array = np.repeat([float(weight), 1.0], [len(own), len(other)])
    asked = (both.test_group.inputs, both.test_others.inputs)
    said = answers(examples=own.and_also(other), asked=asked, weights=weights)
    return both.test_group.right(said[0]), both.test_others.right(said[1])


@lru_cache(4096)
def _alone(group: str, extra: int, seed: int) -> Rate:
    """A model of its own: right answers in the group."""
    both = sides(group=group, random_state=seed)
    own = both.train_group.first(FEW + extra)
    return both.test_group.right(answers(examples=own, asked=[both.test_group.inputs])[0])


def _share(rate: Rate) -> float:
    assert rate.value is not None
    return rate.value
