"""The points of a link: all of its text is taken, or none of it."""

import math
import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from playground.core import table
from playground.core.table import TableError, links

THREE = ((1.5, 2.5), (2.0, 3.0), (-4.0, 0.001))


@pytest.mark.parametrize(
    "text",
    [
        "1.5,2.5\n2,3\n-4,1e-3",
        "1.5, 2.5\n2 ,3\n -4,.001",
        "1.5 2.5\n2   3\n-4 0.001",
        "1.5\t2.5\n2\t3\n-4\t0.001",
        "1,5;2,5\n2;3\n-4;0,001",
        "1,5\t2,5\n2\t3\n-4\t0,001",
        "x,y\n1.5,2.5\n2,3\n-4,0.001",
        "x_1;y_2\n1,5;2,5\n2;3\n-4;0,001",
        "\n\nlänge breite\n\n1.5 2.5\n\n2 3\n-4 0.001\n\n",
        '"x","y"\r\n"1.5","2.5"\r\n"2","3"\r\n"-4","0.001"\r\n',
        "1.5,2.5\n2,3\n\N{MINUS SIGN}4,0.001",
        "t (s),% done\n1.5,2.5\n2,3\n-4,0.001",
        "时间,温度\n1.5,2.5\n2,3\n-4,0.001",
        "#;y²\n1.5;2.5\n2;3\n-4;0.001",
    ],
)
def test_two_columns_are_read_as_people_write_them(text):
    assert table.parse(text) == THREE


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("1,2\n3", "Line 2, `3`,"),
        ("1,2\n3,4,5\n", "Line 2, `3,4,5`,"),
        ("x,y\n1,2\n\n3,four", "Line 4, `3,four`,"),
        ("1,2\nx,y\n3,4", "Line 2, `x,y`,"),  # a heading comes first
        ("1;2;\n3;4", "Line 1, `1;2;`,"),
        ("1.234,5;2\n3;4", "Line 1,"),
        ("1,2\n3,nan", "Line 2, `3,nan`,"),
        ("nan,nan\n1,2\n3,4", "Line 1, `nan,nan`,"),  # no heading
        ("$1,$2\n3,4\n5,6", "Line 1, `$1,$2`,"),
        ("1'000;2'000\n3;4\n5;6", "Line 1,"),
        ("1.000,5;2.000,5\n3;4\n5;6", "Line 1,"),
        ("1/2,3/4\n3,4\n5,6", "Line 1, `1/2,3/4`,"),
        ("'1','2'\n3,4\n5,6", "Line 1,"),
        ("5 €;6 €\n3;4\n5;6", "Line 1,"),
        ("1m,2m\n3,4\n5,6", "Line 1, `1m,2m`,"),
        ("-,-\n3,4\n5,6", "Line 1, `-,-`,"),
        ("1,2\n-inf,4", "Line 2, `-inf,4`,"),
        ("1,2\n1_0,4", "Line 2, `1_0,4`,"),
        ("1,2\n3,1000001", "Line 2, `3,1000001`, goes beyond ±1,000,000"),
        ("1,2\n3,1e999", "Line 2, `3,1e999`, is not two numbers"),
        ("1 000,5;2\n3;4", "Line 1,"),
    ],
)
def test_a_line_that_is_no_point_is_named(text, line):
    with pytest.raises(TableError, match="^" + re.escape(line)):
        table.parse(text)


def test_a_hostile_line_is_shown_short_and_plain():
    with pytest.raises(TableError) as caught:
        table.parse("1,2\n`![x](http://e.com)\x00\x1b[31m" + "y" * 10_000)
    shown = str(caught.value.fields["line"])
    assert len(shown) == 40
    assert "`" not in shown
    assert shown.isprintable()


def test_there_are_from_2_to_200_points_at_more_than_one_x():
    many = "\n".join(f"{k},{k}" for k in range(200))
    assert len(table.parse(many)) == 200
    with pytest.raises(TableError, match="201 points, but at most 200"):
        table.parse(many + "\n200,1")
    for few in ("", "\n \n", "x,y", "1,2", "x,y\n1,2"):
        with pytest.raises(TableError, match="at least two points"):
            table.parse(few)
    with pytest.raises(TableError, match="All x are 3:"):
        table.parse("3,1\n3,2\n3.0,5")


def test_a_minus_as_mathematics_prints_it_is_a_minus_in_the_first_line_too():
    assert table.parse("\N{MINUS SIGN}1,\N{MINUS SIGN}2\n3,4") == ((-1, -2), (3, 4))


def test_no_zero_has_a_sign():
    assert table.form("-0,-0.0\n1,2") == table.form("0,0\n1,2") == "0,0\n1,2"


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("1000000,1\n999999.99999,2", r"1e\+06"),
        ("999999.99,1\n999999.98,2", "1000000"),
        ("45000.001,1\n45000.0005,2\n45000,3", "45000"),
        ("1e-153,1\n2e-153,3", "0"),
    ],
)
def test_x_that_float32_cannot_tell_apart_are_the_same(text, one):
    """A line is trained in it."""
    with pytest.raises(TableError, match=f"^All x are {one}( in float32|:)"):
        table.parse(text)
    table.parse("999999.94,1\n999999.88,2")


def test_a_long_text_is_refused_before_its_lines_are_read(monkeypatch):
    monkeypatch.setattr(links, "_point", None)
    with pytest.raises(TableError, match="131000 points, but at most 200"):
        table.parse("x,y\n" + "1,2\n" * 131_000)


numbers = st.floats(-table.LARGEST, table.LARGEST)
points = st.lists(st.tuples(numbers, numbers), min_size=2, max_size=200)


@given(points)
def test_what_is_written_reads_the_same_to_nine_digits(given_points):
    text = table.write(tuple(given_points))
    assume(len({np.float32(f"{x:.9g}") for x, _y in given_points}) > 1)
    read = table.parse(text)
    assert table.form(table.write(read)) == table.write(read) == table.form(text)
    for (x, y), (x_read, y_read) in zip(given_points, read, strict=True):
        assert math.isclose(x, x_read, rel_tol=1e-8)
        assert math.isclose(y, y_read, rel_tol=1e-8)


@given(st.text(max_size=200))
def test_any_text_is_points_or_a_sentence(text):
    found, said, filled = None, "", ""
    try:
        found = table.parse(text)
    except TableError as error:
        said, filled = str(error), error.text.format(**error.fields)
    assert said == filled
    assert said or table.parse(table.write(found)) == found


def test_no_text_is_no_points_of_ones_own():
    assert table.form("") == table.form(" \n ") == ""


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("1;39,343\n2;40,100", "39,343"),
        ("x\ty\n1,500\t2\n2,500\t3", "1,500"),
        ("1;-2,000\n2;3", "-2,000"),
    ],
)
def test_a_comma_that_may_stand_between_thousands_is_named(text, cell):
    """A comma beside a semicolon or a tab stands before decimals only where its column tells."""
    with pytest.raises(TableError, match=f"^`{cell}` may be"):
        table.parse(text)
    told = table.parse(text.replace("2;", "2;0,5\n3;").replace("\t2\n", "\t2\n0,5\t7\n"))
    assert all(abs(value) < 50 for point in told for value in point)


def test_a_point_stands_before_decimals_in_a_link():
    assert table.parse("1.234,5.678\n2.345,6.789") == ((1.234, 5.678), (2.345, 6.789))
