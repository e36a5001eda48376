"""Three rules of descent, against what can be computed by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import optimisers
from course.optimisers import OPTIMISERS

sizes = st.floats(1e-3, 1e3)


@settings(deadline=None, derandomize=True)
@given(st.lists(st.builds(lambda size, sign: size * sign, sizes, st.sampled_from([-1, 1])), min_size=1))
def test_adams_first_step_is_the_learning_rate_in_each_coordinate(gradient: list[float]) -> None:
    step = optimisers.adam(learning_rate=0.01)(np.array(gradient))
    np.testing.assert_allclose(step, -0.01 * np.sign(gradient), rtol=1e-4)


@settings(deadline=None, derandomize=True)
@given(st.floats(-10, 10), st.integers(1, 30))
def test_under_a_constant_gradient_momentums_steps_add_up(gradient: float, n_steps: int) -> None:
    step = optimisers.momentum(learning_rate=0.1)
    last = [step(np.array([gradient])) for _ in range(n_steps)][-1]
    np.testing.assert_allclose(
        last, [-0.1 * gradient * (1 - 0.9**n_steps) / (1 - 0.9)], rtol=1e-12, atol=1e-12
    )


def far_after(optimiser: str, learning_rate: float, curvature: float) -> float:
    """How far from the bottom a descent on `curvature / 2 * w**2` is, having started at 1."""
    step, place = OPTIMISERS[optimiser](learning_rate=learning_rate), np.ones(1)
    for _ in range(400):
        place = place + step(curvature * place)
    return float(abs(place[0]))


@pytest.mark.parametrize(("optimiser", "limit"), [("plain", 2.0), ("momentum", 3.8)])
@pytest.mark.parametrize("curvature", [0.1, 1.0, 25.0])
def test_descent_shrinks_below_its_limit_and_grows_above(
    optimiser: str, limit: float, curvature: float
) -> None:
    assert far_after(optimiser, 0.98 * limit / curvature, curvature) < 0.1
    assert far_after(optimiser, 1.02 * limit / curvature, curvature) > 10
