"""A table of one's own, chosen, pasted or uploaded, and which of its columns are learnt."""

import html
from typing import Any

import ipywidgets as ipw
import traitlets

from course import tables
from course.columns import Columns
from course.tables import Table

SOURCES = (tables.EXAMPLE, "paste text", "upload a file")
PASTE, UPLOAD = SOURCES[1:]
HINT = "CSV: one line a row, the first with names; commas, semicolons or tabs between."


class TablePad(ipw.VBox):
    """Fields that choose a table and its columns; what can't be read is said, and changes nothing.

    Attributes
    ----------
    value : the table and the columns chosen
    """

    value = traitlets.Instance(Columns)

    def __init__(self, value: Columns) -> None:
        self._own = value.table
        self._busy = False
        sources = [*SOURCES, *([value.table.name] if value.table else [])]
        start = value.table.name if value.table else sources[0]
        self.source = ipw.Dropdown(options=sources, value=start, description="Table")
        self.text = ipw.Textarea(description="Paste it here", placeholder="a;b;kind", rows=4)
        self.file = ipw.FileUpload(accept=".csv,.tsv,.txt", multiple=False, description="Choose a file")
        self.across = ipw.Dropdown(description="x₁ →")
        self.up = ipw.Dropdown(description="x₂ ↑")
        self.target = ipw.Dropdown(description="Learn to tell")
        self.positive = ipw.Dropdown(description="Blue is")
        self.note = ipw.HTML()
        self.note.add_class("lab-note")
        self.columns = [self.across, self.up, self.target, self.positive]
        chosen = ipw.Box(self.columns)
        chosen.add_class("lab-columns")
        parts = [self.source, self.text, self.file, self.note, chosen]
        super().__init__(parts, value=value)
        self.add_class("lab-table")
        self.add_class("lab-aside")
        self.source.observe(lambda _: self._choose(), "value")
        self.text.observe(lambda _: self._read(self.text.value), "value")
        self.file.observe(lambda _: self._read_file(), "value")
        for field in self.columns:
            field.observe(lambda _: self._pick(), "value")
        self.observe(lambda _: self._show(), "value")
        self._show()

    @property
    def said(self) -> str:
        """The value in words."""
        return str(self.value)

    @property
    def samples(self) -> tuple[Columns, ...]:
        """Values far apart that it can take."""
        return Columns(), Columns(tables.breast_cancer())

    def ready(self) -> None:
        """Take the table that ships, where there is none yet."""
        if self.value.table is None and self.source.value == tables.EXAMPLE:
            self._choose()

    def _choose(self) -> None:
        source = self.source.value
        if source == tables.EXAMPLE:
            self._take(tables.breast_cancer())
        elif source == PASTE and self.text.value:
            self._read(self.text.value)
        elif source == UPLOAD and self.file.value:
            self._read_file()
        elif source in (PASTE, UPLOAD) and self.value.table is not None:
            self._say(f"{HINT} Until then: {self.value.table}")
        elif source not in SOURCES and self._own:
            self._take(self._own)
        self._show()

    def _read_file(self) -> None:
        for uploaded in self.file.value:
            self._read(bytes(uploaded["content"]), str(uploaded["name"]))

    def _read(self, source: object, name: str = "Your table") -> None:
        try:
            self._take(tables.read(source, name=name))
        except ValueError as refusal:
            self._say(str(refusal), role="alert")

    def _take(self, table: Table) -> None:
        self.value = Columns(table)
        self._say(f"{table} {table.note}")

    def _pick(self) -> None:
        """Take over the columns that were chosen; another target begins with its own classes."""
        if self._busy or self.value.table is None:
            return
        now = self.value.chosen()
        positive = self.positive.value or ""
        self.value = Columns(
            now.table, (self.across.value, self.up.value), self.target.value,
            positive if self.target.value == now.target else "",
        )  # fmt: skip

    def _show(self) -> None:
        self._busy = True
        for part, source in ((self.text, PASTE), (self.file, UPLOAD)):
            part.layout.display = None if self.source.value == source else "none"
        table, chosen = self.value.table, self.value.chosen()
        if table is not None:
            classes = table.classes(chosen.target)
            for field, options, value in (
                (self.across, table.numeric, chosen.features[0]),
                (self.up, table.numeric, chosen.features[1]),
                (self.target, table.columns, chosen.target),
                (self.positive, classes, chosen.positive),
            ):
                field.options = options
                field.value = value if value in options else None
            self.positive.layout.display = None if len(classes) > 1 else "none"
        for field in self.columns[:3]:
            field.layout.display = None if table is not None else "none"
        if table is None:
            self.positive.layout.display = "none"
            self._say(HINT)
        self._busy = False

    def _say(self, words: str, role: str = "status") -> None:
        self.note.value = f'<div role="{role}">{html.escape(words, quote=False)}</div>'


def columns_of(table: Any, features: tuple[str, str], target: str) -> Columns:
    """What a lab is given in code: a DataFrame, text, a table, or none."""
    held = table if table is None or isinstance(table, Table) else tables.read(table)
    if held is None and (any(features) or target):
        held = tables.breast_cancer()
    return Columns(held, features, target)
