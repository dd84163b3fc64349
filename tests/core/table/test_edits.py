"""What Streamlit's editor of a table says, whose cells are read as people write numbers."""

import pytest

from playground.core.table import TableError, edited, edits

BASE = ((1.0, 10.0), (2.5, 20.0), (3.0, 30.0))
NOTHING = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}


def pasted(*rows):
    """Return the edits of cells that were pasted over the first rows, and below them."""
    cells = [dict(zip("xy", row, strict=True)) for row in rows]
    return NOTHING | {
        "edited_rows": dict(enumerate(cells[: len(BASE)])),
        "added_rows": cells[len(BASE) :],
    }


def test_the_cells_are_the_points_in_their_shortest_form():
    assert edits.cells(BASE) == {"x": ["1", "2.5", "3"], "y": ["10", "20", "30"]}
    assert edits.cells(()) == {"x": [], "y": []}
    assert edited(BASE, NOTHING).points == BASE
    assert edited((), NOTHING).points == ()


def test_edits_are_applied_to_the_base_once():
    changes = {
        "edited_rows": {0: {"y": "-5"}, 1: {"x": None}},
        "added_rows": [{"x": "7", "y": "70"}, {"x": "8"}, {}, {"x": None, "y": "3"}],
        "deleted_rows": [2],
    }
    for _again in range(2):
        found = edited(BASE, changes)
        assert found.points == ((1, -5), (7, 70))
        assert [str(note) for note in found.notes] == [
            "Row 2 has no x: it does not count yet.",
            "Row 4 has no y: it does not count yet.",
            "Row 6 has no x: it does not count yet.",
        ]


@pytest.mark.parametrize(
    ("rows", "points"),
    [
        ([("2,5", "3,5"), ("4,5", "6,5")], ((2.5, 3.5), (4.5, 6.5), (3, 30))),
        ([("−1", "2"), ("1", "−2")], ((-1, 2), (1, -2), (3, 30))),
        ([("１", "２"), ("３", "４．５")], ((1, 2), (3, 4.5), (3, 30))),
        ([("1/4", "1'000"), ("0,5", "2 000")], ((0.25, 1000), (0.5, 2000), (3, 30))),
        ([("1", "38,949"), ("2", "45,557.5")], ((1, 38949), (2, 45557.5), (3, 30))),
        ([("1,5", "1"), ("2.5", "2")], ((1.5, 1), (2.5, 2), (3, 30))),
        (
            [("1", "1,5"), ("2", "2,5"), ("3", "3,5"), ("4", "39,343")],
            ((1, 1.5), (2, 2.5), (3, 3.5), (4, 39.343)),
        ),
        ([("1.234", "2")], ((1.234, 2), (2.5, 20), (3, 30))),  # as the table shows it
        ([(4, 5.5)], ((4, 5.5), (2.5, 20), (3, 30))),
    ],
)
def test_pasted_cells_are_read_as_a_column(rows, points):
    found = edited(BASE, pasted(*rows))
    assert found.points == points
    assert not found.is_open


@pytest.mark.parametrize(
    ("rows", "cell", "values"),
    [
        ([("1", "39,343"), ("2", "40,100")], "39,343", {".": (39343, 40100), ",": (39.343, 40.1)}),
        ([("1", "1,000")], "1,000", {".": (1000, 20), ",": (1, 20)}),
        ([("1", "1.234"), ("2", "2.345")], "1.234", {".": (1.234, 2.345), ",": (1234, 2345)}),
    ],
)
def test_cells_that_may_be_two_numbers_are_asked_for(rows, cell, values):
    found = edited(BASE, pasted(*rows))
    assert (found.is_open, found.points, found.unclear.text) == (True, (), cell)
    for mark, (first, second) in values.items():
        found = edited(BASE, pasted(*rows), mark)
        assert found.unclear.text == cell
        assert not found.is_open
        assert [y for _, y in found.points] == [first, second, 30]


def test_how_cells_were_read_is_told():
    found = edited(BASE, pasted(("2,5", "3"), ("1/4", "4")))
    assert [str(n) for n in found.notes] == ["`2,5` is read as 2.5.", "`1/4` is read as 0.25."]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("four", "Row 2: `four` is no number"),
        ("5 %", "Row 2: `5 %` has a percent sign"),
        ("1_0", "Row 2: `1_0` has an underscore"),
        ("nan", "Row 2: `nan` stands for no number"),
        ("1000001", "Row 2: `1000001` goes beyond ±1,000,000"),
        (float("inf"), "Row 2: `inf` is infinite"),
    ],
)
def test_a_cell_that_is_no_number_is_named(cell, said):
    with pytest.raises(TableError, match=said):
        edited(BASE, pasted(("1", "2"), ("3", cell)))


@pytest.mark.parametrize(
    "changes",
    [
        {"edited_rows": {7: {"x": 1}}},
        {"edited_rows": {"a": {"x": 1}}},
        {"edited_rows": {0: 5}},
        {"edited_rows": {0: {"x": [1]}}},
        {"edited_rows": {0: {"z": "1"}}},
        {"added_rows": [3]},
        {"edited_rows": None},
    ],
)
def test_edits_that_no_editor_makes_are_refused_in_a_sentence(changes):
    with pytest.raises(TableError, match="no edits"):
        edited(BASE, NOTHING | changes)
