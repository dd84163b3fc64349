"""Tables of numbers as people's programs write them, and the numbers they were made from."""

from dataclasses import dataclass, field

MINUSES = ("-", "\N{MINUS SIGN}", "\N{EN DASH}")
SEPARATORS = ("\t", ";", "|", ",", "  ", " ", "，")


@dataclass(frozen=True)
class Locale:
    """How numbers are written: the mark before decimals, and between how many digits which mark."""

    decimal: str = "."
    thousands: str = ""
    groups: tuple[int, ...] = (3,)  # the last one repeats
    minus: str = "-"

    def write(self, number, decimals):
        """Return `number` with as many decimals, None for as many as it needs."""
        text = f"{abs(number):.{decimals}f}" if decimals is not None else f"{abs(number):.15g}"
        whole, _, part = text.partition(".")
        if self.thousands and "e" not in text:
            whole = self.thousands.join(self._grouped(whole))
        sign = self.minus if number < 0 and float(text) else ""
        return sign + whole + (self.decimal + part if part else "")

    def _grouped(self, digits):
        parts, sizes = [], list(self.groups)
        while digits:
            size = sizes.pop(0) if len(sizes) > 1 else sizes[0]
            parts.insert(0, digits[-size:])
            digits = digits[:-size]
        return parts


LOCALES = {
    "C": Locale(),
    "en": Locale(thousands=","),
    "de": Locale(",", "."),
    "de plain": Locale(","),
    "fr": Locale(",", "\N{NARROW NO-BREAK SPACE}"),
    "fr Excel": Locale(",", "\N{NO-BREAK SPACE}"),
    "fr typed": Locale(",", " "),
    "SI": Locale(".", "\N{THIN SPACE}"),
    "ch": Locale(".", "'"),
    "ch Excel": Locale(".", "\N{RIGHT SINGLE QUOTATION MARK}"),
    "in": Locale(".", ",", (3, 2)),
    "se": Locale(",", "\N{NO-BREAK SPACE}", minus="\N{MINUS SIGN}"),
    "print": Locale(minus="\N{EN DASH}"),
}


@dataclass(frozen=True)
class Table:
    """Rows of cells, and how a program joins them."""

    rows: list[list[str]]
    heading: list[str] = field(default_factory=list)
    separator: str = ","
    newline: str = "\n"
    quoted: bool = False  # all cells; else those that need it

    @property
    def text(self):
        rows = ([self.heading] if self.heading else []) + self.rows
        return self.newline.join(self.separator.join(map(self._cell, row)) for row in rows)

    def _cell(self, cell):
        if self.quoted or self.separator in cell or "\n" in cell or '"' in cell:
            return '"' + cell.replace('"', '""') + '"'
        return cell
