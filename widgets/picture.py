"""What a learner looks at: views drawn into one persistent figure, shown as a picture."""

import base64
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import anywidget
import ipywidgets as ipw
import matplotlib
import traitlets
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import AutoLocator, MaxNLocator
from PIL import Image

from widgets import marks, style
from widgets.guesses import Guess
from widgets.page import Page

Update = Callable[[Any], object]
View = Callable[[Axes, Any], Update | None]
Layout = Sequence[Sequence[str]] | Mapping[str, tuple[int, int, int, int]]
WIDTH, HEIGHT = 834, 470  # CSS pixels
JPEG = b"\xff\xd8"
UNSEEN = 4  # pictures that may be under way to the page


class Picture(anywidget.AnyWidget):
    """An image in the page, with a sentence that stands for it.

    It reports its room in CSS pixels, the display's pixel ratio, the last frame that is
    on the screen, and the last events of a pointer, each with its place as fractions of
    the picture's width and height and with a number that grows.
    """

    _esm = Path(__file__).with_name("picture.js").read_text("utf-8")  # as a path it holds every instance
    source = traitlets.Unicode("").tag(sync=True)
    alt = traitlets.Unicode("").tag(sync=True)
    width = traitlets.Int(WIDTH).tag(sync=True)
    height = traitlets.Int(HEIGHT).tag(sync=True)
    frame = traitlets.Int(0).tag(sync=True)
    shown = traitlets.Int(0).tag(sync=True, echo_update=False)
    room = traitlets.Int(0).tag(sync=True, echo_update=False)
    ratio = traitlets.Float(1.0).tag(sync=True, echo_update=False)
    draggable = traitlets.Bool(False).tag(sync=True)
    pointer = traitlets.List(traitlets.Dict(), []).tag(sync=True, echo_update=False)

    @property
    def behind(self) -> bool:
        """Whether the page has still to show as many pictures as may be under way."""
        return self.frame - self.shown >= UNSEEN

    @property
    def scale(self) -> float:
        """Screen pixels for each CSS pixel of the full width, in the room that there is."""
        return self.ratio * min(1.0, (self.room or WIDTH) / WIDTH)

    def send(self, image: bytes, alt: str) -> None:
        """Show these bytes, in one message; none at all leave the place empty."""
        kind = "jpeg" if image.startswith(JPEG) else "png"
        with self.hold_sync():
            self.source = f"data:image/{kind};base64,{base64.b64encode(image).decode()}" if image else ""
            self.alt = alt
            self.frame += 1

    def keep(self, png: bytes, name: str) -> None:
        """Let the page save a picture as a file."""
        model: Any = super()
        model.send({"name": name, "source": f"data:image/png;base64,{base64.b64encode(png).decode()}"})


class Canvas:
    """Views side by side in one figure, each redrawn as cheaply as it allows.

    A view is a function of axes and a result. If it returns a function, that one updates
    the axes from then on; if it returns none, or the updater returns `False`, the axes are
    cleared and the view is called again. Artists made with `animated=True` are drawn over
    a stored background.

    Parameters
    ----------
    views : functions of different names
    layout : rows of view names, as `subplot_mosaic` takes them; default: one row. Or for each
        name the left, lower, width and height of its axes, in CSS pixels
    widths, heights : of the layout's columns and rows, in proportion; default: all alike
    """

    def __init__(
        self,
        views: Sequence[View],
        layout: Layout | None = None,
        height: int = HEIGHT,
        widths: Sequence[float] | None = None,
        heights: Sequence[float] | None = None,
    ) -> None:
        names = [view_name(view) for view in views]
        if len(set(names)) < len(names):
            raise ValueError(f"views must have different names, got {', '.join(names)}")
        self.layout: Layout = layout or [names]
        rows = [self.layout] if isinstance(self.layout, Mapping) else self.layout
        named = {name for row in rows for name in row} - {"."}
        if named != set(names):
            raise ValueError(f"layout must name each of {', '.join(names)}, got {', '.join(sorted(named))}")
        self.views = dict(zip(names, views, strict=True))
        self.height = height
        self._guess: Guess | None = None
        self.about = True
        self._made_of = (views, layout, height, widths, heights)
        self._shares: Any = {"width_ratios": widths, "height_ratios": heights}
        self.size(1.0)

    def size(self, scale: float) -> None:
        """Start again with a figure of so many screen pixels for each of its CSS pixels."""
        self.scale = scale
        self.figure = Figure(figsize=(WIDTH / 100, self.height / 100), dpi=100 * scale, facecolor="white")
        self.canvas = FigureCanvasAgg(self.figure)
        self.axes: dict[str, Axes] = {}
        self._updates: dict[str, Update | None] = {}
        self._background: Any = None

    def guess(self, guess: Guess) -> None:
        """Mark a guess on the axis that it is about, from the next drawing on."""
        if guess.on and guess.on not in self.views:
            raise ValueError(f"a guess must be on one of {', '.join(self.views)}, got {guess.on}")
        self._guess = guess
        self.size(self.scale)

    def keep_guess(self, about: bool) -> None:
        """Say whether what is drawn from now on is what the guess was about; else it isn't marked."""
        if self._guess is not None and about != self.about:
            self.about = about
            self.size(self.scale)

    def without_guess(self) -> "Canvas":
        """Return a canvas of the same views that shows nobody's guess."""
        if self._guess is None or self._guess.waiting:
            return self
        other = Canvas(*self._made_of)
        other.size(self.scale)
        return other

    def draw(self, result: Any) -> None:
        """Bring every view up to date with the result."""
        if not self.axes:
            self._arrange(result)
        for name in self.views:
            update = self._updates[name]
            if update is None or update(result) is False:
                with matplotlib.rc_context(style.RC):
                    self.axes[name].clear()
                    self._updates[name] = self._called(name, result)
        self._paint()

    def png(self, caption: str | None = None) -> bytes:
        """Encode the figure: quickly, or with a caption under it and small, to be kept."""
        size = self.canvas.get_width_height(physical=True)
        image = Image.frombuffer("RGBA", size, self.canvas.buffer_rgba()).convert("RGB")
        if caption is None:
            return _encode(image, compress_level=1)
        return _encode(_stacked(image, _written(caption, image.width)), optimize=True)

    def jpeg(self) -> bytes:
        """Encode the figure in a fifth of the time, not quite sharp: for what moves."""
        size = self.canvas.get_width_height(physical=True)
        image = Image.frombuffer("RGBX", size, self.canvas.buffer_rgba())
        return _encode(image, "JPEG", quality=90, subsampling=2)

    def data_at(self, x: float, y: float, view: str | None = None) -> tuple[str, float, float] | None:
        """Say which view lies at a place in the picture, and the place in its data coordinates.

        Parameters
        ----------
        x, y : fractions of the picture's width and height, from its upper left corner
        view : name of a view to stay with, also outside its axes
        """
        place = self.figure.bbox.width * x, self.figure.bbox.height * (1 - y)
        for name, axes in self.axes.items():
            if name == view or (view is None and axes.bbox.contains(*place)):
                data_x, data_y = axes.transData.inverted().transform(place)
                return name, float(data_x), float(data_y)
        return None

    def _arrange(self, result: Any) -> None:
        with matplotlib.rc_context(style.RC):
            if isinstance(self.layout, Mapping):
                for name, (left, lower, width, height) in self.layout.items():
                    place = left / WIDTH, lower / self.height, width / WIDTH, height / self.height
                    self.axes[name] = self.figure.add_axes(place)
                self._updates = {name: self._called(name, result) for name in self.views}
                return
            rows: Any = self.layout
            self.axes = self.figure.subplot_mosaic(rows, **self._shares)
            self._updates = {name: self._called(name, result) for name in self.views}
            self.figure.set_layout_engine("constrained", w_pad=0.05, h_pad=0.05)
            engine = self.figure.get_layout_engine()
            assert engine is not None
            engine.execute(self.figure)
            self.figure.set_layout_engine("none")

    def _called(self, name: str, result: Any) -> Update | None:
        """Call a view, thin out the ticks that it leaves to matplotlib, and mark the guess."""
        axes = self.axes[name]
        update = self.views[name](axes, result)
        for axis in (axes.xaxis, axes.yaxis):
            if isinstance(axis.get_major_locator(), AutoLocator):
                axis.set_major_locator(MaxNLocator(4))
        guess = self._guess
        if guess is not None and self.about and guess.on == name and not guess.waiting:
            marks.flag(axes, guess)
        return update

    def _paint(self) -> None:
        if self._background is None or self.figure.stale:
            self.canvas.draw()
            self._background = self.canvas.copy_from_bbox(self.figure.bbox)
            self.figure.stale = False
        else:
            self.canvas.restore_region(self._background)
        for axes in self.figure.axes:
            for artist in sorted(axes.get_children(), key=Artist.get_zorder):
                if artist.get_animated() and artist.get_visible():
                    axes.draw_artist(artist)


class Shown(NamedTuple):
    """A result drawn once, with its sentence: what `show` returns."""

    widget: ipw.Widget
    kept: bytes
    sentence: str

    def __repr__(self) -> str:
        return self.sentence

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return mime_bundle(self.widget, self.kept, self.sentence)


def show(result: object, *views: View, layout: Layout | None = None, height: int = HEIGHT) -> Shown:
    """Draw a result outside a lab, the way a lab draws it."""
    canvas = Canvas(views, layout, height)
    canvas.draw(result)
    picture = Picture(height=height)
    picture.send(canvas.png(), str(result))
    widget = ipw.VBox([picture, Page()])
    widget.add_class("lab")
    return Shown(widget, canvas.png(str(result)), str(result))


def mime_bundle(widget: Any, png: bytes, text: str) -> dict[str, Any]:
    """Build what a cell shows: the live widget; without a kernel the picture; else the text."""
    live = widget._repr_mimebundle_() or {}
    data = live[0] if isinstance(live, tuple) else live
    return {**data, "image/png": base64.b64encode(png).decode(), "text/plain": text}


def view_name(view: View) -> str:
    """Return the name by which a layout calls a view."""
    return str(getattr(view, "__name__", type(view).__name__))


def caption_only(caption: str) -> bytes:
    """Encode a caption with no picture above it: for a lab that refuses its settings."""
    return _encode(_written(caption, WIDTH), optimize=True)


@contextmanager
def _sheet(width: int, height: int) -> Iterator[Figure]:
    with matplotlib.rc_context(style.RC):
        yield Figure(figsize=(width / 100, height / 100), dpi=100, facecolor="white")


def _written(caption: str, width: int) -> Image.Image:
    lines = textwrap.wrap(caption, max(20, width // 10)) or [""]
    with _sheet(width, 16 + 24 * len(lines)) as figure:
        figure.text(10 / width, 0.5, "\n".join(lines), va="center", linespacing=1.4)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        size = canvas.get_width_height()
        return Image.frombuffer("RGBA", size, canvas.buffer_rgba()).convert("RGB")


def _stacked(above: Image.Image, below: Image.Image) -> Image.Image:
    both = Image.new("RGB", (above.width, above.height + below.height), "white")
    both.paste(above, (0, 0))
    both.paste(below, (0, above.height))
    return both


def _encode(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
