"""Whether a machine is ready, and what is said where it isn't."""

import os
import subprocess
import sys
from collections.abc import Iterator
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


V1 = {"cpu.cfs_quota_us": "150000", "cpu.cfs_period_us": "100000"}
UNLIMITED = {"cpu.cfs_quota_us": "-1", "cpu.cfs_period_us": "100000"}


@pytest.mark.parametrize(
    ("own", "limits", "cpus"),
    [
        ("0::/", {"": {"cpu.max": "50000 100000"}}, 0.5),
        ("0::/", {"": {"cpu.max": "max 100000"}}, 64),
        ("0::/", {"": {"cpu.max": ""}}, 64),
        ("0::/", {"": {"cpu.max": "50000 0"}}, 64),
        ("", {"": {"cpu.max": "50000 100000"}}, 0.5),
        ("0::/user/lab", {"user": {"cpu.max": "300000 100000"}}, 3),
        ("0::/a/b", {"a": {"cpu.max": "200000 100000"}, "a/b": {"cpu.max": "800000 100000"}}, 2),
        ("0::/a", {"a": {"cpu.max": "max 100000"}, "other": {"cpu.max": "1000 100000"}}, 64),
        ("0::/../../a", {"": {"cpu.max": "400000 100000"}}, 4),
        ("0::/../outside", {"../outside": {"cpu.max": "400000 100000"}}, 64),
        ("0::/a", {"unified/a": {"cpu.max": "200000 100000"}}, 2),
        ("4:cpu,cpuacct:/docker/x", {"cpu,cpuacct": V1}, 1.5),
        ("4:cpu,cpuacct:/docker/x", {"cpu/docker/x": V1, "cpu": UNLIMITED}, 1.5),
        ("4:cpu:/docker/x", {"cpu": UNLIMITED}, 64),
        ("4:cpuset:/x", {"cpuset/x": V1}, 64),
        ("no group at all", {}, 64),
    ],
)
def test_the_smallest_share_of_all_groups_around_a_process_counts(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    own: str,
    limits: dict[str, dict[str, str]],
    cpus: float,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(64), raising=False)
    (tmp_path / "own").write_text(own)
    groups = tmp_path / "groups"
    groups.mkdir()
    for folder, files in limits.items():
        (groups / folder).mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (groups / folder / name).write_text(text)
    assert machine.usable_cpus(groups, tmp_path / "own") == cpus


def test_a_quota_does_not_give_more_than_the_affinity(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {17}, raising=False)
    (tmp_path / "cpu.max").write_text("800000 100000")
    assert machine.usable_cpus(tmp_path, tmp_path / "none") == 1


def test_without_affinity_and_groups_the_processors_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert machine.usable_cpus(tmp_path, tmp_path / "none") == 1


@pytest.fixture
def half_a_processor() -> Iterator[Path]:
    """A real group whose processes get half a processor, in which none is yet."""
    name = f"workbook-{os.getpid()}"
    v1, v2 = machine.CGROUP / "cpu" / name, machine.CGROUP / name
    folder, limits = (
        (v1, {"cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "50000"})
        if v1.parent.exists()
        else (v2, {"cpu.max": "50000 100000"})
    )
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("no group can be made here")
    try:
        for limit, text in limits.items():
            if not (folder / limit).exists():
                pytest.skip("no quota can be set here")
            (folder / limit).write_text(text)
        yield folder
    finally:
        folder.rmdir()


def test_a_process_under_a_real_quota_of_half_a_processor_sees_half(half_a_processor: Path) -> None:
    code = (
        f"import os; open({str(half_a_processor / 'cgroup.procs')!r}, 'w').write(str(os.getpid()));"
        "from course.machine import usable_cpus; print(usable_cpus())"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(told.stdout) == 0.5


def test_a_package_that_is_not_there_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "requires", lambda _: ["numpy>=2,<3", "no-such-package>=1"])
    assert machine.check().missing == ("no-such-package",)
