"""Energy meters: what they say, and when what they say is unknown."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course import meters
from course.meters import Meter, Sampled, find, nvidia, rapl, spent

RANGE = 262_143.328850


def zone(
    root: Path, name: str, called: str, energy_uj: object = 5_000_000, range_uj: object = None
) -> Path:
    """A directory as Linux shows a domain of RAPL."""
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "name").write_text(f"{called}\n")
    (folder / "energy_uj").write_text(f"{energy_uj}\n")
    if range_uj is not None:
        (folder / "max_energy_range_uj").write_text(f"{range_uj}\n")
    return folder


def counted(folder: Path, energy_uj: int) -> None:
    (folder / "energy_uj").write_text(f"{energy_uj}\n")


class NVMLError(Exception):
    """What NVIDIA's library raises."""


class Card:
    """NVIDIA's library, with one card that draws 100 W; each of its functions tells or raises."""

    NVMLError = NVMLError

    def __init__(self, *, energy: bool = True, power: bool = True, works: bool = True) -> None:
        self.now = 0.0
        self.nvmlInit = told(works, lambda: None, "Driver Not Loaded")
        self.nvmlDeviceGetHandleByIndex = told(True, lambda: "card")
        self.nvmlDeviceGetTotalEnergyConsumption = told(energy, lambda: round(100_000 * self.now))
        self.nvmlDeviceGetPowerUsage = told(power, lambda: 100_000)


def told(works: bool, answer: Callable[[], Any], otherwise: str = "Not Supported") -> Callable[..., Any]:
    def asked(*_: Any) -> Any:
        if not works:
            raise NVMLError(otherwise)
        return answer()

    return asked


@given(st.floats(0, RANGE - 1), st.floats(0.001, 100))
def test_a_counter_that_comes_round_once_is_corrected(before: float, joules: float) -> None:
    after = (before + joules) % RANGE
    found = spent(before=before, after=after, duration_s=1.0, range_j=RANGE)
    assert found.energy_j == pytest.approx(joules, abs=1e-6)


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        ({"before": None, "after": 1.0}, "can't be read"),
        ({"before": 1.0, "after": None}, "can't be read"),
        ({"before": 1.0, "after": 1.0}, "stands still"),
        ({"before": 0.0, "after": 0.0, "range_j": RANGE}, "stands still"),
        ({"before": 9.0, "after": 1.0}, "stepped back, and where it comes round isn't known"),
        (
            {"before": 9.0, "after": 1.0, "range_j": RANGE},
            "jumped by more than any processor can draw",
        ),
        ({"before": 1.0, "after": 9000.0}, "jumped by more than any processor can draw"),
        (
            {"before": 9.0, "after": 1.0, "range_j": 100.0},
            "is read too seldom: it may have come round more than once",
        ),
        (
            {"before": 1.0, "after": 9.0, "range_j": 3000.0},
            "is read too seldom: it may have come round more than once",
        ),
    ],
)
def test_what_a_counter_can_not_say_is_unknown_and_never_nothing(reading: dict[str, Any], why: str) -> None:
    found = spent(duration_s=1.0, **reading)
    assert found.energy_j is None
    assert found.why == why
    assert str(found) == f"Unknown: {why}."


def test_packages_and_memory_are_added_and_what_lies_within_a_package_or_around_it_is_not(
    tmp_path: Path,
) -> None:
    parts = [
        zone(tmp_path, "intel-rapl:0", "package-0", range_uj=262_143_328_850),
        zone(tmp_path, "intel-rapl:0:0", "core"),
        zone(tmp_path, "intel-rapl:0:1", "dram"),
        zone(tmp_path, "intel-rapl:1", "package-1", 7_000_000),
        zone(tmp_path, "intel-rapl:2", "psys"),
        zone(tmp_path, "intel-rapl-mmio:0", "package-0"),
    ]
    meter = rapl(powercap=tmp_path)
    assert isinstance(meter, Meter)
    assert [each.name for each in meter.counters] == ["package-0", "package-1", "dram of package-0"]
    assert meter.counters[0].range_j == pytest.approx(RANGE)
    assert meter.counters[1].range_j is None
    before = meter.read()
    for part, more in zip(parts, (10, 1000, 2, 30, 1000, 1000), strict=True):
        counted(part, int((part / "energy_uj").read_text()) + 1_000_000 * more)
    assert meter.spent(before, meter.read(), 1.0).energy_j == pytest.approx(10 + 30 + 2)
    assert str(meter) == (
        "RAPL meters package-0, package-1, dram of package-0; it leaves out screen, disk, graphics card, "
        "losses of the power supply."
    )


def test_two_packages_of_which_one_is_unknown_are_unknown(tmp_path: Path) -> None:
    first = zone(tmp_path, "intel-rapl:0", "package-0")
    second = zone(tmp_path, "intel-rapl:1", "package-1")
    meter = rapl(powercap=tmp_path)
    assert isinstance(meter, Meter)
    before = meter.read()
    counted(first, 9_000_000)
    assert meter.spent(before, meter.read(), 1.0).why == "package-1 stands still"
    counted(second, 6_000_000)
    assert meter.spent(before, meter.read(), 1.0).energy_j == pytest.approx(5.0)
    (second / "energy_uj").write_text("no number\n")
    assert meter.spent(before, meter.read(), 1.0).why == "package-1 can't be read"


def test_dies_that_show_one_counter_are_one_and_those_with_their_own_are_two(tmp_path: Path) -> None:
    zone(tmp_path, "intel-rapl:0", "package-0-die-0", 5_000_000_000)
    zone(tmp_path, "intel-rapl:1", "package-0-die-1", 5_000_000_100)
    zone(tmp_path, "intel-rapl:2", "package-1-die-0", 5_000_000_000)
    zone(tmp_path, "intel-rapl:3", "package-1-die-1", 6_000_000_000)
    meter = rapl(powercap=tmp_path)
    assert isinstance(meter, Meter)
    assert [each.name for each in meter.counters] == [
        "package-0-die-0", "package-1-die-0", "package-1-die-1",
    ]  # fmt: skip


def test_a_counter_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    (zone(tmp_path, "intel-rapl:0", "package-0") / "energy_uj").unlink()  # no right to read is OSError too
    assert rapl(powercap=tmp_path) == meters.LOCKED
    assert rapl(powercap=tmp_path / "nowhere") == meters.NO_RAPL


def test_a_card_tells_its_energy_or_its_power_is_added_up() -> None:
    card = Card()
    meter = nvidia(nvml=card)
    assert isinstance(meter, Meter)
    before, card.now = meter.read(), 2.0
    assert meter.spent(before, meter.read(), 2.0).energy_j == pytest.approx(200)
    times = iter([0.0, 1.0, 3.0])
    meter = nvidia(nvml=Card(energy=False), clock=lambda: next(times))
    assert isinstance(meter, Meter)
    assert meter.read() == (100.0,)
    assert meter.read() == (300.0,)
    assert "its power sampled" in str(meter)


def test_a_card_that_tells_nothing_is_named_with_its_reason() -> None:
    assert nvidia(nvml=Card(works=False)) == (
        "NVML, the meter of NVIDIA cards, can't be used: Driver Not Loaded."
    )
    assert nvidia(nvml=Card(energy=False, power=False)) == (
        "NVML, the meter of NVIDIA cards, tells neither energy nor power of this card."
    )
    assert nvidia() == meters.NO_NVML


def test_after_a_gap_a_sampled_power_tells_nothing_more() -> None:
    powers = iter([10.0, 10.0, None, 10.0, 10.0])
    times = iter([0.0, 1.0, 2.0, 3.0, 4.0])
    sampled = Sampled(lambda: next(powers), lambda: next(times))
    assert [sampled() for _ in range(4)] == [10.0, None, None, None]


@pytest.mark.parametrize("system", ["Darwin", "Windows"])
def test_systems_whose_meter_is_not_read_say_so(system: str, tmp_path: Path) -> None:
    zone(tmp_path, "intel-rapl:0", "package-0")
    found = find(powercap=tmp_path, nvml=Card(works=False), system=system)
    assert (found.processor, found.graphics) == (None, None)
    assert found.missing[0] == meters.SYSTEMS[system]
    assert "can't be used" in found.missing[1]
    assert str(found) == " ".join(found.missing)


def test_what_is_found_is_said_and_what_is_missing_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone(tmp_path, "intel-rapl:0", "package-0")
    monkeypatch.setitem(sys.modules, "pynvml", None)
    found = find(powercap=tmp_path, system="Linux")
    assert found.processor is not None
    assert found.missing == (meters.NO_NVML,)
    assert str(found).endswith(f"power supply. {meters.NO_NVML}")
    monkeypatch.setitem(sys.modules, "pynvml", Card())
    assert find(powercap=tmp_path, system="Linux").graphics is not None


def test_a_time_that_can_not_be_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^duration_s must be positive, got 0\.0$"):
        spent(before=0.0, after=1.0, duration_s=0.0)
