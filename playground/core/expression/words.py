"""What an expression holds, in words."""

from __future__ import annotations

from collections.abc import Sequence

from playground.core.i18n import Translate


def constants(names: Sequence[str], _: Translate) -> str:
    """Return which names stand for a constant, as Markdown; nothing if none does."""
    said = []
    if "pi" in names:
        said.append(_("`pi` is the number 3.14159… here, no tensor."))
    if "e" in names:
        said.append(_("`e` is the number 2.71828… here, no tensor: give a tensor another name."))
    return " ".join(said)
