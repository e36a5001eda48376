"""A question and tasks on which the cards are tried, and what answers them."""

from collections.abc import Iterator
from typing import Any

from course.marking import Question, Task, check_number
from widgets.controls import Range
from widgets.predictions import Prediction
from widgets.teaching import predict

QUESTION = Question("Which?", ("this", "Because."), {"that": "No, since.", "other": "Neither."})
TASK = Task("How much?", lambda answer: check_number(answer, 0.5, because="A half."), ("One.", "Two."))
CODE = Task("Write it.", TASK.check, (), code=True)


class Answers:
    """An answer that counts how often it is asked for."""

    def __init__(self, *answers: Any) -> None:
        self.answers: Iterator[Any] = iter(answers)
        self.asked = 0

    def __call__(self) -> Any:
        self.asked += 1
        return next(self.answers)


SHARE = Range(0.0, 1.0, unit="%")


def ask(answer: Any, spec: Any = SHARE, **options: Any) -> Prediction:
    return predict("key", "How many?", spec, answer, **options)


def commit(prediction: Prediction, value: Any) -> None:
    prediction.control.value = value
    prediction.commit_button.click()


def visible(part: Any) -> bool:
    return part.layout.display is None
