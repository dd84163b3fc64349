"""A place in a typed text, shown by carets in the line below it."""

from __future__ import annotations

from unicodedata import east_asian_width

WIDEST = 64  # characters of a line that are shown
BEFORE = 40  # of them before the place, where the line is longer


def shown(text: str, start: int, end: int) -> str:
    """Return the line of `text` that holds `start`, and under it carets up to `end`.

    A long line is shown around the place, with an ellipsis where it goes on.
    """
    start = min(max(start, 0), len(text))
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", first)
    last = len(text) if last < 0 else last
    end = min(max(end, start + 1), max(last, start + 1))
    left, right = first, last
    if last - first > WIDEST:
        left = max(first, min(start - BEFORE, last - WIDEST))
        right = left + WIDEST
    before = ("…" if left > first else "") + _visible(text[left:start])
    after = _visible(text[start:right]) + ("…" if right < last else "")
    under = "".join("\u3000" if _wide(letter) else " " for letter in before)
    return f"{before}{after}\n{under}{'^' * (min(end, max(right, start + 1)) - start)}"


def _visible(text: str) -> str:
    """Return `text` with a sign in place of each character that cannot be seen."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def _wide(letter: str) -> bool:
    return east_asian_width(letter) in "WF"
