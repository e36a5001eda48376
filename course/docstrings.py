"""Text that is on every learner's machine: docstrings of installed libraries, read but never run."""

import ast
import gc
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

LIBRARIES = ("sklearn", "numpy", "scipy")
LEFT_OUT = {"tests", "externals", "_lib"}  # folders of tests, and of code taken over from others
LEFT_OUT = {"tests", "externals", "_lib"}  # folders of tests, and of code taken over from others
ONE_IN = 16  # modules of which one is held out
SHORTEST = 6  # words; what is shorter holds no run of six
WORD = re.compile(r"[A-Za-z0-9_]+(?:['.\-][A-Za-z0-9_]+)*|[.,;:()]")
ROLE = re.compile(r":[a-z:]+:(?=`)")
NAMED = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
Words = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Docstrings:
    """Docstrings as words, each one once: those to count, and those that stay unseen.

    Parameters
    ----------
    counted : of most modules
    unseen : of whole modules that were left out, so that their near-copies are left out too
    """

    counted: tuple[Words, ...]
    unseen: tuple[Words, ...]

    def __str__(self) -> str:
        return f"{len(self.counted):,} docstrings to count, {len(self.unseen):,} kept unseen."


def docstrings() -> Docstrings:
    """Read the docstrings of scikit-learn, NumPy and SciPy as they are installed here.

    One that is repeated word for word, as inherited ones are, is taken once, where it first
    stands. A module is held out where the checksum of its path is a multiple of `ONE_IN`.
    """
    halves: tuple[list[Words], list[Words]] = ([], [])
    seen: set[object] = set()
    with _without_collection():
        found = list(_docstrings())
    for module, text in found:
        if text in seen:
            continue
        words = tokens(text)
        if len(words) >= SHORTEST and words not in seen:
            halves[zlib.crc32(module.encode()) % ONE_IN == 0].append(words)
        seen |= {text, words}
    counted, unseen = map(tuple, halves)
    return Docstrings(counted, unseen)


def tokens(text: str) -> Words:
    """Divide a text into words: letters, digits and underscores, or one mark of punctuation.

    Examples, directives and the names of roles are markup rather than language: they are left out.

    >>> tokens("Return x, the sum of `x`.")
    ('Return', 'x', ',', 'the', 'sum', 'of', 'x', '.')
    """
    return tuple(WORD.findall(ROLE.sub("", "\n".join(_prose(text)))))


def _prose(text: str) -> Iterator[str]:
    example = False
    for line in text.splitlines():
        start = line.strip()[:3]
        example = bool(start) and (example or start == ">>>")
        if not (example or start.startswith("..")):
            yield line


@contextmanager
def _without_collection() -> Iterator[None]:
    """Spare the search for cycles: syntax trees have none, and it doubled the time and more."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _docstrings() -> Iterator[tuple[str, str]]:
    """Yield the path of each module, and one after the other what is documented in it."""
    for library in LIBRARIES:
        spec = find_spec(library)
        if spec is None or spec.origin is None:
            continue
        root = Path(spec.origin).parent
        for path in sorted(root.rglob("*.py")):
            inside = path.relative_to(root.parent)
            source = "" if LEFT_OUT & {*inside.parts} else path.read_text("utf-8")
            if '"""' in source:
                tree = ast.parse(source)
                yield from (
                    (inside.as_posix(), text) for each in [tree, *_named(tree)] if (text := _text(each))
                )


def _named(node: ast.AST) -> Iterator[NAMED]:
    """Yield classes and functions, those under conditions included."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, NAMED):
            yield each
        if isinstance(each, NAMED | ast.If | ast.Try | ast.With):
            yield from _named(each)


def _text(node: ast.Module | NAMED) -> str:
    return ast.get_docstring(node, clean=False) or ""
