"""The lab: a computation, views of its result, and controls that move it."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, final

import ipywidgets as ipw

from course.measuring import seconds
from course.threads import one_thread
from widgets import ownership
from widgets.guesses import Awaited
from widgets.live import Runner, generates
from widgets.loop import Once, post, this_loop
from widgets.page import Page
from widgets.panel import Panel, Shown
from widgets.picture import HEIGHT, Canvas, Layout, Picture, View, caption_only, mime_bundle
from widgets.pointer import Drag, Grip, Pointer
from widgets.sentences import Sentences
from widgets.sharing import Share

BESIDE = 1000  # CSS pixels from which on the controls stand beside the picture
WAITS = "Waits for your guess: commit it above."
PATIENCE_S = 2.0  # after which a picture that the page never confirmed is given up


@final
class Lab:
    """A computation whose settings a learner moves, and views that show what comes out.

    Parameters
    ----------
    function : keyword arguments in, a result out whose `str` is one sentence. Where it is
        a generator, the lab is live: it runs, pauses, steps and resets
    views : functions of axes and a result, see `picture.Canvas`
    layout, widths, heights : rows of view names and their proportions; default: one row
    height : of the picture, in CSS pixels
    start, fixed, without, more, groups, folded, labels, only : see `panel.Panel`
    drag : for a view what a pointer on it sets: `{view: lambda x, y: {"noise": abs(y)}}`; or a
        `pointer.Grip`, which is told where the pointer went down
    midway : settings that a live lab changes without a new start: the generator is sent them,
        and its results have `seen(changes)`, the same result with other settings
    speed : items a second of a live lab at first; 0 for as fast as they come
    share : writes the line of code that makes such a lab, for somebody to pass on
    after : a prediction for whose guess the lab waits: a live one before it runs, any other
        before it shows anything; the guess is then drawn on its view
    controls : `(low, high)`, `log(low, high)`, a list or dict, `bool`, or a widget with a value

    Attributes
    ----------
    widget : the whole lab
    settings : the values of all arguments now
    refusal : why the settings are refused, or ""
    error : the exception that stopped the lab, or None

    Raises
    ------
    TypeError
        where an option names an argument that the function doesn't have
    ValueError
        where a start value lies outside its control's range, or view names are doubled
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *views: View,
        layout: Layout | None = None,
        widths: Sequence[float] | None = None,
        heights: Sequence[float] | None = None,
        height: int = HEIGHT,
        start: Mapping[str, Any] | None = None,
        fixed: Mapping[str, Any] | None = None,
        without: Collection[str] = (),
        more: Collection[str] = (),
        groups: Mapping[str, Sequence[str]] | None = None,
        folded: bool = False,
        labels: Mapping[str, str] | None = None,
        only: Mapping[str, Shown] | None = None,
        drag: Mapping[View, Drag | Grip] | None = None,
        midway: Collection[str] = (),
        speed: float = 10.0,
        share: Callable[["Lab"], str] | None = None,
        after: Awaited | None = None,
        **controls: object,
    ) -> None:
        self._function = function
        self._panel = Panel(
            function, controls, start=start or {}, fixed=fixed or {}, without=without,
            more=more, groups=groups or {}, labels=labels or {}, folded=folded, only=only,
        )  # fmt: skip
        self._canvas = Canvas(views, layout, height, widths, heights)
        self._pointer = Pointer(self._canvas, drag or {})
        self._loop, self._thread = this_loop(), threading.get_ident()
        self._post = Once(self._loop, self._turn)
        self._undrawn = False
        self._beside = True
        self._midway = frozenset(midway)
        self._held: dict[str, Any] = {}
        self._stale = True
        self._sent = 0.0
        self._words = Sentences(self._loop)
        self._result: Any = None
        self.refusal = ""
        self.error: Exception | None = None
        self._picture = Picture(height=height, draggable=bool(drag))
        self._share = Share(partial(share, self), self._keep) if share else None
        self._runner = self._make_runner(speed) if generates(function) else None
        self._guess = after.guess if after else None
        self._guessed_at = self._but_for_luck()
        self._post_guess = Once(self._loop, self._show_guess)
        self._await_guess()
        self._make_widget()
        self._refresh()
        self._panel.on_change(self._on_change)
        self._picture.observe(self._on_shown, "shown")
        self._picture.observe(self._on_room, ["room", "ratio"])
        self._picture.observe(self._on_pointer, "pointer")
        ownership.own(self)

    @property
    def result(self) -> Any:
        """What came out, for the settings as they stand; None where they are refused."""
        if self._stale and threading.get_ident() == self._thread:
            self._refresh()
        return self._result

    @property
    def settings(self) -> dict[str, Any]:
        """The values of all arguments now."""
        return self._panel.values

    def control(self, setting: str) -> Any:
        """The control of a setting, or None where it has none."""
        return self._panel.controls.get(setting)

    def advance(self, n: int = 1) -> "Lab":
        """Take n steps of a live lab at once, and return the lab."""
        if self._runner is None:
            raise TypeError("only a live lab advances: its computation must be a generator")
        if self._stale:
            self._refresh()
        try:
            with one_thread():
                for _ in range(n):
                    if not self._runner.step():
                        break
            self._draw()
        except Exception as error:
            self._fail(error)
            raise
        return self

    def close(self) -> None:
        """Stop, and take every widget of the lab away."""
        self._panel.on_change(lambda: None)
        if self._guess:
            self._guess.watchers.remove(self._post_guess)
        if self._runner:
            self._runner.pause()
            self._runner.end()
        ownership.close_all(self.widget)

    def __repr__(self) -> str:
        return self._named(self._sentence())

    def _named(self, sentence: str) -> str:
        moved = "".join(f", {name}={value!r}" for name, value in self._panel.moved.items())
        return f"Lab({getattr(self._function, '__name__', 'function')}{moved}): {sentence}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        if self._guess is not None and self._runner is None:  # saved as before the guess
            return mime_bundle(self.widget, caption_only(WAITS), self._named(WAITS))
        return mime_bundle(self.widget, self._kept(), repr(self))

    # What follows runs on the loop of the cell that made the lab, but for the callbacks
    # `_on_…`: those come on any thread, and only post.

    def _refresh(self) -> None:
        if self._stale:
            self._stale = False
            self._compute()
        self._draw()

    def _compute(self) -> None:
        before, self._held = self._held, self.settings
        changes = {name: value for name, value in self._held.items() if before.get(name) != value}
        if self._result is not None and changes and changes.keys() <= self._midway:
            self._change(changes)
            return
        self.refusal, self.error, self._result = "", None, None
        if self._waits:
            return
        self._canvas.keep_guess(self._but_for_luck() == self._guessed_at)
        try:
            with one_thread():
                outcome = self._function(**self._held)
                if self._runner:
                    self._runner.begin(outcome)
                else:
                    self._take(outcome)
        except ValueError as refusal:
            self._refuse(refusal)

    def _change(self, changes: Mapping[str, Any]) -> None:
        """See the result as it is with other settings; what is refused loses nothing."""
        assert self._runner is not None
        self.refusal = ""
        try:
            self._take(self._result.seen(changes))
            self._runner.send(changes)
        except ValueError as refusal:
            self.refusal = self._panel.named(str(refusal))

    def _refuse(self, refusal: ValueError) -> None:
        self.refusal, self._result = self._panel.named(str(refusal)), None
        if self._runner:
            self._runner.pause()
            self._runner.end()

    def _take(self, result: Any) -> None:
        self._result = result

    def _draw(self) -> None:
        late = seconds() - self._sent > PATIENCE_S
        self._undrawn = self._loop is not None and self._picture.behind and not late
        if self._undrawn:
            return
        image = b""
        if self._result is not None:
            with one_thread():
                self._canvas.draw(self._result)
            moves = self._runner is not None and self._runner.running
            image = self._canvas.jpeg() if moves else self._canvas.png()
        self._sent = seconds()
        self._picture.send(image, self._sentence())
        self._say()

    def _say(self) -> None:
        refused = self._result is None and not self._waits
        (self._main.add_class if refused else self._main.remove_class)("lab-refused")
        conditions = str(getattr(self._result, "conditions", ""))
        if self._share:
            self._share.show()
        self._words.say("" if self._alert() else self._sentence(), self._alert(), conditions)
        if self._runner:
            self._runner.dress(self._result)

    @property
    def _waits(self) -> bool:
        """Whether it shows nothing yet, since its picture would be the answer to a guess."""
        return self._guess is not None and self._guess.waiting and self._runner is None

    def _sentence(self) -> str:
        if self._waits:
            return WAITS
        return str(self._result) if self._result is not None else self._alert()

    def _alert(self) -> str:
        if self.error is not None:
            return f"{type(self.error).__name__}: {self.error}"
        return self.refusal or str(getattr(self._result, "warning", ""))

    def save(self, path: str | Path) -> None:
        """Write the picture, with its sentence under it, to a PNG file."""
        Path(path).write_bytes(self._kept())

    def _keep(self) -> None:
        self._post_action(lambda: self._picture.keep(self._kept(), f"{self._function.__name__}.png"))

    def _kept(self) -> bytes:
        if self._result is None:
            return caption_only(self._sentence())
        canvas = self._canvas.without_guess()
        canvas.draw(self._result)
        return canvas.png(" ".join(filter(None, (self._sentence(), self._alert()))))

    def _turn(self) -> None:
        try:
            self._refresh()
        except Exception as error:  # noqa: BLE001 - shown in the lab, with its type
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        if self._runner:
            self._runner.pause()
        self.error, self._result = error, None
        self._canvas.size(self._canvas.scale)
        self._draw()

    def _post_action(self, action: Callable[[], None]) -> None:
        post(self._loop, action)

    def _await_guess(self) -> None:
        if self._guess is None:
            return
        if self._runner is not None:
            self._runner.gate = self._guess
        self._guess.watchers.append(self._post_guess)
        self._canvas.guess(self._guess)

    def _but_for_luck(self) -> dict[str, Any]:
        """All settings but the random start: a guess is about any of those."""
        return {name: value for name, value in self.settings.items() if name != "random_state"}

    def _show_guess(self) -> None:
        assert self._guess is not None
        self._canvas.guess(self._guess)
        self._stale = self._stale or self._runner is None
        self._turn()

    def _on_change(self) -> None:
        self._stale = True
        self._post()

    def _on_shown(self, _: object) -> None:
        if self._undrawn and not self._picture.behind:
            self._post()

    def _on_room(self, _: object) -> None:
        self._post_action(self._fit)

    def _fit(self) -> None:
        """Fit picture and controls to the room that the page reports."""
        beside = self._picture.room >= BESIDE
        if beside != self._beside:
            self._beside = beside
            self._panel.fold(not beside)
        if self._picture.scale != self._canvas.scale:
            self._canvas.size(self._picture.scale)
            self._post()

    def _on_pointer(self, change: Mapping[str, Any]) -> None:
        self._post_action(partial(self._drag_to, change["new"]))

    def _drag_to(self, events: Sequence[Mapping[str, Any]]) -> None:
        try:
            for event in self._pointer.fresh(events):
                self._panel.set(self._pointer.moved(event))
        except Exception as error:  # noqa: BLE001 - shown in the lab, with its type
            self._fail(error)

    def _make_runner(self, speed: float) -> Runner:
        return Runner(
            take=self._take, restart=self._restart, show=self._draw,
            refuse=self._refuse, fail=self._fail,
            post=self._post_action, loop=self._loop, speed=speed,
        )  # fmt: skip

    def _restart(self) -> None:
        self._stale, self._held = True, {}
        self._turn()

    def _make_widget(self) -> None:
        transport = [self._runner.widget] if self._runner else []
        self._main = ipw.VBox([*transport, self._picture, *self._words.widgets])
        self._main.add_class("lab-main")
        if self._share:
            self._panel.widget.children += (self._share.widget,)
        held = [self._panel.widget] if self._panel.widget.children else []
        body = ipw.HBox([*held, self._main])
        body.add_class("lab-body")
        self.widget = ipw.VBox([body, Page()])
        self.widget.add_class("lab")
