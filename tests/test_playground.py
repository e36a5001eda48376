"""All that TensorFlow Playground offers, and what goes beyond it: each feature, seen to work.

A row of a table moves one control of the training lab, and says what must then hold of the
result beside the result before, and which views of the picture must show it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from course.learning import ALL
from course.learnt import Learnt
from course.points import EDGE, FEATURES, SETS
from tests.labs import in_kernel, settle, show_everything
from widgets.lab import Lab
from widgets.marks import Sheet, Words
from widgets.output import GRID
from widgets.picture import HEIGHT
from widgets.training import PLACES, training_lab

pytestmark = pytest.mark.usefixtures("one_thread")
EPOCHS = 4
ALL_VIEWS = "graph output loss accuracy"
CURVES = "loss accuracy"
Holds = Callable[[Learnt, Learnt], Any]


@dataclass(frozen=True)
class Row:
    """A feature: the setting that is moved, what must hold now, and where it is seen."""

    feature: str
    setting: str
    value: Any
    holds: Holds
    seen: str = ALL_VIEWS
    unseen: str = ""
    start: tuple[tuple[str, Any], ...] = ()


def size(learnt: Learnt) -> float:
    return float(np.abs(learnt.network.parameters).sum())


def along(learnt: Learnt) -> Any:
    """Hidden values of the first layer at places along a diagonal."""
    line = np.linspace(-EDGE, EDGE, 41)
    return learnt.values(np.stack([line, line], axis=1))[1]


def steps(count: int) -> Holds:
    return lambda now, _: now.pace[0].startswith(f"{count} step")


def is_set(name: str) -> Holds:
    numeric = name in NUMERIC
    return lambda now, _: (
        (now.points.name, now.points.numeric) == (name, numeric)
        and (numeric or set(now.points.targets) == {0.0, 1.0})
    )


def is_told(*names: str) -> Holds:
    return lambda now, _: now.features == names and now.network.layer_sizes[0] == len(names)


def is_built(*sizes: int) -> Holds:
    return lambda now, _: now.network.layer_sizes == (2, *sizes, 1)


def same_weights(now: Learnt, before: Learnt) -> bool:
    return bool(np.array_equal(now.network.parameters, before.network.parameters))


def bent(values: Any) -> float:
    """How far values along a line are from straight."""
    return float(np.abs(np.diff(values, 2, axis=0)).max())


NUMERIC = {"plane", "multi-Gaussian"}
TABLE = [
    *(Row(f"data set: {name}", "dataset", name, is_set(name)) for name in SETS if name != "circle"),
    Row("data set: circle", "dataset", "circle", is_set("circle"), start=(("dataset", "spiral"),)),
    Row("training data: 10 %", "train_size", 0.1,
        lambda now, _: (len(now.points.train), len(now.points.test)) == (50, 450)),
    Row("training data: 90 %", "train_size", 0.9,
        lambda now, _: (len(now.points.train), len(now.points.test)) == (450, 50)),
    Row("noise: 50 %", "noise", 0.5,
        lambda now, before: 1 < np.abs(now.points.inputs - before.points.inputs).max() < 5),
    Row("noise: 5 %", "noise", 0.05,
        lambda now, before: 0.1 < np.abs(now.points.inputs - before.points.inputs).max() < 0.6),
    Row("batch size: 1", "batch_size", 1, steps(250)),
    Row("batch size: 30", "batch_size", 30, steps(9)),
    Row("batch size: full", "batch_size", ALL, steps(1)),
    *(Row(f"feature: {name}", "features", (name,), is_told(name)) for name in FEATURES),
    Row("feature: all", "features", tuple(FEATURES), is_told(*FEATURES)),
    *(Row(f"hidden layers: {n}", "hidden_layer_sizes", (3,) * n, is_built(*(3,) * n)) for n in range(7)),
    *(Row(f"neurons: {n}", "hidden_layer_sizes", (n,), is_built(n)) for n in range(1, 9)),
    Row("activation: ReLU", "activation", "relu",
        lambda now, _: along(now).min() == 0 and along(now).max() > 1),
    Row("activation: sigmoid", "activation", "sigmoid",
        lambda now, _: 0 < along(now).min() < along(now).max() < 1),
    Row("activation: linear", "activation", "linear",
        lambda now, _: bent(along(now)) < 1e-9 and along(now).min() < -1),
    Row("activation: tanh", "activation", "tanh",
        lambda now, _: bent(along(now)) > 1e-3 and -1 <= along(now).min() < 0 < along(now).max() <= 1,
        start=(("activation", "relu"),)),
    Row("learning rate: 0.00001", "learning_rate", 0.00001,
        lambda now, _: np.ptp(now.history[:, 0]) < 0.01, CURVES),
    Row("learning rate: 10", "learning_rate", 10.0, lambda now, before: size(now) > 4 * size(before)),
    Row("regularisation: L1", "penalty", "l1",
        lambda now, before: size(now) < size(before), "graph output", start=(("alpha", 0.01),)),
    Row("regularisation: L2", "penalty", "l2",
        lambda now, before: size(now) < size(before), "graph output", start=(("alpha", 0.01),)),
    Row("regularisation: none", "penalty", "none",
        lambda now, before: size(now) > size(before), "graph output",
        start=(("alpha", 0.01), ("penalty", "l2"))),
    Row("regularisation rate: 1", "alpha", 1.0,
        lambda now, before: size(now) < size(before), start=(("penalty", "l1"),)),
    Row("show test data", "show_test", True,
        lambda now, before: now.show_test and same_weights(now, before), "output", f"graph {CURVES}"),
    Row("discretise output", "discretise", True,
        lambda now, before: now.discretise and same_weights(now, before), "output", f"graph {CURVES}"),
    # Beyond the Playground
    Row("optimiser: momentum", "optimiser", "momentum",
        lambda now, before: now.history[-1, 0] < before.history[-1, 0]),
    Row("optimiser: Adam", "optimiser", "Adam",
        lambda now, before: now.history[-1, 0] < before.history[-1, 0]),
    Row("start weights: zero", "initialisation", "zero",
        lambda now, _: np.ptp(now.predict(now.points.inputs)) == 0),
    Row("start weights: too small", "initialisation", "too small",
        lambda now, before: size(now) < size(before) / 4),
    Row("start weights: too large", "initialisation", "too large",
        lambda now, before: size(now) > 4 * size(before)),
    Row("start weights: good", "initialisation", "good",
        lambda now, before: size(now) > size(before), start=(("initialisation", "zero"),)),
    Row("random starts: 5", "random_starts", 5,
        lambda now, before: len(now.others) == 4 and same_weights(now, before), "loss", "graph output"),
    Row("random starts: 10", "random_starts", 10, lambda now, _: len(now.others) == 9, "loss",
        "graph output"),
    Row("epochs: 10", "max_epochs", 10, lambda now, _: now.progress == EPOCHS / 10, CURVES, "graph output"),
    Row("points by hand", "edits", "0 0 orange; #3 1 1",
        lambda now, before: len(now.points.train) == 251 and same_weights(now, before), "output", "graph"),
]  # fmt: skip


def views_of(lab: Lab) -> dict[str, Any]:
    """The part of the picture that belongs to each view, as pixels."""
    picture = np.asarray(Image.open(BytesIO(lab._canvas.png())).convert("RGB")).astype(int)
    return {
        name: picture[max(len(picture) - bottom - height - 30, 0) : len(picture) - bottom, left:][:, :width]
        for name, (left, bottom, width, height) in PLACES.items()
    }


@cache
def trained(**start: Any) -> tuple[Learnt, dict[str, Any]]:
    lab = training_lab(start=start).advance(EPOCHS)
    return lab.result, views_of(lab)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.feature)
def test_what_the_playground_has_changes_result_and_picture(row: Row) -> None:
    before, was = trained(**dict(row.start))
    lab = training_lab(start=dict(row.start)).advance(EPOCHS)
    lab.control(row.setting).value = row.value
    if lab.result.epoch == 0:  # it began anew; else the setting was taken over on the way
        lab.advance(EPOCHS)
    assert (lab.error, lab.refusal) == (None, "")
    assert lab.settings[row.setting] == row.value
    assert row.holds(lab.result, before)
    now = views_of(lab)
    changed = {name for name in PLACES if np.abs(now[name] - was[name]).max() > 24}
    assert set(row.seen.split()) <= changed
    assert not set(row.unseen.split()) & changed


def test_the_table_moves_every_control_that_the_lab_has() -> None:
    elsewhere = {"table"}  # see test_training_lab
    assert {row.setting for row in TABLE} | elsewhere == set(training_lab()._panel.controls)
    assert HEIGHT <= 480


def test_regenerate_makes_other_points_and_another_start() -> None:
    lab = training_lab().advance(EPOCHS)
    before, was = lab.result, views_of(lab)
    assert lab._panel.seed is not None
    lab._panel.seed.click()
    lab.advance(EPOCHS)
    assert not np.array_equal(lab.result.points.inputs, before.points.inputs)
    assert not same_weights(lab.result, before)
    now = views_of(lab)
    assert all(np.abs(now[name] - was[name]).max() > 24 for name in ("graph", "output"))


def test_play_pause_step_and_reset_move_epochs_and_picture() -> None:
    async def play() -> None:
        lab = training_lab(speed=30.0)
        runner = lab._runner
        assert runner is not None
        start = views_of(lab)
        runner.run_button.click()
        await settle(0.4)
        show_everything(lab)
        runner.pause_button.click()
        await settle()
        ran = lab.result.epoch
        assert ran > 3
        runner.step_button.click()
        await settle()
        assert lab.result.epoch == ran + 1
        show_everything(lab)
        assert np.abs(views_of(lab)["loss"] - start["loss"]).max() > 24
        runner.reset_button.click()
        await settle()
        assert lab.result.epoch == 0
        assert all(np.array_equal(views_of(lab)[name], start[name]) for name in PLACES)
        lab.close()

    in_kernel(play)


def test_the_losses_that_are_shown_are_those_of_the_points() -> None:
    lab = training_lab(start={"dataset": "Gaussians", "noise": 0.5}).advance(20)
    learnt = lab.result
    for rows, column in ((learnt.points.train, 0), (learnt.points.test, 1)):
        said, truth = learnt.predict(learnt.points.inputs[rows]), learnt.points.targets[rows]
        loss = -np.mean(truth * np.log(said) + (1 - truth) * np.log(1 - said))
        np.testing.assert_allclose(learnt.history[-1, column], loss)
        assert learnt.history[-1, column + 2] == ((said > 0.5) == truth).mean()
    words = {each.text for each in lab._canvas.axes["loss"].findobj(Words)}
    assert f"train {learnt.history[-1, 0]:.2f}" in words


@pytest.mark.parametrize("name", sorted(NUMERIC))
def test_regression_is_measured_by_squared_error_and_explained_variance(name: str) -> None:
    lab = training_lab(start={"dataset": name}).advance(EPOCHS)
    learnt = lab.result
    said = learnt.predict(learnt.points.inputs[learnt.points.test])
    truth = learnt.points.targets[learnt.points.test]
    np.testing.assert_allclose(learnt.history[-1, 1], np.mean((said - truth) ** 2) / 2)
    np.testing.assert_allclose(learnt.history[-1, 3], 1 - np.mean((said - truth) ** 2) / truth.var())
    titles = [lab._canvas.axes[view].get_title(loc="left") for view in ("loss", "accuracy")]
    assert titles == ["Loss (half squared error)", "Explained variance, R²"]


def test_a_small_picture_shows_where_its_neuron_answers_more() -> None:
    lab = training_lab().advance(30)
    (sheet,) = lab._canvas.axes["graph"].findobj(Sheet)
    side = len(sheet.pictures[0][0])
    at = np.arange(side)[2:-2] * GRID // side
    line = -EDGE + 2 * EDGE / GRID * (at + 0.5)
    places = np.array([(x, y) for y in -line for x in line])
    values = lab.result.values(places)
    hidden = np.concatenate([values[1].T, values[2].T])
    for said, (pixels, _) in zip(hidden, sheet.pictures[2:], strict=True):
        shades = pixels.astype(int)[2:-2, 2:-2].reshape((side - 4) ** 2, -1)  # within its frame
        bluer = shades[:, 2] - shades[:, 0]
        assert all(bluer[said > 0.4] > 0)
        assert all(bluer[said < -0.4] < 0)


def test_two_colours_are_two_colours() -> None:
    lab = training_lab(start={"discretise": True}).advance(30)
    surface, _ = lab._canvas.axes["output"].findobj(Sheet)
    (pixels, _), *_ = surface.pictures
    colours = {tuple(each) for each in pixels.reshape(-1, 4)}
    assert len(colours) == 3  # and the border


def test_controls_can_be_hidden_from_a_class_one_by_one() -> None:
    for setting in training_lab()._panel.controls:
        lab = training_lab(without=[setting])
        assert setting not in lab._panel.controls
        assert lab.advance(1).result.epoch == 1
    assert not [each for each in lab._canvas.axes["graph"].findobj(Words) if each.text == "off"]
