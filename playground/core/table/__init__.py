"""A learner's own points: in a link, in a file, pasted, or in a table to edit."""

from playground.core.table.decoding import LARGEST_FILE, decode
from playground.core.table.edits import Edited, edited
from playground.core.table.finding import Choice, Found, find
from playground.core.table.links import form, parse
from playground.core.table.points import LARGEST, MOST, Point, Points, TableError, sample, write
from playground.core.table.sheets import SEPARATORS

__all__ = [
    "LARGEST",
    "LARGEST_FILE",
    "MOST",
    "SEPARATORS",
    "Choice",
    "Edited",
    "Found",
    "Point",
    "Points",
    "TableError",
    "decode",
    "edited",
    "find",
    "form",
    "parse",
    "sample",
    "write",
]
