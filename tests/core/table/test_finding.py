"""Tables as people bring them, against the numbers that they were made from."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from playground.core import table
from playground.core.table import Choice, TableError, find
from tests.samples import length
from tests.tables import LOCALES, SEPARATORS, Table

CASES = Path(__file__).parent / "brought"

X = (0.5, 2.25, 1234.5, -4.0, 20345.75, 7.0)
Y = (12.0, -1500.25, 3.75, 400000.5, 0.125, 81.5)
POINTS = tuple(zip(X, Y, strict=True))


def notes(found):
    return [str(note) for note in found.notes]


def case(name):
    return find(table.decode((CASES / name).read_bytes()))


def brought(name, separator, encoding="utf-8", heading=(), newline="\r\n", quoted=False):
    """Return the points as a program of that locale exports them."""
    locale = LOCALES[name]
    rows = [[locale.write(x, None), locale.write(y, None)] for x, y in POINTS]
    text = Table(rows, list(heading), separator, newline, quoted).text
    return (text + newline).encode(encoding)


EXPORTS = {
    "Excel, German": brought("de", ";", "cp1252", ("Länge", "Höhe (m)")),
    "Excel, German, UTF-8": brought("de plain", ";", "utf-8-sig", ("Länge", "Höhe")),
    "Excel, German, Unicode text": brought("de", "\t", "utf-16", ("Länge", "Höhe")),
    "Excel, French": brought("fr Excel", ";", "cp1252", ("Année", "Coût (k)")),
    "Excel, French, UTF-8": brought("fr", ";", "utf-8-sig", ("Année", "Coût")),
    "Excel, French, typed": brought("fr typed", ";", "cp1252", ("été", "hiver")),
    "Excel, Swiss": brought("ch Excel", ";", "cp1252", ("Fläche", "Preis")),
    "Excel, Swiss, old": brought("ch", ";", "cp1252", ("Fläche", "Preis")),
    "Excel, Indian": brought("in", ",", "utf-8-sig", ("area", "price")),
    "Excel, Indian, tabs": brought("in", "\t", "utf-16-le", ("area", "price")),
    "Excel, English": brought("en", ",", "cp1252", ("size", "price")),
    "Excel, English, tabs": brought("en", "\t", "utf-8", ("size", "price")),
    "Excel, Chinese": brought("C", ",", "gb18030", ("面积", "房价")),
    "Excel, Chinese, thousands": brought("en", ",", "gb18030", ("时间（秒）", "温度")),
    "Excel, Chinese, Unicode text": brought("C", "\t", "utf-16", ("工龄", "工资")),
    "Excel, Chinese, UTF-16 without BOM": brought("C", "\t", "utf-16-be", ("工龄", "工资")),
    "Excel, Japanese": brought("C", ",", "cp932", ("面積", "価格")),
    "Excel, Japanese, thousands": brought("en", ",", "cp932", ("気温", "アイスの売上")),
    "Excel, Swedish": brought("se", ";", "utf-8-sig", ("ålder", "längd")),
    "Google Sheets, German": brought("de", ",", "utf-8", ("Länge", "Höhe")),
    "Google Sheets, pasted": brought("en", "\t", newline="\n", heading=("x", "y")),
    "Google Sheets, German, pasted": brought("de", "\t", newline="\n"),
    "LibreOffice, all quoted": brought("de", ";", heading=("x", "y"), quoted=True),
    "LibreOffice, spaces": brought("C", " ", heading=("x", "y")),
    "LibreOffice, bars": brought("fr", "|", heading=("x", "y")),
    "a book, with dashes for minus": brought("print", ";", heading=("x", "y")),
    "physics, thin spaces": brought("SI", ";", heading=("t / s", "T / K")),
    "typed in Chinese": brought("C", "，", newline="\n"),
    "typed in Chinese, heading": brought("C", "，", heading=("时间", "温度")),
    "two spaces": brought("de plain", "  ", heading=("Zeit (s)", "Weg (m)")),
    "old Mac": brought("C", ",", "utf-8", ("x", "y"), newline="\r"),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_read_as_it_was_written(name):
    text = table.decode(EXPORTS[name])
    found = find(text)
    assert found.points == POINTS
    assert not found.asks
    assert found.error is None
    if found.heading:
        assert text.lstrip('"').startswith(found.x.name)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ('"","speed","dist"\n"1",4,2\n"2",7,4\n"3",8,16\n', ("speed", "dist")),  # R's write.csv
        ('"speed" "dist"\n"1" 4 2\n"2" 7 4\n"3" 8 16\n', ("speed", "dist")),  # write.table
        ('"speed";"dist"\n"1";4;2\n"2";7;4\n"3";8;16\n', ("speed", "dist")),  # write.csv2, old
        (",speed,dist\n0,4,2\n1,7,4\n2,8,16\n", ("speed", "dist")),  # pandas
        (",speed,dist\n3,4,2\n5,7,4\n9,8,16\n", ("speed", "dist")),  # pandas, some rows
        ("speed,dist\nMazda,4,2\nFiat,7,4\nVolvo,8,16\n", ("speed", "dist")),  # R, row names
        ("car,speed,dist\nMazda,4,2\nFiat,7,4\nVolvo,8,16\n", ("speed", "dist")),
        ("date;speed;dist\n1.2.2020;4;2\n2.2.2020;7;4\n3.2.2020;8;16\n", ("speed", "dist")),
        ("date,speed,dist\n2020-02-01,4,2\n2020-02-02,7,4\n2020-02-03,8,16", ("speed", "dist")),
        ("time\tspeed\tdist\n10:00\t4\t2\n10:05\t7\t4\n10:10\t8\t16", ("speed", "dist")),
        ("speed,dist,note\n4,2,slow\n7,4,\n8,16,fast\n", ("speed", "dist")),
        ("share;speed;dist\n5 %;4;2\n6 %;7;4\n7 %;8;16\n", ("speed", "dist")),
        ("price,speed,dist\n$5,4,2\n$6,7,4\n$7,8,16\n", ("speed", "dist")),
        ("No.,speed,dist\n1,4,2\n2,7,4\n3,8,16\n", ("speed", "dist")),
        ("编号，速度，距离\n1，4，2\n2，7，4\n3，8，16\n", ("速度", "距离")),
        ("speed,dist,mass\n4,2,9\n7,4,8\n8,16,7\n", ("speed", "dist")),
        ("id,2019,2020\n1,4,2\n2,7,4\n3,8,16\n", ("2019", "2020")),
        ("| n | speed | dist |\n|---|--:|--:|\n| 1 | 4 | 2 |\n| 2 | 7 | 4 |\n| 3 | 8 | 16 |",
         ("speed", "dist")),  # Markdown
        ("   n  speed  dist\n   1      4     2\n   2      7     4\n   3      8    16",
         ("speed", "dist")),  # fixed width
    ],
)  # fmt: skip
def test_of_many_columns_two_are_offered_and_row_numbers_are_not(text, columns):
    found = find(text)
    assert found.asks
    assert (found.x.name, found.y.name) == columns
    assert found.points == ((4, 2), (7, 4), (8, 16))
    assert found.error is None


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n2,4\n3,7", "1;2\n2;4\n3;7", "1\t2\n2\t4\n3\t7", "1|2\n2|4\n3|7", "1 2\n2 4\n3 7",
        "1, 2\n2, 4\n3, 7", "  1   2\n  2   4\n  3   7", "1，2\n2，4\n3，7", "1、2\n2、4\n3、7",
        "1；2\n2；4\n3；7", "１，２\n２，４\n３，７", "1　2\n2　4\n3　7", "1,2\n2，4\n3,7",
        "1;2;\n2;4;\n3;7;\n;;\n;;", "1,2,\n2,4,\n3,7,\n,,", "\n\n1,2\n\n2,4\n3,7\n\n",
        ",1,2\n,2,4\n,3,7", "1,,2\n2,,4\n3,,7", "1\t\t2\n2\t\t4\n3\t\t7",
        "# made by hand\n1,2\n# half way\n2,4\n3,7\n# end", "# x y\n1 2\n2 4\n3 7",
        "sep=;\n1;2\n2;4\n3;7", '"sep=,"\n1,2\n2,4\n3,7', "sep=\t\n1\t2\n2\t4\n3\t7",
        "\ufeffx,y\n1,2\n2,4\n3,7", '"1","2"\n"2","4"\n"3","7"', '"1,2"\n"2,4"\n"3,7"',
        "x\ty\r\n1\t2\r\n2\t4\r\n3\t7\r\n", "x,y\r1,2\r2,4\r3,7\r", "x y\n----\n1 2\n2 4\n3 7",
        "x;y\n1,0;2,0\n2,0;4,0\n3,0;7,0", "x,y\n1e0,2.0\n2e0,4.0\n3E+00,7.0",
        '"Time\n(s)","Temp, °C"\n1,2\n2,4\n3,7', "t (s);T (°C)\n1;2\n2;4\n3;7",
        "x;y\n2/2;4/2\n2;8/2\n3;14/2", "1,2\u20282,4\u20283,7",
        "#;y²\n1;2\n2;4\n3;7", "#x,y\n1,2\n2,4\n3,7",
    ],
)  # fmt: skip
def test_however_they_are_apart_the_points_are_the_same(text):
    found = find(text)
    assert found.points == ((1, 2), (2, 4), (3, 7))
    assert not found.asks
    assert found.error is None
    assert all("is read as" in note for note in notes(found))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x,y\n1,2\n2,\n3,7", ["Line 3 has no y: left out."]),
        ("x,y\n1,2\n,5\n3,7", ["Line 3 has no x: left out."]),
        ("x;y\n1;2\nNA;5\n3;7", ["Line 3 has no x: left out."]),
        ("x;y\n1;2\n5;N/A\n3;7", ["Line 3 has no y: left out."]),
        ("x;y\n1;2\n5;null\n3;7", ["Line 3 has no y: left out."]),
        ("x;y\n1;2\n5;-\n3;7", ["Line 3 has no y: left out."]),
        ("x;y\n1;2\n5;–\n3;7", ["Line 3 has no y: left out."]),
        ("1\t2\n--\t--\n3\t7", ["Line 2 has no x: left out."]),
        ("x,y\n1,2\n5,#DIV/0!\n3,7", ["Line 3 has no y: left out."]),
        ("x,y\n1,2\n5,#N/A\n3,7", ["Line 3 has no y: left out."]),
        ("1,2\n#N/A,4\n3,7", ["Line 2 has no x: left out."]),
        ("x,y\n1,2\n5,nan\n3,7", ["Line 3 is left out: `nan` stands for no number."]),
        ("x,y\n1,2\n5,-inf\n3,7", ["Line 3 is left out: `-inf` is infinite"]),
        ("1,2\n3,four\n3,7", ["Line 2 is left out: `four` is no number"]),
        ("1,2\n3,1_000\n3,7", ["Line 2 is left out: `1_000` has an underscore"]),
        ("1,2\n3,0x10\n3,7", ["Line 2 is left out: `0x10` is not decimal"]),
        ("1;2\n3;5 %\n3;7", ["Line 2 is left out: `5 %` has a percent sign"]),
        ("$5,$6\n1,2\n3,7", ["Line 1 is left out: `$5` is an amount of money"]),
        ("5m,6m\n1,2\n3,7", ["Line 1 is left out: `5m` has letters"]),
        ("x,y\ns,m\n1,2\n3,7", ["Line 2 is left out: `s` is no number"]),
        ("Report\n\nx,y\n1,2\n3,7", ["Line 1 is left out: `Report` has not as many cells"]),
        ("1,2\n1,5,3\n3,7", ["Line 2 is left out: `1, 5, 3` has not as many cells"]),
        ("1 2\n5\n3 7", ["Line 2 is left out: `5` has not as many cells"]),
        ("1,2\n3,7\nTotal,9", ["Line 3 is left out: `Total` is no number"]),
        ('1,2\n3,7\n"5,6\n7,8\n9,1', ["Lines 3 to 5 are left out: they have no y."]),
        ("x,y\n1,2\n2,\n2,-\n3,7", ["Line 3 has no y: left out.", "Line 4 has no y: left out."]),
    ],
)
def test_a_row_without_two_numbers_is_left_out_and_told(text, said):
    found = find(text)
    assert found.points == ((1, 2), (3, 7))
    assert not found.asks
    for note, start in zip(notes(found), said, strict=True):
        assert note.startswith(start)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no two columns"), (" \n ", "no two columns"), ("1\n2\n3", "no two columns"),
        ("hello world", "no two columns"), ("x,y", "no two columns"),
        ("$1,$2\n$3,$4", "found: 0. `$1` is an amount of money"),
        ("x;y\n1;5 %\n2;6 %", "found: 1. `5 %` has a percent sign"),
        ("d,v\n2020-01-01,5\n2020-01-02,6", "found: 1. `2020-01-01` is a date"),
        ("x,y\n1,NA\n2,NA", "found: 1. One column is empty."),
        ("x,y\n1,5\n2,a\n3,b", "found: 1. `a` is no number"),
        ("(1,2)\n(3,4)", "found: 0. `(1` is no number"),
        ("1,2", "at least two points"), ("x,y\n1,2", "at least two points"),
        ("1,2\n3,four", "Fewer than two rows hold two numbers. Line 2 is left out: `four`"),
        ("3,1\n3,2", "All x are 3"), ("1,2\n3,1000001", "Line 2, `3, 1000001`, goes beyond"),
        ("1,2\n" * 10_001, "10,001 rows, but at most 10,000"),
        ("x,y\n" + "1,2\n" * 10_002, "10,002 rows, but at most 10,000"),
        ("1," * 300 + "2\n3,4", "Line 1 has 301 columns, but at most 200"),
        ("1,2\n3," + "4" * 999_999, "1,000,005 characters, but at most 1,000,000"),
        ('1,2\n"' + "4" * 200_000, "a cell of it is too long"),
    ],
)  # fmt: skip
def test_what_holds_no_points_is_refused_in_a_sentence(text, said):
    try:
        error = find(text).error
    except TableError as raised:
        error = raised
    assert said in str(error)
    assert str(error)[-1] == "."


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("1;39,343\n2;40,100", "39,343"), ("x\ty\n1\t1.234\n2\t2.345", "1.234"),
        ("1.234,5.678\n2.345,6.789", "1.234"), ('1,"1,000"\n2,"2,000"', "1,000"),
        ("1,000 2\n3,000 4", "1,000"), ("1,500;2\n0.5;3\n0,5;4", "1,500"),
    ],
)  # fmt: skip
def test_a_mark_that_the_table_does_not_tell_is_asked_for(text, cell):
    found = find(text)
    assert found.asks
    assert found.is_open
    assert found.points == ()
    assert found.unclear.text == cell
    point, comma = (find(text, Choice(decimal=mark)) for mark in ".,")
    assert not point.is_open
    assert not comma.is_open
    ratio = np.array(point.points) / np.array(comma.points)
    assert set(np.round(ratio, 6).ravel()) <= {1, 1000, 0.001}
    assert 1000 in np.round(ratio, 6) or 0.001 in np.round(ratio, 6)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("0,5;39,343\n1,5;40,100", ((0.5, 39.343), (1.5, 40.1))),
        ("0.5;39,343\n1.5;40,100", ((0.5, 39343), (1.5, 40100))),
        ("1;39,343\n2;7,5", ((1, 39.343), (2, 7.5))),
        ("1;39,343\n2;7.5", ((1, 39343), (2, 7.5))),
        ("1;39.343\n2;1.234.567,5", None),
        ("0,5\t1.234\n1,5\t2.345", ((0.5, 1234), (1.5, 2345))),
        ("0.5\t1.234\n1.5\t2.345", ((0.5, 1.234), (1.5, 2.345))),
        ("1,5;2.5\n3,5;4.5", ((1.5, 2.5), (3.5, 4.5))),  # each column has its own
    ],
)
def test_the_whole_column_and_then_the_table_tell_the_mark(text, points):
    found = find(text)
    assert not found.is_open
    if points is None:
        assert "1.234.567,5" in str(found.error)
        return
    assert found.points == points
    read = [n for n in notes(found) if "is read as" in n]
    assert bool(read) == any(
        "39" in cell or "1.234" in cell for row in found.written for cell in row
    )


def test_a_column_that_tells_overrules_what_was_chosen():
    assert find("0,5;1,5\n2;3", Choice(decimal=".")).points == ((0.5, 1.5), (2, 3))


def test_the_heading_may_be_chosen():
    text = "2019,2020\n1,2\n3,4"
    assert find(text).points == ((2019, 2020), (1, 2), (3, 4))
    assert not find(text).heading
    chosen = find(text, Choice(heading=True))
    assert chosen.points == ((1, 2), (3, 4))
    assert (chosen.x.name, chosen.y.name) == ("2019", "2020")
    assert notes(chosen) == ["Line 1, `2019, 2020`, is taken as the heading."]
    without = find("x,y\n1,2\n3,4", Choice(heading=False))
    assert notes(without)[0].startswith("Line 1 is left out: `x` is no number")


@pytest.mark.parametrize(
    ("comment", "names"),
    [
        ("# t y", ("t", "y")), ("#t\ty", ("t", "y")), ("# measured in Bonn", ("", "")),
        ("# 3 4", ("", "")), ("# first\n# t y", ("t", "y")),
    ],
)  # fmt: skip
def test_a_comment_above_names_the_columns_if_it_has_as_many_words(comment, names):
    found = find(f"{comment}\n1 2\n2 3")
    assert (found.x.name, found.y.name) == names
    assert found.points == ((1, 2), (2, 3))


def test_the_columns_may_be_chosen():
    text = "n,a,b,c\n1,10,100,7\n2,20,200,8\n3,30,300,9"
    columns = [column.name for column in find(text).columns]
    assert columns == ["n", "a", "b", "c"]
    found = find(text, Choice(x=3, y=1))
    assert (found.x.name, found.y.name) == ("c", "a")
    assert found.points == ((7, 10), (8, 20), (9, 30))
    assert "same column" in str(find(text, Choice(x=1, y=1)).error)


def test_commas_in_a_text_beside_other_marks_are_no_columns():
    found = find(f"x\ty\tnote\n1\t2\t{',' * 300}\n2\t3\t")
    assert found.points == ((1, 2), (2, 3))


def test_two_ways_to_cut_a_text_are_asked_for():
    found = find("1 234,5 678\n2 345,6 789")
    assert found.asks
    assert set(found.separators) == {",", " "}
    assert find("1 234,5 678\n2 345,6 789", Choice(separator=",")).points[0] == (1234, 5678)
    assert len(find("1 234,5 678\n2 345,6 789", Choice(separator=" ")).columns) == 3


def test_decimal_commas_with_a_comma_and_a_space_between_are_asked_for():
    found = find("2,5, 3,5\n4,5, 6,5")
    assert found.asks
    assert found.separators == (", ", ",")
    assert found.points == ((2.5, 3.5), (4.5, 6.5))


def test_an_even_sample_of_many_rows_is_offered():
    found = case("14_700_rows.csv")
    assert found.asks
    assert len(found.points) == 700
    drawn = table.sample(found.points, 3)
    assert len(drawn) == 200
    places = [found.points.index(point) for point in drawn]  # of the first equal one
    assert table.sample(found.points, 3) == drawn != table.sample(found.points, 4)
    assert set(drawn) <= set(found.points)
    assert places != sorted(range(200))


@pytest.mark.parametrize("count", [201, 399, 400, 700, 9_999, 10_000])
def test_a_sample_takes_one_of_each_of_200_equal_parts(count):
    points = tuple((float(k), 0.0) for k in range(count))
    places = np.array([x for x, _ in table.sample(points, 5)])
    parts = np.searchsorted(np.linspace(0, count, 201).astype(int), places, side="right")
    assert parts.tolist() == list(range(1, 201))


def test_few_points_are_their_own_sample():
    assert table.sample(POINTS, 1) == POINTS


def test_ten_thousand_rows_are_read():
    rows = [f"{k};{k / 8}".replace(".", ",") for k in range(10_000)]
    found = find("\n".join(["x;y", *rows]))
    assert found.points == tuple((float(k), k / 8) for k in range(10_000))


@pytest.mark.parametrize(
    ("name", "names", "points"),
    [
        ("01_tab_thousands.tsv", ("Years", "Salary"), ((1.1, 38949), (1.5, 42578), (2.2, 45557))),
        ("03_clip_decimal_comma.txt", ("", ""), ((2.5, 3.5), (4.5, 6.5))),
        ("04b_clip_minus_sign.txt", ("", ""), ((-1, 2), (1, -2))),
        ("05_gbk_area_price.csv", ("面积", "房价"), ((50, 131), (60, 142), (72, 204))),
        ("07_rownames.csv", ("speed", "dist"), ((4, 3), (7, 3), (9, 18))),
        ("09_trailing_separators.csv", ("hours", "score"), ((1, 32), (2, 44), (3, 47))),
        ("10_missing_y.csv", ("x", "y"), ((24, 28.293012), (50, 46.0926241), (15, 11.0015776))),
        ("12_excel_sep_line.csv", ("x", "y"), ((1, 2.5), (2, 4.1), (3, 6.2))),
        ("14_700_rows.csv", ("x", "y"), ((65, 72.088082), (13, 56.254107), (50, 15.377552))),
        ("15_fullwidth_comma.txt", ("", ""), ((1, 2), (2, 4), (3, 7))),
    ],
)
def test_the_tables_that_once_failed_are_read(name, names, points):
    found = case(name)
    assert (found.x.name, found.y.name) == names
    assert found.points[:3] == points
    assert found.error is None


def test_what_the_tables_that_once_failed_ask_and_tell():
    counts = {path.name: len(case(path.name).points) for path in CASES.iterdir()}
    assert counts["05_gbk_area_price.csv"] == counts["09_trailing_separators.csv"] == 8
    asking = {path.name for path in CASES.iterdir() if case(path.name).asks}
    assert asking == {"07_rownames.csv", "14_700_rows.csv"}
    assert notes(case("10_missing_y.csv")) == ["Line 12 has no y: left out."]
    assert notes(case("01_tab_thousands.tsv")) == ["`38,949` is read as 38949."]
    assert (
        counts["10_missing_y.csv"] == len((CASES / "10_missing_y.csv").read_text().splitlines()) - 2
    )


numbers = st.one_of(
    st.integers(-999_999, 999_999).map(float),
    st.floats(-999_999, 999_999),
    st.floats(-9.5, 9.5),
)


@st.composite
def tables(draw):
    """Draw a table of two columns as some program writes it, and its numbers."""
    name = draw(st.sampled_from(sorted(LOCALES)))
    separator = draw(st.sampled_from(SEPARATORS))
    locale = LOCALES[name]
    assume(not (separator.isspace() and separator != "\t" and locale.thousands == " "))
    count = draw(st.integers(2, 12))
    meant, written = [], []
    for _ in "xy":
        decimals = draw(st.sampled_from([None, 0, 1, 2, 3, 5]))
        drawn = draw(st.lists(numbers, min_size=count, max_size=count))
        texts = [locale.write(number, decimals) for number in drawn]
        exact = [f"{n:.15g}" if decimals is None else f"{n:.{decimals}f}" for n in drawn]
        meant.append([float(f"{float(text):.9g}") + 0.0 for text in exact])
        written.append(texts)
    heading = draw(st.sampled_from([[], ["x", "y"], ["Länge", "面积"]]))
    rows = [list(row) for row in zip(*written, strict=True)]
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    text = Table(rows, heading, separator, newline, quoted=draw(st.booleans())).text
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]))
    return text.encode(encoding), tuple(zip(*meant, strict=True))


def check_read_or_asked(drawn):
    """Check that a table is read as it was meant, or somebody is asked, or it is refused."""
    raw, meant = drawn
    try:
        found = find(table.decode(raw))
    except TableError as error:
        pytest.fail(f"{raw!r}: {error}")
    if len(found.separators) > 1:
        return
    if found.is_open:
        readings = [find(table.decode(raw), Choice(decimal=mark)).points for mark in ".,"]
        assert meant in readings
        return
    assert found.points == meant
    assert not any("left out" in note for note in notes(found))


def test_a_table_in_any_locale_is_read_as_it_was_meant_or_asked(pytestconfig):
    count = length(pytestconfig, 300, 10_000)
    settings(max_examples=count, deadline=None)(given(tables())(check_read_or_asked))()


@given(st.text(max_size=300))
def test_any_text_is_points_or_a_sentence(text):
    try:
        found = find(text)
    except TableError as error:
        said = error.text.format(**error.fields)
        found = None
    if found is None:
        assert said
        return
    assert found.is_open or found.error or table.parse(table.write(found.points[:200]))


@given(st.text(alphabet="0123456789,.;\t -\"\n'#xeE%$", max_size=80))
def test_any_text_like_a_table_is_points_or_a_sentence(text):
    test_any_text_is_points_or_a_sentence.hypothesis.inner_test(text)


MISSING = ("", "NA", "N/A", "null", "-", "–", "NaN", "#N/A", "?")
OTHERS = {  # columns that are no numbers of the table: where they stand, their names and cells
    "none": lambda count: (0, []),
    "row numbers": lambda count: (0, [("", [f"{k}" for k in range(count)])]),
    "names": lambda count: (0, [("name", [f"n{k}" for k in range(count)])]),
    "dates": lambda count: (0, [("Datum", [f"{k % 28 + 1}.3.2021" for k in range(count)])]),
    "shares": lambda count: (2, [("share", [f"{k} %" for k in range(count)])]),
    "empty": lambda count: (1, [("", [""] * count)]),
    "trailing": lambda count: (2, [("", [""] * count)]),
}


def littered(rng):
    """Return a table with other columns, comments and holes in y, its points and its holes."""
    locale, separator = LOCALES[rng.choice(sorted(LOCALES))], rng.choice("\t;|,")
    count, decimals = rng.choice([4, 6, 12, 30]), rng.choice([1, 2, 4])
    x = rng.sample(range(2000), count)
    y = [float(f"{rng.uniform(-5000, 5000):.{decimals}f}") for _ in range(count)]
    holes = set(rng.sample(range(1, count), rng.choice([0, 1, count // 4])))
    written = [locale.write(value, decimals) for value in y]
    for hole in holes:
        written[hole] = rng.choice(MISSING)
    columns = [("x", [locale.write(value, None) for value in x]), ("y", written)]
    at, others = OTHERS[rng.choice(sorted(OTHERS))](count)
    columns[at:at] = others
    rows = [list(row) for row in zip(*(cells for _, cells in columns), strict=True)]
    rows += [[""] * len(columns)] * rng.choice([0, 2])
    text = Table(rows, [name for name, _ in columns], separator, rng.choice(["\n", "\r\n"])).text
    start = rng.choice(["", "# a comment, with; marks\t|\n"])
    meant = [(float(x[k]), y[k]) for k in range(count) if k not in holes]
    return start + text, tuple(meant), len(holes)


def test_other_columns_comments_and_holes_change_no_number(pytestconfig):
    rng = random.Random(pytestconfig.getoption("seed"))
    for _ in range(length(pytestconfig, 150, 5000)):
        text, meant, holes = littered(rng)
        found = find(text)
        if found.is_open:
            assert meant in [find(text, Choice(decimal=mark)).points for mark in ".,"], text
            continue
        assert found.points == meant, text
        assert (found.x.name, found.y.name) == ("x", "y"), text
        left_out = [n for n in notes(found) if "has no y" in n or "left out" in n]
        assert len(left_out) == holes, text
