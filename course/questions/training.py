"""What lesson 01 asks: its guesses and its quiz; the exercises have modules of their own."""

from course import labelling, training
from course.marking import Question
from course.questions.descent import fast_rate, largest_rate, update
from course.questions.points import deeper, feature, neurons, on_points, on_spiral
from course.questions.spiral import settings

__all__ = [
    "broken", "changed", "deeper", "differing", "fast_rate", "fate", "fates", "feature",
    "largest_rate", "neurons", "on_points", "on_spiral", "one_weight", "settings", "somebody",
    "update", "which_number",
]  # fmt: skip

fates = [
    "It learns faster, and ends at least as well.",
    "It learns faster, but ends worse.",
    "It learns nothing.",
]


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
