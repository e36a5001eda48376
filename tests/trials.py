"""A question and tasks on which the cards are tried."""

from course.marking import Question, Task, check_number

QUESTION = Question("Which?", ("this", "Because."), {"that": "No, since.", "other": "Neither."})
TASK = Task("How much?", lambda answer: check_number(answer, 0.5, because="A half."), ("One.", "Two."))
CODE = Task("Write it.", TASK.check, (), code=True)
