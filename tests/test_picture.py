"""What a learner looks at, and a pointer on it."""

import base64
import io
from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.axes import Axes
from PIL import Image

from tests.examples import Fit, curve, errors, fit, fit_lab
from tests.labs import point
from widgets.lab import Lab
from widgets.picture import show


def test_views_of_the_same_name_are_refused() -> None:
    with pytest.raises(ValueError, match="views must have different names, got curve, curve"):
        Lab(fit, curve, curve, degree=(0, 3))


def test_a_drag_sets_what_it_maps_to_clipped_to_its_range() -> None:
    lab = fit_lab(drag={curve: lambda x, y: {"noise": abs(y), "degree": 3.4}})

    box = lab._canvas.axes["curve"].bbox
    size = lab._canvas.figure.bbox
    middle = (box.x0 + box.x1) / 2 / size.width
    three_quarters = 1 - (box.y0 + 0.625 * box.height) / size.height
    point(lab, "down", middle, three_quarters)
    assert lab.settings["noise"] == pytest.approx(0.5, abs=0.01)
    assert lab.settings["degree"] == 3
    point(lab, "move", middle, -3.0)
    assert lab.settings["noise"] == 1.0
    point(lab, "up", middle, three_quarters)
    point(lab, "move", 2.0, 2.0)
    assert lab.settings["noise"] == pytest.approx(0.5, abs=0.01)


def test_the_saved_picture_carries_the_sentence_and_the_text_is_the_repr() -> None:
    lab = fit_lab()
    bundle = lab._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert (
        bundle["text/plain"] == repr(lab) == f"Lab(fit, degree=3, noise=0.3, random_state=0): {lab.result}"
    )
    kept = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))
    live = Image.open(io.BytesIO(base64.b64decode(lab._picture.source.split(",")[1])))
    assert kept.width == live.width == 834
    assert kept.height > live.height
    assert np.ptp(np.asarray(kept)[live.height :]) > 200


def test_show_draws_a_result_as_a_lab_does() -> None:
    result = fit()
    shown = show(result, curve, errors)
    bundle = shown._repr_mimebundle_()
    assert bundle["text/plain"] == repr(shown) == str(result)
    assert bundle["image/png"] == fit_lab()._repr_mimebundle_()["image/png"]
    assert shown.widget.children[0].alt == str(result)


def test_the_picture_is_drawn_at_the_pixel_ratio_and_in_the_room_of_the_page() -> None:
    lab = fit_lab()
    lab._picture.room, lab._picture.ratio = 1100, 2.0
    image = Image.open(io.BytesIO(base64.b64decode(lab._picture.source.split(",")[1])))
    assert image.width == 1668
    lab._picture.room, lab._picture.ratio = 417, 1.0
    image = Image.open(io.BytesIO(base64.b64decode(lab._picture.source.split(",")[1])))
    assert image.width == 417


def test_an_updater_that_returns_false_gets_its_view_called_again() -> None:
    calls: list[int] = []

    def view(axes: Axes, result: Fit) -> Callable[[Fit], bool]:
        calls.append(result.curve.degree())
        return lambda new: new.curve.degree() == calls[-1]

    lab = Lab(fit, view, degree=(0, 9))
    lab._panel.controls["degree"].value = 5
    assert calls == [3, 5]


def test_a_drag_moves_nothing_that_is_fixed_and_names_what_is_unknown() -> None:
    for moved, kind in (({"noise": 0.9}, type(None)), ({"nose": 0.9}, TypeError)):
        lab = fit_lab(drag={curve: lambda x, y, moved=moved: moved}, fixed={"noise": 0.1})
        point(lab, "down", 0.25, 0.5)
        assert isinstance(lab.error, kind)
        assert lab.settings["noise"] == 0.1
    assert str(lab.error) == "the computation has no argument nose"
