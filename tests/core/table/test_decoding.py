"""The encodings of files, which they seldom say."""

import pytest

from playground.core import table
from playground.core.table import TableError, decode

ROWS = "\r\n".join(f"{k};{k * k}" for k in range(6))
HEADINGS = {
    "gb18030": ("面积;房价", "学习时间（小时）;成绩", "工龄;工资", "x轴;y轴"),
    "cp932": ("面積;価格", "勉強時間（時間）;点数", "気温;アイスの売上", "年;y"),
    "cp1252": ("Länge;Höhe", "T (°C);µ", "Prix (€);Année", "naïve;café", "Größe;Gewicht"),
}


@pytest.mark.parametrize(
    ("encoding", "heading"),
    [(encoding, heading) for encoding, several in HEADINGS.items() for heading in several],
)
def test_what_windows_writes_is_told_apart(encoding, heading):
    text = f"{heading}\r\n{ROWS}"
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
@pytest.mark.parametrize("heading", ["x;y", "面积;房价", "Länge;Höhe"])
def test_unicode_is_read_with_and_without_a_mark_at_its_start(encoding, heading):
    text = f"{heading}\r\n{ROWS}"
    if encoding == "utf-16":
        assert decode(("\ufeff" + text).encode("utf-16-be")) == text
    if encoding != "gb18030" or heading != "Länge;Höhe":  # nobody writes German so
        assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "number", ["1\u00a0234,5", "1’234,5", "–1234,5", "1234,5\u00a0"], ids=ascii
)
def test_marks_in_numbers_alone_are_the_wests(number):
    text = f"x;y\r\n1;{number}\r\n2;3"
    assert decode(text.encode("cp1252")) == text
    assert abs(table.find(text).points[0][1]) == 1234.5


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"1,2\n3,4\n" * 200_000, "The file has 1,600 kB, but at most 1,000 kB are read"),
        (b"PK\x03\x04\x14\x00\x06\x00", "a spreadsheet's own file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a spreadsheet's own file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "holds no text"),
    ],
)
def test_a_file_that_is_no_text_is_refused_in_a_sentence(raw, said):
    with pytest.raises(TableError, match=said):
        decode(raw)


def test_a_byte_that_no_text_has_costs_its_row_and_is_told():
    found = table.find(decode(b"x;y\n1;2\n3;\x81\x30\x81\n5;6\n"))
    assert found.points == ((1, 2), (5, 6))
    assert "Line 3 is left out" in str(found.notes[0])
