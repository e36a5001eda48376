"""What is kept in the user's cache folder, and what happens where that can't be."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from course import cache
from course.cache import Arrays, kept


class Maker:
    """Makes two arrays, and counts how often."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> Arrays:
        self.made += 1
        return {"a": np.arange(6, dtype=np.uint8).reshape(2, 3), "b": np.array([0.5])}


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Maker:
    monkeypatch.setattr(cache, "folder", lambda: tmp_path / "deep" / "inside")
    return Maker()


def lone_array() -> bytes:
    out = BytesIO()
    np.save(out, np.zeros(3))
    return out.getvalue()


def same(arrays: Arrays) -> None:
    assert sorted(arrays) == ["a", "b"]
    np.testing.assert_array_equal(arrays["a"], [[0, 1, 2], [3, 4, 5]])
    assert arrays["a"].dtype == np.uint8


def test_what_was_made_once_is_read_the_second_time(make: Maker) -> None:
    same(kept("x", make))
    same(kept("x", make))
    assert make.made == 1
    assert [path.name for path in cache.folder().iterdir()] == ["x.npz"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(path.read_bytes()[:200]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"not a file of arrays"),
        lambda path: path.write_bytes(bytes(len(path.read_bytes()))),
        lambda path: np.savez(path, a=np.zeros(3)),
        lambda path: np.savez(path, a=np.zeros(3), checksum=np.array(7)),
        lambda path: np.savez(path, a=np.array([{}], dtype=object), checksum=np.array(7)),
        lambda path: path.write_bytes(lone_array()),
    ],
)  # fmt: skip
def test_a_file_that_is_cut_short_or_foreign_is_made_again(make: Maker, spoil: object) -> None:
    kept("x", make)
    spoil(cache.folder() / "x.npz")  # type: ignore[operator]
    same(kept("x", make))
    same(kept("x", make))
    assert make.made == 2


def test_a_flipped_bit_is_found(make: Maker) -> None:
    kept("x", make)
    path = cache.folder() / "x.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(bytes(content))
    same(kept("x", make))


def test_a_folder_that_can_not_be_written_changes_nothing(
    make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(cache, "folder", lambda: tmp_path / "file" / "inside")
    same(kept("x", make))
    same(kept("x", make))
    assert make.made == 2
