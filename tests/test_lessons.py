"""What every lesson asks, and that its page gives nothing away."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.test_notebooks import NOTEBOOKS, ROOT, code_cells, texts
from widgets.notebooks import read

LESSONS = [path for path in NOTEBOOKS if path.parent.name == "notebooks" and not path.stem.startswith("00")]
SOLVED = {path.stem: path for path in NOTEBOOKS if path.parent.name == "solutions"}
ASKED = re.compile(r"(Prediction|Quiz|Exercise)\((['\"].*?['\"]): (.*)\)$", re.S)
UNTRIED = "There is no answer yet"
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def asked(path: Path, kind: str) -> dict[str, str]:
    """What a page asks of a kind, and the state in which it was saved."""
    found = [match.groups() for text in texts(read(path)) if (match := ASKED.match(text))]
    return {name: state for what, name, state in found if what == kind}


@every_lesson
def test_a_lesson_asks_for_guesses_answers_and_work(path: Path) -> None:
    assert len(asked(path, "Prediction")) >= 5
    assert len(asked(path, "Quiz")) >= 3
    assert len(asked(path, "Exercise")) >= 2


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_page_is_saved_before_anything_is_answered(path: Path) -> None:
    assert set(asked(path, "Quiz").values()) <= {"open"}


@every_lesson
def test_each_exercise_starts_unsolved_and_is_solved_on_its_own_page(path: Path) -> None:
    starts, ends = asked(path, "Exercise"), asked(SOLVED[path.stem], "Exercise")
    assert starts.keys() == ends.keys()
    assert all(state == "not checked yet" or state.startswith(UNTRIED) for state in starts.values())
    assert all(state.startswith("✓ ") for state in ends.values())


@every_lesson
def test_a_page_gives_no_answer_away(path: Path) -> None:
    """Neither an option's explanation nor a hint nor the words of a right answer stand in the file."""
    from importlib import import_module

    from course.marking import Question, Task

    content = path.read_text("utf-8")
    topic = path.stem.partition("_")[2]
    for found in vars(import_module(f"course.questions.{topic}")).values():
        secrets: list[str] = []
        if isinstance(found, Question):
            secrets = [found.answer[1], *found.wrong.values()]
        if isinstance(found, Task):
            secrets = [*found.hints]
        assert not [secret for secret in secrets if secret in content]


@every_lesson
def test_what_is_explained_is_folded_away_until_it_has_been_seen(path: Path) -> None:
    explained = [cell["source"] for cell in read(path)["cells"] if "Why?" in cell["source"]]
    assert explained
    assert all("<details>" in source and "</details>" in source for source in explained)


def test_every_lesson_has_its_questions() -> None:
    for path in LESSONS:
        assert (ROOT / "course" / "questions" / f"{path.stem.partition('_')[2]}.py").exists()


def test_what_a_page_shows_without_a_kernel_is_the_question() -> None:
    for path in LESSONS:
        for cell in code_cells(read(path)):
            data: dict[str, Any] = next((o["data"] for o in cell["outputs"] if "data" in o), {})
            if ASKED.match(data.get("text/plain", "")):
                assert "<strong>" in "".join(data["text/html"])
