"""Tables of one's own: what is understood, what is refused, and with which words."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from course import tables
from course.columns import MOST_ROWS, Columns, table_points
from course.tables import read

ROWS = 40
FRAME = pd.DataFrame(
    {
        "height": np.linspace(1.5, 2.0, ROWS),
        "weight": np.linspace(50, 90, ROWS) ** 1.1,
        "name": [f"person {n}" for n in range(ROWS)],
        "kind": ["cat", "dog"] * (ROWS // 2),
    }
)
COMMAS = FRAME.to_csv(index=False)
SEMICOLONS = FRAME.to_csv(index=False, sep=";", decimal=",")
TABS = FRAME.to_csv(index=False, sep="\t")


@pytest.mark.parametrize(
    "source", [FRAME, COMMAS, SEMICOLONS, TABS, SEMICOLONS.encode("utf-8-sig"), COMMAS.encode("cp1252")]
)
def test_the_same_table_is_read_from_whatever_it_comes_in(source: object) -> None:
    table = read(source)
    assert table.columns == ["height", "weight", "name", "kind"]
    assert table.numeric == ["height", "weight"]
    np.testing.assert_allclose(table.frame["weight"], FRAME["weight"])


def test_the_smallest_and_the_largest_value_stand_at_the_ends_and_the_last_column_is_learnt() -> None:
    made = table_points(Columns(read(FRAME)))
    assert made.columns == ("height", "weight")
    assert made.inputs.min(axis=0).tolist() == [-5, -5]
    assert made.inputs.max(axis=0).tolist() == [5, 5]
    assert made.classes == ("cat", "dog")
    assert made.note == ""
    assert sorted([*made.train, *made.test]) == list(range(ROWS))


def test_a_target_of_many_numbers_is_estimated_and_one_of_few_is_a_class() -> None:
    numbers = table_points(Columns(read(FRAME.assign(age=range(ROWS)))))
    assert numbers.numeric
    assert (numbers.targets.min(), numbers.targets.max()) == (-1, 1)
    classes = table_points(Columns(read(FRAME.assign(grade=np.arange(ROWS) % 3))))
    assert not classes.numeric
    assert classes.classes == ("the 2 others", "2")


def test_dots_and_commas_that_contradict_each_other_stay_text() -> None:
    mixed = FRAME.assign(height=["1,5", "1.75"] * 20, weight=["1.250,5", "30"] * 20)
    assert read(mixed).numeric == ["weight"]
    assert read(mixed).frame["weight"].tolist()[:2] == [1250.5, 30]


def test_fifty_classes_are_one_against_all_others() -> None:
    frame = pd.DataFrame({"a": np.arange(500.0), "b": np.arange(500.0) ** 2})
    frame["kind"] = [f"k{n % 50:02}" for n in range(500)]
    made = table_points(Columns(read(frame), positive="k07"))
    assert made.classes == ("the 49 others", "k07")
    assert made.targets.sum() == 10


def test_missing_values_are_left_out_and_a_million_rows_are_sampled_and_both_are_said() -> None:
    holes = FRAME.copy()
    holes.loc[[1, 2], "height"] = np.nan
    holes.loc[3, "weight"] = np.inf
    assert "3 of 40 rows lack a value and are left out." in table_points(Columns(read(holes))).note
    count = 10**6
    many = pd.DataFrame(
        {"a": np.arange(count) % 997, "b": np.arange(count) % 89, "kind": np.arange(count) % 2}
    )
    made = table_points(Columns(read(many)))
    assert len(made.inputs) == MOST_ROWS
    assert made.note.startswith("2,000 of 1,000,000 rows are used, drawn at random.")


def test_of_five_hundred_columns_any_two_are_chosen() -> None:
    wide = pd.DataFrame({f"c{n}": np.arange(20.0) * (n + 1) for n in range(499)}).assign(kind=[0, 1] * 10)
    assert table_points(Columns(read(wide), features=("c3", "c400"))).columns == ("c3", "c400")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "a table must have a line with names and rows under it, got nothing"),
        ("a;b;c", "a table must have a line with names and rows under it, got one line"),
        (
            "a;b\n1;2",
            "a table must have three columns at least, divided by commas, semicolons or tabs, got 'a;b'",
        ),
        ("1;2;3\n4;5;6", "the first line must name the columns, got '1;2;3'"),
        ("a,b,c\n1,2,3\n1,2,3,4,5", "every row must have as many columns as there are names, got: "),
        (b"\x89PNG\0\0", "a table must be text: this file isn’t a CSV file"),
        (
            "a,b,c\n1,2,3,4\n5,6,7,8",
            "every row must have as many columns as there are names, got: ",
        ),
        (3, "a table must be a DataFrame, CSV text or a CSV file, got int"),
        (FRAME[["height", "kind"]], "a table must have three columns at least, got 2"),
        (FRAME[:0], "a table must have rows under its names, got none"),
        (FRAME.set_axis(["a", "a", "b", "c"], axis=1), "columns must have different names, got a twice"),
    ],
)
def test_what_is_no_table_is_refused(source: object, words: str) -> None:
    with pytest.raises(ValueError, match=r"must|isn’t") as refusal:
        read(source)
    assert str(refusal.value).startswith(words)


def of(frame: Any, features: tuple[str, str] = ("", ""), target: str = "", positive: str = "") -> Columns:
    return Columns(read(frame), features, target, positive)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (Columns(), "a table must come first: choose one, paste one, or upload a file"),
        (of(FRAME[:1]), "a table must have at least 10 rows with all three values, got 1"),
        (of(FRAME.assign(kind="cat")), "a target must have two classes at least, got kind"),
        (of(FRAME.assign(height=2)), "a feature must vary, got height, which is always 2"),
        (of(FRAME, ("height", "name")), "a feature must be a column of numbers, got name"),
        (of(FRAME, ("height", "no")), "a column must be one of height, weight, name, kind"),
        (of(FRAME, target="no"), "a column must be one of height, weight, name, kind"),
        (of(FRAME, ("height", "height")), "features and target must be three different columns"),
        (of(FRAME, target="name"), "a target must repeat its classes, got name with 40"),
        (of(FRAME, positive="cow"), "the blue class must be one of cat, dog, got cow"),
        (of(FRAME[["height", "name", "kind"]]), "a table must have two columns of numbers beside"),
        (of(FRAME.assign(kind=["cat", *["dog"] * 39])), "each class must have two rows at least, got 1"),
    ],
)  # fmt: skip
def test_columns_that_can_not_be_learnt_are_refused(columns: Columns, words: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        table_points(columns)
    assert str(refusal.value).startswith(words)


def test_the_table_that_ships_is_the_dataset() -> None:
    table: Any = tables.breast_cancer()
    assert str(table) == "Breast cancer: 569 rows, 31 columns."
    made = table_points(Columns(table))
    assert made.columns == ("mean radius", "mean texture")
    assert made.targets.sum() == 212
