"""Choices of more than one value: what is on and what is off, and how large each of several is."""

from collections.abc import Collection, Mapping, Sequence
from itertools import count
from typing import Any

import ipywidgets as ipw
import traitlets

_numbers = count()


class Chips(ipw.VBox):
    """Names that are on or off, each a check box that looks like a chip.

    Attributes
    ----------
    value : the names that are on, in their order
    """

    value = traitlets.Tuple()

    def __init__(self, names: Sequence[str], value: Collection[str], label: str) -> None:
        self.label = label
        self.boxes = [ipw.Checkbox(value=name in value, description=name, indent=False) for name in names]
        chips = ipw.Box(self.boxes)
        chips.add_class("lab-chips")
        super().__init__([ipw.HTML(label), chips])
        self.value = self._on()
        for box in self.boxes:
            box.observe(lambda _: setattr(self, "value", self._on()), "value")
        self.observe(self._show, "value")

    @property
    def said(self) -> str:
        """The value in words."""
        return ", ".join(self.value) or "none"

    @property
    def samples(self) -> tuple[tuple[str, ...], ...]:
        """Values far apart that it can take."""
        return self.value[:1], tuple(box.description for box in self.boxes)

    def _on(self) -> tuple[str, ...]:
        return tuple(box.description for box in self.boxes if box.value)

    def _show(self, _: object) -> None:
        wanted = set(self.value)
        for box in self.boxes:
            box.value = box.description in wanted


class Layers(ipw.VBox):
    """How many hidden layers there are, and how many neurons each has.

    Attributes
    ----------
    value : neurons of each layer, the first one first
    """

    value = traitlets.Tuple()

    def __init__(self, value: Sequence[int], *, most_layers: int, most_neurons: int) -> None:
        self.depth = ipw.BoundedIntText(min=0, max=most_layers, description="Hidden layers")
        self.sizes = [
            ipw.BoundedIntText(value=4, min=1, max=most_neurons, description=f"Layer {n + 1}")
            for n in range(most_layers)
        ]
        row = ipw.Box(self.sizes)
        row.add_class("lab-layers")
        super().__init__([self.depth, row])
        self.depth.add_class("lab-depth")
        self._showing = False
        self._show(value)
        self.value = self._read()
        for field in (self.depth, *self.sizes):
            field.observe(lambda _: self._take(), "value")
        self.observe(lambda _: self._show(self.value), "value")

    @property
    def said(self) -> str:
        """The value in words."""
        return f"{' + '.join(map(str, self.value))} neurons" if self.value else "no hidden layer"

    @property
    def samples(self) -> tuple[tuple[int, ...], ...]:
        """Values far apart that it can take."""
        return (), (self.sizes[0].max,) * len(self.sizes)

    def _read(self) -> tuple[int, ...]:
        return tuple(field.value for field in self.sizes[: self.depth.value])

    def _take(self) -> None:
        if not self._showing:
            self.value = self._read()

    def _show(self, sizes: Sequence[int]) -> None:
        self._showing = True
        try:
            self.depth.value = len(sizes)
            for number, field in enumerate(self.sizes):
                if number < len(sizes):
                    field.value = sizes[number]
                field.layout.display = None if number < len(sizes) else "none"
        finally:
            self._showing = False


class Thumbnails(ipw.VBox):
    """Options shown as small pictures, one of them chosen; their names are read out.

    Parameters
    ----------
    pictures : for each option the address of its picture, a data URI
    """

    value = traitlets.Unicode()

    def __init__(self, pictures: Mapping[str, str], value: str, label: str) -> None:
        self.label, self.options = label, list(pictures)
        name = f"lab-thumbs-{next(_numbers)}"
        rules = "".join(
            f'.{name} label:nth-of-type({n})::before {{ background-image: url("{address}"); }}\n'
            for n, address in enumerate(pictures.values(), 1)
        )
        self.heading = ipw.HTML()
        self.radio = ipw.RadioButtons(options=self.options, value=value, description=label)
        self.radio.add_class("lab-thumbs")
        self.radio.add_class(name)
        super().__init__(
            [self.heading, self.radio, ipw.HTML(f"<style>{rules}</style>", layout={"display": "none"})]
        )
        self._say(value)
        self.value = value
        traitlets.link((self.radio, "value"), (self, "value"))
        self.observe(lambda change: self._say(change["new"]), "value")

    @traitlets.validate("value")
    def _known(self, proposal: Any) -> str:
        if proposal["value"] not in self.options:
            raise traitlets.TraitError(f"must be one of {', '.join(self.options)}, got {proposal['value']}")
        return str(proposal["value"])

    @property
    def said(self) -> str:
        """The value in words."""
        return f"{self.label.lower()} {self.value}"

    @property
    def samples(self) -> tuple[str, ...]:
        """Values far apart that it can take."""
        return tuple(self.options)

    def _say(self, value: str) -> None:
        self.heading.value = f"{self.label} <b>{value}</b>"
