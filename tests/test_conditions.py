"""What a measurement was made on, from machines that are made up, and from a process held to one core."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from course.conditions import WINDOWS_KEY, Conditions, Sources, conditions
from tests.clocks import US, Fake, refusal

CPUINFO = """processor : 0
model : 49
model name : AMD EPYC(TM) 7763 64-Core Processor
flags : fpu hypervisor sse
processor : 1
model name : another
"""
PI = "processor : 0\nCPU part : 0xd08\n\nHardware : BCM2835\nModel : Raspberry Pi 4 Model B Rev 1.4\n"


def failing(*_: Any) -> Any:
    raise OSError("no such thing")


def sources(root: Path, cpuinfo: str | None = CPUINFO, **given: Any) -> Sources:
    """A Linux of two cores, of which nothing else is known."""
    if cpuinfo is not None:
        (root / "proc").mkdir(exist_ok=True)
        (root / "proc/cpuinfo").write_text(cpuinfo)
    known = Sources(
        system="Linux",
        root=root,
        run=failing,
        registry=failing,
        battery=lambda: None,
        frequency=lambda: None,
        usable=lambda: 2.0,
        cores=lambda: 2,
        version=lambda name: "1.2.3",
    )
    return replace(known, **given)


def asked(root: Path, cpuinfo: str | None = CPUINFO, **given: Any) -> Conditions:
    return conditions(clock=Fake().clock, sources=sources(root, cpuinfo, **given))


def test_one_usable_cpu_of_64_is_said_with_frequency_unknown_and_no_battery(tmp_path: Path) -> None:
    found = conditions(
        threads=1,
        clock=Fake(step_s=0.1 * US).clock,
        sources=sources(tmp_path, usable=lambda: 1.0, cores=lambda: 64),
    )
    python = ".".join(map(str, sys.version_info[:3]))
    assert str(found) == (
        "AMD EPYC 7763 64-Core Processor, frequency unknown, 1 of 64 cores usable, 1 thread, in a virtual "
        f"machine; Python {python}, NumPy 1.2.3, ONNX Runtime 1.2.3; another clock in steps of 100 ns"
    )


def test_a_machine_that_tells_nothing_is_unknown_and_no_error(tmp_path: Path) -> None:
    found = asked(
        tmp_path,
        None,
        battery=failing,
        frequency=failing,
        usable=lambda: 0.5,
        cores=lambda: None,
        version=failing,
    )
    assert found.hardware == "unknown processor, frequency unknown, 0.5 of 1 cores usable"
    assert found.software.startswith("Python 3.")
    assert "NumPy" not in found.software


@pytest.mark.parametrize(
    ("system", "cpuinfo", "name"),
    [
        ("Linux", CPUINFO, "AMD EPYC 7763 64-Core Processor"),
        ("Linux", PI, "Raspberry Pi 4 Model B Rev 1.4"),
        ("Linux", "processor : 0\nBogoMIPS : 50.00\n", ""),
        ("Linux", "model name : " + "x" * 80, "x" * 47 + "…"),
        ("Linux", "", ""),
        ("Darwin", None, "Apple M3 Pro"),
        ("Windows", None, "Intel Core i7-1185G7"),
        ("Haiku", None, ""),
    ],
)
def test_each_system_is_asked_for_its_processor_in_its_own_way(
    tmp_path: Path, system: str, cpuinfo: str | None, name: str
) -> None:
    def run(*command: str) -> str:
        return {"machdep.cpu.brand_string": "Apple M3 Pro\n", "kern.hv_vmm_present": "0\n"}[command[-1]]

    def registry(key: str, value: str) -> str:
        assert (key, value) == (WINDOWS_KEY, "ProcessorNameString")
        return "Intel(R) Core(TM) i7-1185G7 @ 3.00GHz "

    assert asked(tmp_path, cpuinfo, system=system, run=run, registry=registry).processor == name


@pytest.mark.parametrize(
    ("plugged", "words"), [(True, "mains"), (False, "battery"), (None, ""), ("odd", "")]
)
def test_the_power_source_is_said_where_it_is_known(tmp_path: Path, plugged: object, words: str) -> None:
    found = asked(tmp_path, battery=lambda: SimpleNamespace(power_plugged=plugged))
    assert found.power == words
    assert (", on " in str(found)) == bool(words)


@pytest.mark.parametrize(
    ("read", "hertz"),
    [
        (2600.0, 2.6e9),
        (0.0, None),
        (3.2, None),
        (4.0e9, None),
        (float("nan"), None),
        (None, None),
        ("?", None),
    ],
)
def test_a_frequency_that_cannot_be_is_unknown(tmp_path: Path, read: object, hertz: float | None) -> None:
    found = asked(tmp_path, frequency=lambda: SimpleNamespace(current=read))
    assert found.frequency_hz == hertz
    assert ("at 2.6 GHz" if hertz else "frequency unknown") in str(found)


@pytest.mark.parametrize(
    ("mark", "cpuinfo", "words"),
    [
        ("", CPUINFO, "virtual machine"),
        ("", PI, ""),
        (".dockerenv", PI, "container"),
        ("run/.containerenv", CPUINFO, "container in a virtual machine"),
    ],
)
def test_a_container_and_a_virtual_machine_are_told(
    tmp_path: Path, mark: str, cpuinfo: str, words: str
) -> None:
    if mark:
        (tmp_path / mark).parent.mkdir(exist_ok=True)
        (tmp_path / mark).touch()
    assert asked(tmp_path, cpuinfo).inside == words


@pytest.mark.parametrize(("answer", "words"), [("1\n", "virtual machine"), ("0\n", ""), ("", "")])
def test_macos_tells_whether_it_is_a_virtual_machine(tmp_path: Path, answer: str, words: str) -> None:
    assert asked(tmp_path, None, system="Darwin", run=lambda *_: answer).inside == words


def test_an_onnx_runtime_of_another_name_is_found_and_a_missing_one_is_left_out(tmp_path: Path) -> None:
    def only(*there: str) -> Callable[[str], str]:
        return lambda name: "1.23" if name in there else failing()

    assert "ONNX Runtime 1.23" in str(asked(tmp_path, version=only("onnxruntime-gpu")))
    assert "ONNX" not in str(asked(tmp_path, version=only("numpy")))


def test_a_clock_that_stands_still_has_an_unknown_step(tmp_path: Path) -> None:
    found = conditions(clock=lambda: 7.0, sources=sources(tmp_path))
    assert found.resolution_s is None
    assert str(found).endswith("; another clock of unknown step")


def test_conditions_are_plain_values_that_come_from_another_process(tmp_path: Path) -> None:
    found = asked(tmp_path)
    assert str(Conditions(**json.loads(json.dumps(asdict(found))))) == str(found)


def test_this_machine_tells_what_it_is() -> None:
    found = conditions(threads=2)
    assert 0 < found.usable <= found.cores
    assert ", 2 threads" in found.hardware
    assert found.versions["NumPy"]
    assert found.resolution_s is not None
    assert "\n" not in str(found)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this system")
def test_a_process_held_to_one_core_has_one_usable() -> None:
    code = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))});"
        "from course.conditions import conditions; print(conditions().usable)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 0 < float(told.stdout) <= 1


def test_threads_must_be_whole() -> None:
    with refusal("threads must be a whole number of at least 1, got 0"):
        conditions(threads=0)
