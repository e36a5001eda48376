"""The pad of lesson 01: digits typed or clicked become labels, and nothing else does."""

import pytest

from widgets.lab import Lab
from widgets.labelling import LabelPad, labelling_lab


def pad_of(lab: Lab) -> LabelPad:
    pad = lab._panel.controls["your_labels"]
    assert isinstance(pad, LabelPad)
    return pad


def test_keys_and_buttons_label_and_the_result_follows() -> None:
    lab = labelling_lab()
    pad = pad_of(lab)
    pad.field.value = "98"
    pad.digits[4].click()
    assert pad.value == pad.field.value == "984"
    assert lab.result.labels.tolist() == [9, 8, 4]
    pad.back.click()
    assert lab.result.labels.tolist() == [9, 8]
    pad.field.value = "9"
    assert lab.settings["your_labels"] == "9"
    assert labelling_lab(start={"your_labels": "77"}).result.labels.tolist() == [7, 7]


@pytest.mark.parametrize(
    ("typed", "kept", "note"),
    [
        ("12", "12", "One key for each picture; Backspace corrects."),
        ("1x2", "12", "Only digits 0 to 9: “x” is left out."),
        ("1<", "1", "Only digits 0 to 9: “&lt;” is left out."),
        ("1٣", "1", "Only digits 0 to 9: “٣” is left out."),
        ("5" * 21, "5" * 20, "All 20 have a label; Backspace corrects."),
    ],
)
def test_what_is_no_label_is_left_out_and_said(typed: str, kept: str, note: str) -> None:
    lab = labelling_lab()
    pad = pad_of(lab)
    pad.field.value = typed
    assert pad.value == pad.field.value == lab.settings["your_labels"] == kept
    assert f">{note}</div>" in pad.note.value
    assert lab.refusal == ""


def test_a_button_too_many_is_said_and_another_label_forgets_it() -> None:
    pad = LabelPad(2)
    for number in (3, 4, 5):
        pad.digits[number].click()
    assert pad.value == "34"
    assert "All 2 have a label" in pad.note.value
    pad.back.click()
    pad.digits[5].click()
    assert pad.value == "35"
    assert "One key for each picture" in pad.note.value
