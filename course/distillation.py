"""Lesson 09: a small network learns from labels, or from the answers of a large network."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from course import arguments, networks
from course.calibration import tempered
from course.confidence import scores
from course.distilling import UNLABELLED, distilling
from course.networks import Array, Network
from course.trained import examples, trained
from course.wording import percent

STARTS = 5  # random starts, one after another
STEPS, EVERY, BATCH = 1000, 25, 20
RATE = 0.01
TYPICAL = 0.95  # how sure the teacher is of the image that is shown, about
FEWEST, MOST = 10, 3500  # labelled images
SHOWN = 8  # images of those learnt from, half of them further ones where there are such
SAME = 0.02  # of accuracy: where less is gained or lost, it is called much the same


@dataclass(frozen=True, eq=False)
class Asked:
    """An image, and what the teacher answers.

    Parameters
    ----------
    digit : that it shows
    image : shape (784,), ink from 0 to 1
    plain, soft : shape (10,), the teacher's answer at temperature 1, and at the one that is set
    """

    digit: int
    image: Array
    plain: Array
    soft: Array

    @property
    def second(self) -> int:
        """The digit that the teacher holds likeliest but for the true one."""
        return int(np.where(np.arange(10) == self.digit, -1, self.plain).argmax())


@dataclass(frozen=True, eq=False)
class Shown:
    """Images to learn from, and what is said of them.

    Parameters
    ----------
    images : shape (n, 784)
    said : shape (n,), their labels, or the teacher's likeliest answers
    """

    images: Array
    said: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Distillation:
    """Students of one size that learn side by side, from one random start after another.

    Parameters
    ----------
    teacher, student : the trained network, and the first student before its training
    teacher_accuracy : on the test images, 0 to 1
    asked : one image, and what the teacher answers
    temperature, soft_weight : see `distilling.loss`
    labelled, further : images that have a label, and those that only the teacher answers
    shown : the first images of either kind
    histories : for each start accuracies on the test images, shape (n_students, n_points): of
        the student by labels, by soft targets, and by soft targets on further images as well
    random_state : of the images and the starts
    """

    teacher: Network
    student: Network
    teacher_accuracy: float
    asked: Asked
    temperature: float
    soft_weight: float
    labelled: int
    further: int
    shown: tuple[Shown, ...]
    histories: tuple[Array, ...]
    random_state: int = 0

    @property
    def steps(self) -> NDArray[np.int64]:
        """Steps taken before each point of a history."""
        return np.arange(STEPS // EVERY + 1) * EVERY

    @property
    def finished(self) -> Array:
        """Histories of the starts that came to their end, shape (n_starts, n_students, n_points)."""
        done = [each for each in self.histories if each.shape[1] == len(self.steps)]
        return np.array(done or np.empty((0, 2 + (self.further > 0), len(self.steps))))

    @property
    def now(self) -> Array:
        """Accuracy of each student: the middle of all starts that are finished, else of the first."""
        done = self.finished
        return np.asarray(np.median(done[:, :, -1], axis=0) if len(done) else self.histories[0][:, -1])

    @property
    def gain(self) -> float:
        """What soft targets add to the accuracy, in the middle of the starts that are finished."""
        done = self.finished[:, :, -1]
        return float(np.median(done[:, 1] - done[:, 0])) if len(done) else 0.0

    @property
    def smaller(self) -> float:
        """How many times as many parameters the teacher has."""
        return float(self.teacher.parameters.size) / self.student.parameters.size

    @property
    def progress(self) -> float:
        """Share of all steps that are taken, 0 to 1."""
        taken = sum(each.shape[1] - 1 for each in self.histories)
        return float(taken / (STARTS * (len(self.steps) - 1)))

    @property
    def stage(self) -> str:
        """Which start it is at."""
        return "done" if self.progress == 1 else f"start {len(self.histories)} of {STARTS}"

    @property
    def conditions(self) -> str:
        """How it is compared, and on how many images."""
        count = len(self.finished)
        middle = f"; middle, lowest and highest of {count} random starts" if count > 1 else ""
        return (
            f"Each student takes {STEPS:,} steps of {BATCH} images; 1,500 test images{middle}. "
            f"The teacher ({self.teacher.layer_sizes[1]} hidden neurons) has learnt from {MOST:,} labels."
        )

    def __str__(self) -> str:
        """Say who is right how often, or before there is anything to say, who learns from what."""
        size = self.student.layer_sizes[1]
        who = f"{size} hidden neurons, {self.labelled:,} labels"
        how = f"T = {self.temperature:.3g}, weight {self.soft_weight:.0%}".replace("%", " %")
        more = f"{self.further:,} further images"
        asked, second = self.asked, self.asked.second
        part = percent(float(asked.soft[second]))
        says = f"Of its softened answer to this {asked.digit}, {part} say {second}."
        if not self.progress:
            also = f", and from those to {more}" * (self.further > 0)
            two = f"one learns from these, one from the teacher’s answers ({how}){also}"
            return f"Press Run (draw {self.random_state}): {who}; {two}. {says}"
        hard, soft, *rest = (percent(float(each)) for each in self.now)
        also = "".join(f", with {more} {each}" for each in rest)
        same = self.finished.size and abs(self.gain) < SAME
        softly = f"by soft targets ({how}) {'much the same: ' * bool(same)}{soft}"
        return (
            f"{who}: {hard} right by labels, {softly}{also}; "
            f"teacher {percent(self.teacher_accuracy)}. {says}"
        )


def distillation(
    *,
    temperature: float = 3.0,
    soft_weight: float = 0.9,
    labelled: int = 100,
    unlabelled: int = 0,
    student_neurons: int = 8,
    digit: int = 9,
    teacher_neurons: int = 128,
    random_state: int = 0,
) -> Iterator[Distillation]:
    """Train students by labels and by a teacher's answers, with the same images, starts and steps.

    Parameters
    ----------
    temperature, soft_weight : see `distilling.loss`
    labelled : handwritten digits of MNIST that have a label, 10 to 3,500
    unlabelled : further ones that the teacher answers, for a student of their own; fewer where
        no more are left
    student_neurons, teacher_neurons : in the one hidden layer of each
    digit : of which an image is shown, with the teacher's answer
    random_state : which images, which weights at the start, and the order of the batches
    """
    heat = arguments.number("temperature", temperature, above=0)
    weight = arguments.number("soft_weight", soft_weight, low=0, high=1)
    count = arguments.whole("labelled", labelled, low=FEWEST, high=MOST)
    further = min(arguments.whole("unlabelled", unlabelled, low=0, high=MOST), MOST - count)
    large = arguments.whole("teacher_neurons", teacher_neurons, low=1, high=512)
    small = arguments.whole("student_neurons", student_neurons, low=1)
    if small > large:
        raise arguments.refuse("student_neurons", f"be at most the teacher’s {large}", small)
    which = arguments.whole("digit", digit, low=0, high=9)
    seed = arguments.whole("random_state", random_state, low=0) * STARTS
    teacher = trained(data="MNIST", hidden_layer_sizes=(large,))
    now = Distillation(
        teacher=teacher,
        student=_student(small, seed),
        teacher_accuracy=examples(data="MNIST").accuracy(teacher),
        asked=_asked(large, which, heat),
        temperature=heat,
        soft_weight=weight,
        labelled=count,
        further=further,
        shown=_shown(large, _order(seed), count, further),
        histories=(),
        random_state=int(random_state),
    )
    soft = tempered(scores=_scores(large), temperature=heat)
    for start in range(STARTS):
        for history in _histories(now, soft, seed + start):
            if history.shape[1] == 1 and start:
                continue  # nothing is learnt yet, and the start before is just finished
            yield replace(now, histories=(*now.histories, history))
        now = replace(now, histories=(*now.histories, history))


def _histories(now: Distillation, soft: Array, seed: int) -> Iterator[Array]:
    """Train the students from one random start: yield their accuracies so far."""
    order, seen = _order(seed), examples(data="MNIST")
    labelled, all_of_them = order[: now.labelled], order[: now.labelled + now.further]
    plans = [(labelled, 0.0), (labelled, now.soft_weight), (all_of_them, now.soft_weight)]
    runs = [
        distilling(
            student=_student(now.student.layer_sizes[1], seed),
            inputs=seen.inputs[rows],
            soft=soft[rows],
            targets=np.where(np.arange(len(rows)) < now.labelled, seen.targets[rows], UNLABELLED),
            temperature=now.temperature,
            soft_weight=weight,
            learning_rate=RATE,
            batch_size=BATCH,
            every=EVERY,
            random_state=seed,
        )
        for rows, weight in plans[: 2 + (now.further > 0)]
    ]
    history: Array = np.empty((len(runs), 0))
    for students in islice(zip(*runs, strict=True), STEPS // EVERY + 1):
        column = [[seen.accuracy(student)] for student in students]
        history = np.hstack([history, column])
        yield history


def _student(neurons: int, seed: int) -> Network:
    return networks.initialise(layer_sizes=(784, neurons, 10), random_state=seed)


def _order(seed: int) -> NDArray[np.int64]:
    """In which order images are taken: labelled ones first, then further ones."""
    return np.random.default_rng(seed).permutation(MOST)


def _shown(teacher_neurons: int, order: NDArray[np.int64], labels: int, further: int) -> tuple[Shown, ...]:
    seen = examples(data="MNIST")
    if not further:
        rows = order[: min(SHOWN, labels)]
        return (Shown(seen.inputs[rows], seen.targets[rows]),)
    own, other = order[: SHOWN // 2], order[labels : labels + min(SHOWN // 2, further)]
    answers = _scores(teacher_neurons)[other].argmax(axis=1)
    return Shown(seen.inputs[own], seen.targets[own]), Shown(seen.inputs[other], answers)


def _asked(teacher_neurons: int, digit: int, temperature: float) -> Asked:
    sums, row = _scores(teacher_neurons), _typical(teacher_neurons)[digit]
    plain, soft = (tempered(scores=sums[[row]], temperature=heat)[0] for heat in (1, temperature))
    return Asked(digit, examples(data="MNIST").inputs[row], plain, soft)


@cache
def _scores(teacher_neurons: int) -> Array:
    """The teacher's scores of all images to learn from."""
    teacher = trained(data="MNIST", hidden_layer_sizes=(teacher_neurons,))
    found = scores(teacher, examples(data="MNIST").inputs)
    found.setflags(write=False)
    return found


@cache
def _typical(teacher_neurons: int) -> tuple[int, ...]:
    """Rows of one image of each digit of which the teacher is rather sure, and not quite."""
    sure, targets = tempered(scores=_scores(teacher_neurons), temperature=1), examples(data="MNIST").targets
    away = abs(sure[np.arange(len(sure)), targets] - TYPICAL)
    return tuple(int(np.where(targets == digit, away, 2).argmin()) for digit in range(10))
