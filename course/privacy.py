"""What says whose machine it is, and how text loses it."""

import getpass
import os
import platform
import re
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

HOMES = re.compile(
    r"""(?:/home|(?<!:)/Users)/+[^/\s"',;:]+|/root\b"""
    r"""|(?:[A-Z]:)?[\\/]+Users[\\/]+(?:[^\\/:*?"<>|]+(?=[\\/])|[^\\/\s"',;:]+)""",
    re.I,
)
HIDDEN = "…"
VARIABLES = ("USER", "USERNAME", "LOGNAME", "HOSTNAME", "COMPUTERNAME")


def private(text: str) -> str:
    """Take names of the user and of the machine out of a text, and paths of home folders.

    >>> private("/home/ada/model.onnx")
    '~/model.onnx'
    """
    names, home = _own()
    for path in home:
        text = re.sub(rf"{re.escape(path)}(?![\w-])", "~", text, flags=re.I)
    text = HOMES.sub("~", text)
    for name in names:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", HIDDEN, text, flags=re.I)
    return text


def _own() -> tuple[tuple[str, ...], tuple[str, ...]]:
    asked = tuple(
        os.environ.get(name, "") for name in ("USER", "USERNAME", "LOGNAME", "HOSTNAME", "COMPUTERNAME")
    )
    return _found(asked, platform.node(), os.environ.get("HOME", ""))


@lru_cache(8)
def _found(asked: tuple[str, ...], node: str, _: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names, the longest first, and home folders; what can't be found has none."""
    names = {*asked, node, node.partition(".")[0]}
    homes = set()
    with suppress(OSError, KeyError, ImportError):
        names.add(getpass.getuser())
    with suppress(RuntimeError):
        homes.add(str(Path.home()))
    known = (each for each in names if len(each) > 1)
    return tuple(sorted(known, key=len, reverse=True)), tuple(each for each in homes if len(each) > 1)
