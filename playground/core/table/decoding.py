"""The text of a file, whose encoding it seldom says."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from playground.core.i18n import N_
from playground.core.table.points import TableError
from playground.jobs.limits import UPLOAD_BYTES

LARGEST_FILE = min(1_000_000, UPLOAD_BYTES)
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods; .xls

_USUAL = ("gb18030", "cp932", "cp1252")  # beside Unicode: of Chinese, Japanese, western Windows
_LOOKED_AT = 20_000  # bytes
_ALONE = re.compile(  # of the west: a letter or sign, an apostrophe, a dash, a euro at a digit
    rb"(?<![\x80-\xff])(?:[\xa0-\xff](?![\x80-\xff])|\x92(?=\d)|\x96(?=\d)|\x80(?=[\s;,\d\"]|$))"
)


def decode(raw: bytes) -> str:
    """Return the text of a file in Unicode, or in what Windows writes in China, Japan or the west.

    Raises TableError for one that is too large, or holds no text.
    """
    if len(raw) > LARGEST_FILE:
        raise TableError(
            N_(
                "The file has {size:,.0f} kB, but at most {limit:,.0f} kB are read: save fewer "
                "rows or columns."
            ),
            size=len(raw) / 1000,
            limit=LARGEST_FILE / 1000,
        )
    if raw.startswith(SPREADSHEETS):
        raise TableError(
            N_("This is a spreadsheet's own file. Save it as CSV there, and bring that.")
        )
    text = raw.decode(_encoding(raw), errors="replace").removeprefix("\ufeff")
    if "\0" in text:
        raise TableError(N_("The file holds no text: bring a table as CSV."))
    return text


def _encoding(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if nulls := raw.count(0):  # every other byte of Latin letters and digits
        for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            if raw[start::2].count(0) == nulls > len(raw) / 10:
                return name
    try:
        raw.decode()
    except UnicodeDecodeError:
        return _told_apart(raw)
    return "utf-8"


def _told_apart(raw: bytes) -> str:
    """Return which of the usual encodings it is; signs that stand alone are the west's."""
    telling = b"\n".join(line for line in raw.splitlines() if not line.isascii())[:_LOOKED_AT]
    if not re.search(rb"[\x80-\xff]", _ALONE.sub(b"", telling)):
        return "cp1252"
    best = from_bytes(telling, cp_isolation=list(_USUAL), threshold=0.5).best()
    return best.encoding if best else "cp1252"
