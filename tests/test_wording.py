"""Numbers in a sentence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.wording import percent

quickly = settings(deadline=None, derandomize=True)
shares = st.one_of(st.floats(0, 1), st.floats(0, 1e-2), st.floats(0.99, 1), st.sampled_from([0.005, 0.995]))


@quickly
@given(shares, st.booleans())
def test_0_and_100_percent_are_said_only_where_exact(share: float, short: bool) -> None:
    said = percent(share, short=short)
    assert (said == "100 %") == (share == 1)
    assert (said == "0 %") == (share == 0)


@quickly
@given(shares)
def test_a_plain_percentage_is_within_half_a_percent(share: float) -> None:
    said = percent(share)
    if said[0].isdigit():
        assert float(said.removesuffix(" %")) / 100 == pytest.approx(share, abs=0.005 + 1e-9)
    else:
        assert said == ("more than 99 %" if share > 0.5 else "less than 1 %")


@pytest.mark.parametrize(
    ("share", "long", "short"),
    [
        (0.0, "0 %", "0 %"),
        (0.004, "less than 1 %", "<1 %"),
        (0.01, "1 %", "1 %"),
        (0.5, "50 %", "50 %"),
        (0.99, "99 %", "99 %"),
        (0.9999, "more than 99 %", ">99 %"),
        (1.0, "100 %", "100 %"),
    ],
)
def test_a_share_is_said_long_or_short(share: float, long: str, short: str) -> None:
    assert (percent(share), percent(share, short=True)) == (long, short)
