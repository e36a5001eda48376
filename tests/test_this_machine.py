"""Lesson 07: the report of this machine, put together from what the instrument gives."""

from itertools import product

import pytest

from course import runtimes, this_machine
from course.report import Report
from course.this_machine import BATCHES, MODELS, RUNTIMES


@pytest.fixture(scope="module")
def found() -> Report:
    return this_machine.this_machine(name="a test", readings=20)


def test_it_times_each_network_in_each_runtime_with_both_batches(found: Report) -> None:
    assert set(RUNTIMES) <= set(runtimes.RUNTIMES)
    taken = [(each.model, each.runtime, each.batch_size) for each in found.timings]
    assert taken == [*product(MODELS, RUNTIMES, BATCHES)]
    assert all(0 < each.p50_s <= each.p90_s <= each.p99_s for each in found.timings)


def test_it_carries_its_conditions_and_a_against_a(found: Report) -> None:
    assert found.name == "a test"
    assert "1 thread" in found.conditions["hardware"]
    assert "NumPy" in found.conditions["software"]
    assert found.same is not None
    assert found.same[1] <= found.same[0] <= found.same[2]
    assert found.scenarios == found.energy == ()


def test_too_few_readings_are_refused() -> None:
    with pytest.raises(ValueError, match="readings must be a whole number from 20 to 10000, got 3"):
        this_machine.this_machine(readings=3)
