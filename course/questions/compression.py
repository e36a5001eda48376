"""What lesson 09 asks: its guesses and its quiz; what is to be written stands in `variants`."""

from functools import cache

from course import compression, distillation, integers, quantisation, sparse_times, sparsity
from course.comparing import Comparison
from course.marking import Question
from course.questions.variants import pareto as pareto
from course.questions.variants import per_channel as per_channel
from course.questions.variants import stored as stored
from course.variants import Variant

SAME = 0.05  # accuracies up to so far apart count as alike
TENTH, HALF = 0.3, 0.7  # up to which share of a time it is called a tenth, or half of it
widths = [quantisation.said(bits) for bits in range(7, 0, -1)]
alike = ["2 bits", "1 bit", "Both alike, to within 5 points"]
speeds = ["Yes, faster", "No clear difference", "No, slower"]
waits = [
    "about a tenth of the time",
    "about half the time",
    "about as long as before",
    "longer than before",
]
fastest = [
    "The large network",
    "The large network in int8",
    "The small network",
    "The small network in int8",
    "Both small ones alike",
    "Both large ones alike",
]


def breaking_bits() -> str:
    """Say at which width the shallow network breaks: one of `widths`."""
    return quantisation.said(quantisation.breaks_at())


def one_or_two() -> str:
    """Say whether 2 bits or 1 are right more often, the scale by the largest weight: one of `alike`."""
    one, two = (quantisation.accuracy_at(bits=bits) for bits in (1, 2))
    return alike[2 if abs(one - two) <= SAME else int(one > two)]


def fitted_accuracy() -> float:
    """Accuracy with 2 bits and a scale that is fitted to the weights."""
    return quantisation.accuracy_at(bits=2, scale="fitted")


def tiny_speed() -> str:
    """Measure whether a tiny network in int8 answers faster here: one of `speeds`."""
    *_, found = integers.integers()
    comparison = found.compared(1)
    if comparison is None:
        raise ValueError(found.warning or "Nothing could be measured. Try again.")
    return speeds[1 if not comparison.differs else 2 if comparison.ratio > 1 else 0]


def pruned_accuracy() -> float:
    """Accuracy without nine in ten weights, the smallest, after fine-tuning."""
    *_, found = sparsity.sparsity()
    return found.accuracy


def zero_speed() -> str:
    """Measure what zeros do to the time of an ordinary product: one of `waits`."""
    *_, found = sparse_times.sparse_times()
    comparison = found.compared(1)
    if comparison is None:
        raise ValueError(found.warning or "Nothing could be measured. Try again.")
    return waited(comparison)


def waited(comparison: Comparison) -> str:
    """Say how much less time the second of two takes: one of `waits`."""
    ratio = comparison.ratio
    if not comparison.differs or HALF < ratio < 1:
        return waits[2]
    return waits[0 if ratio < TENTH else 1 if ratio <= HALF else 3]


@cache
def _taught(labelled: int, unlabelled: int) -> distillation.Distillation:
    *_, found = distillation.distillation(labelled=labelled, unlabelled=unlabelled)
    return found


def soft_gain() -> float:
    """Points of accuracy that the teacher's answers to 100 images add to their labels."""
    return round(100 * _taught(100, 0).gain, 1)


def further_accuracy() -> float:
    """Accuracy of one that also learns the teacher's answers to 3,400 further images."""
    return float(_taught(100, 3400).now[2])


def gain_with_all() -> float:
    """Points of accuracy that soft targets add where every image has a label."""
    return round(100 * _taught(3500, 0).gain, 1)


def fastest_way() -> str:
    """Measure which variant answers fastest here: one of `fastest`."""
    *_, last = compression.in_a_row()
    if len(last.made) < 7 or not last.rounds:
        raise ValueError(last.warning or "Nothing could be measured. Try again.")
    return quickest(*(last.made[place] for place in (0, 1, 5, 6)))


def quickest(large: Variant, large8: Variant, small: Variant, small8: Variant) -> str:
    """Say which of four variants is the fastest: one of `fastest`."""
    first = min((large, large8, small, small8), key=lambda each: each.latency_s)
    pair = (small, small8) if first in (small, small8) else (large, large8)
    if pair[0].faster_than(pair[1]):
        return fastest[2 if pair[0] is small else 0]
    if pair[1].faster_than(pair[0]):
        return fastest[3 if pair[0] is small else 1]
    return fastest[4 if pair[0] is small else 5]


two_bits = Question(
    "“Our model runs with 2 bits for each weight and loses nothing.” What do you ask first?",
    (
        "How the scale was chosen, and how many values that leaves in use.",
        "With the same two bits the lab’s network is useless or quite good: the scale decides whether "
        "nearly all weights become 0.",
    ),
    {
        "Nothing: a quarter of 8 bits is a quarter of the accuracy, so it can’t be.": (
            "It doesn’t fall evenly. Move the lab from 8 bits to 5: nothing happens, and then nearly all "
            "at "
            "once."
        ),
        "Why not 1 bit, if 2 are free?": (
            "Look at both in the lab: which of them is better depends on the scale."
        ),
        "How many bits the training took.": (
            "All networks here were trained with many bits and rounded afterwards. What breaks them is how "
            "they are rounded."
        ),
    },
)

smaller_faster = Question(
    "A network’s file shrinks to a quarter in int8. How much sooner does the answer come?",
    (
        "Nobody knows before it is measured where it will run.",
        "The same step may make one network faster and another slower, on one and the same processor: "
        "look at yours in the lab.",
    ),
    {
        "Four times as soon: a quarter of the bytes.": (
            "So it would be if reading the weights were all. Run the tiny network in the lab, and look at "
            "the ratio."
        ),
        "As soon as before: a file’s size has nothing to do with time.": (
            "For a large network it may have: fewer bytes to fetch, and products of integers. Run the "
            "medium "
            "one in the lab."
        ),
        "Never later: integers are simpler than fractions.": (
            "They are; turning numbers into integers and back isn’t free. Run the tiny network in the lab."
        ),
    },
)

zero_weights = Question(
    "Nine in ten weights of a network were pruned. The file is as long as before. Why?",
    (
        "A 0 is written in as many bytes as any other number.",
        "The lab shows the file, the compressed file and the sparse format apart. Only what leaves zeros "
        "out is shorter.",
    ),
    {
        "The pruning went wrong: pruned weights are gone.": (
            "They are set to 0, and the table of weights keeps its shape. Count the weights that are not 0 "
            "in the lab."
        ),
        "The zeros are needed for the accuracy.": (
            "They add nothing to any sum. A format that leaves them out gives the same answers."
        ),
        "Files come in fixed sizes.": (
            "Removing whole neurons makes it shorter: choose that in the pruning lab."
        ),
    },
)

passed_on = Question(
    "A student learns from a teacher’s soft targets, on images that nobody has labelled. Where does what "
    "it "
    "knows come from?",
    (
        "From the labels that the teacher has learnt from, mistakes included.",
        "The teacher has seen 3,500 labels. What it gets wrong, it passes on as if it were right.",
    ),
    {
        "From nowhere: it shows that labels aren’t needed.": (
            "Somebody labelled the teacher’s images. The line under the lab’s picture says how many."
        ),
        "From the temperature, which makes the teacher’s answers better.": (
            "A temperature doesn’t change which answer is the largest, only how much the others show. Move "
            "it in the lab and look at the bars."
        ),
        "From its own size: a small network generalises better.": (
            "The same small network learns from labels beside it, and is far behind when there are few."
        ),
    },
)
