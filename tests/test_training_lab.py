"""The training lab: what is drawn, what is moved by hand, tables, and what is passed on.

That each control changes result and picture is tried in `test_playground`.
"""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from course.learnt import Learnt
from tests.labs import point
from widgets.marks import Sheet, Words
from widgets.training import training_lab

pytestmark = pytest.mark.usefixtures("one_thread")


def size(learnt: Learnt) -> float:
    return float(np.abs(learnt.network.parameters).sum())


def test_a_stronger_penalty_makes_smaller_weights() -> None:
    sizes = [
        size(training_lab(start={"penalty": penalty, "alpha": alpha}).advance(20).result)
        for penalty in ("l1", "l2")
        for alpha in (0.001, 0.1)
    ]
    assert sizes[0] > sizes[1]
    assert sizes[2] > sizes[3]
    lab = training_lab()
    assert lab.control("alpha").layout.display == "none"
    lab.control("penalty").value = "l2"
    assert lab.control("alpha").layout.display is None


def test_the_picture_has_a_tile_for_each_feature_and_neuron_and_says_which_are_off() -> None:
    lab = training_lab(start={"initialisation": "zero", "hidden_layer_sizes": (8, 3)})
    axes = lab._canvas.axes["graph"]
    (sheet,) = axes.findobj(Sheet)
    assert len(sheet.pictures) == 2 + 8 + 3
    assert [words.text for words in axes.findobj(Words)].count("off") == 11
    lines = [each for each in axes.collections if each.get_visible()]
    assert lines == []


def test_what_is_drawn_of_the_weights_is_the_weights() -> None:
    lab = training_lab().advance(30)
    weights = np.concatenate([each.ravel() for each, _ in lab.result.network.layers])
    blue, orange = lab._canvas.axes["graph"].collections
    for lines, sizes in ((blue, weights), (orange, -weights)):
        drawn = np.asarray(lines.get_linewidth())
        np.testing.assert_allclose(drawn, 0.8 + 1.6 * np.minimum(sizes[sizes > 0.08], 3.5))


def test_a_point_is_added_by_a_click_and_moved_by_a_drag_while_training_goes_on() -> None:
    lab = training_lab().advance(10)
    axes = lab._canvas.axes["output"]

    def at(kind: str, x: float, y: float) -> None:
        across, up = axes.transData.transform((x, y)) / lab._canvas.figure.bbox.size
        point(lab, kind, across, 1 - up)

    at("down", -5.9, 5.9)
    at("move", -5.5, 5.5)
    at("up", -5.5, 5.5)
    assert lab.settings["edits"] == "-5.50 5.50 blue"
    assert len(lab.result.points.train) == 251
    assert lab.result.epoch == 10
    place = lab.result.points.inputs[lab.result.points.train[0]]
    at("down", *place)
    at("up", *place)  # a click beside a point adds another
    assert len(lab.result.points.train) == 252
    at("down", *place)
    at("move", 0.0, 0.0)
    assert lab.settings["edits"].endswith(f"; #{lab.result.points.train[0]} 0.00 0.00")
    assert lab.advance(1).result.epoch == 11


def test_points_written_wrongly_are_said_and_nothing_is_lost() -> None:
    lab = training_lab().advance(10)
    lab.control("edits").value = "1 1 red"
    assert "Points by hand must be parts such as" in lab.refusal
    assert lab.result.epoch == 10
    lab.control("edits").value = "1 1 blue"
    assert (lab.refusal, lab.result.epoch) == ("", 10)


def test_no_feature_is_refused_and_a_feature_brings_the_picture_back() -> None:
    lab = training_lab()
    lab.control("features").value = ()
    assert lab.refusal.startswith("Features must be one or more of x₁")
    lab.control("features").value = ("x₂",)
    assert lab.result.network.layer_sizes == (1, 4, 2, 1)


def test_a_table_of_ones_own_is_learnt_and_its_columns_can_be_chosen() -> None:
    frame = pd.DataFrame(
        {"a": range(60), "b": [n % 7 for n in range(60)], "c": [n % 11 for n in range(60)]}
    )
    frame["kind"] = ["low" if n < 30 else "high" for n in range(60)]
    lab = training_lab(table=frame, columns=("c", "a"), target="kind", start={"train_size": 0.7})
    assert lab.settings["dataset"] == "table"
    assert lab.result.points.columns == ("c", "a")
    assert lab.advance(60).result.history[-1, 3] > 0.9
    lab.control("table").across.value = "b"
    assert lab.result.points.columns == ("b", "a")
    axes = lab._canvas.axes["output"]
    assert axes.get_xlabel() == "b →, a ↑"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "6"]
    assert all(len(sheet.pictures) == 1 for sheet in axes.findobj(Sheet))
    assert axes.get_title(loc="left") == "● low  ▲ high"
    lab.control("table").positive.value = "high"
    assert axes.get_title(loc="left") == "● high  ▲ low"
    lab.control("dataset").value = "circle"
    assert lab.result.points.name == "circle"


def test_a_pasted_table_is_read_and_one_that_can_not_be_is_said_beside_it() -> None:
    lab = training_lab(start={"dataset": "table"})
    pad = lab.control("table")
    assert lab.result.points.name == "Breast cancer"
    pad.source.value = "paste text"
    pad.text.value = "no table"
    assert 'role="alert"' in pad.note.value
    assert lab.result.points.name == "Breast cancer"
    rows = "\n".join(f"{n},5;{n % 4};{'ab'[n % 2]}" for n in range(30))
    pad.text.value = f"height;width;kind\n{rows}"
    assert lab.result.points.name == "Your table"
    assert lab.result.points.spans[0] == (0.5, 29.5)
    assert "30 rows, 3 columns" in pad.note.value


def test_a_line_makes_the_same_lab_again() -> None:
    lab = training_lab(start={"dataset": "spiral", "hidden_layer_sizes": (8, 8), "edits": "1 1 blue"})
    assert lab._share is not None
    written = lab._share._write()
    again = eval(written, {"training_lab": training_lab})
    assert written.startswith("training_lab(start={'dataset': 'spiral', 'hidden_layer_sizes': (8, 8)")
    assert again.settings == lab.settings
    assert training_lab()._share._write() == "training_lab()"  # type: ignore[union-attr]


def test_the_trained_network_answers_in_the_next_cell_and_the_picture_is_saved(tmp_path: Any) -> None:
    lab = training_lab(start={"features": ("x₁²", "x₂²")}).advance(100)
    inside, outside = lab.result.predict([[0, 0], [0, 4.5]])
    assert inside > 0.9 > 0.1 > outside
    lab.save(tmp_path / "circle.png")
    assert (tmp_path / "circle.png").read_bytes().startswith(b"\x89PNG")


def test_controls_can_be_taken_away_from_a_class() -> None:
    lab = training_lab(fixed={"dataset": "spiral"}, without=["noise", "edits", "table", "penalty"])
    assert not {"dataset", "noise", "edits", "table", "penalty"} & set(lab._panel.controls)
    assert lab.result.points.name == "spiral"


def test_a_loss_that_climbs_stays_in_the_picture() -> None:
    start = {"dataset": "spiral", "activation": "relu", "learning_rate": 0.1, "train_size": 0.1}
    lab = training_lab(start={**start, "hidden_layer_sizes": (8, 8, 8)}).advance(300)
    assert lab.result.history[-10:, 1].min() > 0.8
    top = lab._canvas.axes["loss"].get_ylim()[1]
    assert np.median(lab.result.history[-10:, 1]) <= top <= 8 * lab.result.history[-1, 1]
    lab._panel.restore()
    assert lab._canvas.axes["loss"].get_ylim()[1] == 0.8
    assert lab.result.epoch == 0


def test_a_network_of_zeros_is_told_what_it_lacks() -> None:
    lab = training_lab(start={"initialisation": "zero"}).advance(5)
    assert lab.result.warning.endswith("only start weights that differ can tell them apart.")
