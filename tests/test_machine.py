"""Whether a machine is ready, and what is said where it isn't."""

from dataclasses import replace
from pathlib import Path

import pytest

from course import machine
from course.machine import Machine

GOOD = Machine((3, 12), (), 2.0, 8 * 10**9, 50 * 10**9)


def test_this_machine_has_all_packages_and_a_processor() -> None:
    found = machine.check()
    assert found.missing == ()
    assert 0 < found.cpus < 10_000
    assert found.memory_bytes > 0
    assert found.details.startswith("Python 3.")


def test_a_machine_that_has_everything_is_ready() -> None:
    assert str(GOOD) == "This machine is ready."


@pytest.mark.parametrize(
    ("lacks", "words"),
    [
        ({"python": (3, 10)}, "Python 3.11 or newer is needed, and this is 3.10"),
        ({"missing": ("onnx", "pandas")}, "Missing: onnx, pandas. Close JupyterLab"),
        ({"memory_bytes": 10**9}, "Only 1 GB of memory are free: close other programs."),
        ({"disk_bytes": 0}, "Only 0 GB of the disk are free"),
    ],
)
def test_what_is_missing_is_said_with_what_to_do(lacks: dict[str, object], words: str) -> None:
    found = replace(GOOD, **lacks)  # type: ignore[arg-type]
    assert not found.ready
    assert str(found).startswith(f"This machine is not ready. {words}")


@pytest.mark.parametrize(("content", "cpus"), [("50000 100000", 0.5), ("max 100000", None), ("", None)])
def test_a_container_s_share_of_the_processors_counts(
    tmp_path: Path, content: str, cpus: float | None
) -> None:
    (tmp_path / "cpu.max").write_text(content)
    assert machine.usable_cpus(tmp_path) == (cpus or machine.usable_cpus(tmp_path / "none"))


def test_a_package_that_is_not_there_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "requires", lambda _: ["numpy>=2,<3", "no-such-package>=1"])
    assert machine.check().missing == ("no-such-package",)
