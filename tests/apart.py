"""Whether the words of a picture keep apart, and inside it."""

from typing import Any

from widgets.marks import Words


def assert_apart(lab: Any) -> None:
    """No text leaves the figure, and none meets another."""
    figure = lab._canvas.figure
    renderer = lab._canvas.canvas.get_renderer()
    boxes = []
    for axes in figure.axes:
        texts = [axes.title, axes._left_title, axes.xaxis.label, *axes.texts]
        if axes.axison:
            texts += [*axes.get_xticklabels(), *axes.get_yticklabels()]
        texts += axes.findobj(Words)
        for text in texts:
            said = text.text if isinstance(text, Words) else text.get_text()
            if said:
                boxes.append((said, text.get_window_extent(renderer)))
    for said, box in boxes:
        assert box.x0 >= 0, said
        assert box.x1 <= figure.bbox.width, said
        assert 0 <= box.y0 <= box.y1 <= figure.bbox.height, said
    for place, (said, box) in enumerate(boxes):
        for other, beside in boxes[place + 1 :]:
            assert not box.padded(-2).overlaps(beside.padded(-2)), (said, other)
