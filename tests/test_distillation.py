"""Distillation: over ten seeds, where it helps and where it hardly does; and the lab."""

from functools import cache
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pytest

from course.calibration import tempered
from course.confidence import scores
from course.distillation import (
    EVERY,
    MOST,
    SHOWN,
    STARTS,
    STEPS,
    Distillation,
    distillation,
)
from course.threads import one_thread
from course.trained import examples, trained
from tests.apart import assert_apart
from widgets.distillation import distillation_lab
from widgets.lab import Lab
from widgets.marks import Tiles, Words

POINTS = STEPS // EVERY + 1


def last(**settings: Any) -> Distillation:
    with one_thread():
        *_, end = distillation(**settings)
    return end


@cache
def ends(**settings: Any) -> Any:
    """Accuracy at the end, shape (10 random starts, students)."""
    both = [last(**settings, random_state=seed).finished[:, :, -1] for seed in range(2)]
    return np.concatenate(both)


def test_from_100_images_soft_targets_beat_labels_in_ten_random_starts() -> None:
    """8 hidden neurons: .67 by labels, .77 by soft targets of the same images."""
    hard, soft, _ = ends(unlabelled=3400).T
    assert len(hard) == 10
    assert (soft > hard).all()
    assert 0.05 < (soft - hard).mean() < 0.15
    assert 0.6 < hard.mean() < 0.72


def test_further_images_that_the_teacher_answers_help_more_in_ten_random_starts() -> None:
    """3,400 of them: .88, as good as all labels (.87)."""
    hard, soft, more = ends(unlabelled=3400).T
    assert (more - soft > 0.03).all()
    assert 0.15 < (more - hard).mean() < 0.27
    assert abs(more.mean() - ends(labelled=MOST)[:, 0].mean()) < 0.03


def test_softness_helps_on_few_images_and_not_on_many_over_ten_random_starts() -> None:
    """At temperature 1 the answers to 100 images bring little more than labels, those to 3,500 as much."""
    hard, soft, more = ends(unlabelled=3400, temperature=1.0).T
    assert abs((soft - hard).mean()) < 0.03
    assert more.mean() > ends(unlabelled=3400)[:, 2].mean() - 0.01


def test_with_all_labels_soft_targets_hardly_help_in_ten_random_starts() -> None:
    """.87 by labels, .88 by soft targets, and in four of ten starts no better."""
    hard, soft = ends(labelled=MOST).T
    assert -0.01 < (soft - hard).mean() < 0.025
    assert np.median(abs(soft - hard)) < 0.015
    assert (soft <= hard).sum() >= 1


def test_the_students_differ_by_what_they_are_told_alone() -> None:
    """Without weight on soft targets, the student by soft targets is the one by labels."""
    found = next(islice(distillation(soft_weight=0), 3, None))
    assert found.histories[0].shape == (2, 4)
    assert np.array_equal(*found.histories[0])


def test_starts_follow_one_another_and_the_middle_is_that_of_the_finished_ones() -> None:
    with one_thread():
        run = [*islice(distillation(random_state=3), 2 * POINTS + 1)]
    shapes = [tuple(each.shape[1] for each in result.histories) for result in run]
    assert shapes[: POINTS + 1] == [*((n,) for n in range(1, POINTS + 1)), (POINTS, 2)]
    assert shapes[-1] == (POINTS, POINTS, 3)
    assert run[5].now.tolist() == run[5].histories[0][:, -1].tolist()
    assert run[5].gain == 0
    halfway = run[-1]
    done = np.array(halfway.histories[:2])[:, :, -1]
    np.testing.assert_allclose(halfway.now, done.mean(axis=0))
    assert halfway.gain == pytest.approx((done[:, 1] - done[:, 0]).mean())
    assert halfway.stage == "start 3 of 5"
    assert halfway.progress == pytest.approx((2 * (POINTS - 1) + 2) / (STARTS * (POINTS - 1)))
    assert all(one.progress < other.progress for one, other in pairwise(run))


def test_a_seed_brings_other_images_and_starts() -> None:
    one, other = (next(distillation(random_state=seed)) for seed in range(2))
    assert not np.array_equal(one.shown[0].images, other.shown[0].images)
    assert not np.array_equal(one.student.parameters, other.student.parameters)


def test_the_teacher_is_asked_about_the_image_that_is_shown() -> None:
    teacher = trained(data="MNIST", hidden_layer_sizes=(128,))
    for digit in range(10):
        asked = next(distillation(digit=digit, temperature=5.0)).asked
        sums = scores(teacher, [asked.image])
        np.testing.assert_allclose(asked.soft, tempered(scores=sums, temperature=5)[0], atol=1e-9)
        np.testing.assert_allclose(asked.plain, tempered(scores=sums)[0], atol=1e-9)
        assert asked.plain.argmax() == digit != asked.second
        assert 0.9 < asked.plain[digit] < 0.99, "rather sure, and not quite"


def test_further_images_are_fewer_where_no_more_are_left() -> None:
    assert next(distillation(labelled=3000, unlabelled=3400)).further == 500
    everything = next(distillation(labelled=MOST, unlabelled=1000))
    assert everything.further == 0
    assert len(everything.histories[0]) == 2


def test_half_of_the_images_shown_are_further_ones_with_the_teacher_s_answers() -> None:
    labelled, answered = next(distillation(unlabelled=1000)).shown
    seen, teacher = examples(data="MNIST"), trained(data="MNIST", hidden_layer_sizes=(128,))
    assert len(labelled.said) == len(answered.said) == SHOWN // 2
    assert answered.said.tolist() == scores(teacher, answered.images).argmax(axis=1).tolist()
    rows = [int((seen.inputs == image).all(axis=1).argmax()) for image in labelled.images]
    assert labelled.said.tolist() == seen.targets[rows].tolist()


def test_the_sentences_say_who_learns_from_what_and_who_is_right() -> None:
    first = next(distillation(unlabelled=1000, digit=8))
    assert str(first) == (
        "Press Run (draw 0): 8 hidden neurons, 100 labels; one learns from these, one from the teacher’s "
        "answers (T = 3, weight 90 %), and from those to 1,000 further images. "
        "Of its softened answer to this 8, "
        f"{100 * first.asked.soft[first.asked.second]:.0f} % say {first.asked.second}."
    )
    histories = np.full((STARTS, 2, POINTS), 0.66)
    histories[:, 1] = 0.77
    teacher = f"teacher {first.teacher_accuracy:.0%}".replace("%", " %")
    end = Distillation(**{**vars(first), "further": 0, "histories": tuple(histories)})
    assert str(end).startswith(
        "8 hidden neurons, 100 labels: 66 % right by labels, by soft targets (T = 3, weight 90 %) 77 %; "
        f"{teacher}. Of its softened answer to this 8, "
    )
    histories[:, 1] = 0.665
    assert "(T = 3, weight 90 %) much the same: 66 %; " in str(end)
    assert end.conditions == (
        "Each student takes 1,000 steps of 20 images; 1,500 test images; middle, lowest and highest of "
        "5 random starts. The teacher (128 hidden neurons) has learnt from 3,500 labels."
    )


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"student_neurons": 512}, "student_neurons must be at most the teacher’s 128, got 512"),
        ({"temperature": 0.0}, "temperature must be positive, got 0.0"),
        ({"soft_weight": 1.1}, "soft_weight must be a number from 0 to 1, got 1.1"),
        ({"labelled": 9}, "labelled must be a whole number from 10 to 3500, got 9"),
        ({"unlabelled": -1}, "unlabelled must be a whole number from 0 to 3500, got -1"),
        ({"digit": 10}, "digit must be a whole number from 0 to 9, got 10"),
        ({"teacher_neurons": 0}, "teacher_neurons must be a whole number from 1 to 512, got 0"),
    ],
)
def test_what_can_not_be_taught_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        next(distillation(**bad))
    assert str(refusal.value) == message


def drawn(lab: Lab, view: str) -> Any:
    return lab._canvas.axes[view]


def texts(lab: Lab, view: str) -> list[str]:
    return [words.text for words in drawn(lab, view).findobj(Words) if words.text]


def test_lines_are_the_accuracies_and_are_named_at_their_end() -> None:
    lab = distillation_lab(start={"unlabelled": 3400})
    lab.advance(10)
    result = lab.result
    teacher, *lines = drawn(lab, "learnt").lines
    assert teacher.get_ydata() == [result.teacher_accuracy] * 2
    for number in range(3):
        _, line, end = lines[3 * number : 3 * number + 3]
        np.testing.assert_allclose(line.get_data(), (result.steps[:11], result.histories[0][number]))
        assert end.get_ydata()[0] == result.now[number]
    said = [f"{share:.0%}".replace("%", " %") for share in (*result.now, result.teacher_accuracy)]
    names = ("labels", "soft", "soft + more", "teacher")
    assert texts(lab, "learnt") == [f"{name} {share}" for name, share in zip(names, said, strict=True)]


def test_bands_reach_from_the_lowest_to_the_highest_of_the_starts_that_are_finished() -> None:
    lab = distillation_lab()
    lab.advance(2 * POINTS + 5)
    result, axes = lab.result, drawn(lab, "learnt")
    assert [band.get_visible() for band in axes.patches] == [True, True, False]
    for number in range(2):
        edge = axes.patches[number].get_xy()[:-1, 1]
        low, high = (end(result.finished[:, number], axis=0) for end in (np.min, np.max))
        np.testing.assert_allclose(edge, [*low, *high[::-1]])
        thin, line, _ = axes.lines[1 + 3 * number : 4 + 3 * number]
        np.testing.assert_allclose(thin.get_ydata(), result.histories[-1][number])
        np.testing.assert_allclose(line.get_ydata(), np.median(result.finished[:, number], axis=0))


def test_bars_are_the_label_the_answer_and_the_softened_answer() -> None:
    lab = distillation_lab(start={"digit": 7, "temperature": 10.0})
    asked = lab.result.asked
    for view, shares in (("label", np.eye(10)[7]), ("sharp", asked.plain), ("softer", asked.soft)):
        np.testing.assert_allclose([bar.get_height() for bar in drawn(lab, view).patches], shares)
    assert texts(lab, "label") == []
    assert texts(lab, "softer") == [f"{asked.soft[asked.second]:.0%}".replace("%", " %")]
    assert drawn(lab, "softer").get_title(loc="left") == "Soft 90 %, T = 10"


def test_images_stand_over_their_labels_and_sizes_beside_them() -> None:
    lab = distillation_lab(start={"unlabelled": 1000})
    (tiles,) = drawn(lab, "learns_from").findobj(Tiles)
    assert len(tiles.colours) == SHOWN
    assert texts(lab, "learns_from") == [str(said) for each in lab.result.shown for said in each.said]
    assert drawn(lab, "learns_from").get_title(loc="left") == "Learns from 100 labels, 1,000 answers"
    assert texts(lab, "sizes") == ["teacher 101,770", "student 6,370", "smaller"]
    assert [each.get_text() for each in drawn(lab, "sizes").texts] == ["16×"]
    lab.control("student_neurons").value = 128
    assert texts(lab, "sizes") == ["teacher 101,770", "student 101,770", "as large"]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("temperature", 20.0),
        ("soft_weight", 0.0),
        ("labelled", 1000),
        ("unlabelled", 3400),
        ("student_neurons", 2),
        ("digit", 0),
    ],
)
def test_each_control_moves_the_sentence_and_the_picture(setting: str, value: Any) -> None:
    lab = distillation_lab()
    lab.advance(1)
    before = str(lab.result), lab._picture.source
    lab.control(setting).value = value
    lab.advance(1)
    assert str(lab.result) != before[0]
    assert lab._picture.source != before[1]


def test_a_student_larger_than_its_teacher_is_refused_and_a_smaller_one_brings_the_picture_back() -> None:
    lab = distillation_lab()
    lab.control("student_neurons").value = 256
    assert lab.result is None
    assert lab.refusal == "Student’s neurons must be at most the teacher’s 128, got 256"
    lab.control("student_neurons").value = 32
    assert str(lab.result).startswith("Press Run (draw 0): 32 hidden neurons, ")


@pytest.mark.parametrize("digit", [1, 8])
@pytest.mark.parametrize(
    "start",
    [
        {"labelled": 3500, "student_neurons": 2},
        {"unlabelled": 3400, "temperature": 20.0},
        {"labelled": 10, "unlabelled": 1000, "student_neurons": 128, "temperature": 1.0},
    ],
)
def test_no_text_leaves_the_picture_or_meets_another(start: dict[str, Any], digit: int) -> None:
    lab = distillation_lab(start={**start, "digit": digit})
    assert_apart(lab)
    lab.advance(3)
    assert_apart(lab)
    assert len(str(lab.result)) <= 190
