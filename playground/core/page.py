"""A page of the site: its place in the menu and what it offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from playground.core.i18n import N_, Translate, count_word

FIT, AUTOGRAD, OPTIMIZERS, TEACH = N_("Fit"), N_("Autograd"), N_("Optimizers"), N_("Teach")
SECTIONS = ("", FIT, AUTOGRAD, OPTIMIZERS, TEACH)
"""The sections of the menu, in its order; Home is in none."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page: each package in `features` has one, as `PAGE`.

    package: the feature's, whose last part is the page's address and its script's name.
    place: in its section of the menu. predicts: whether a task can ask there for a prediction.
    counts: numbers that `title` and `about` name in braces, to be said as words.
    """

    package: str
    section: str
    place: int
    title: str
    icon: str
    about: str = ""
    predicts: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The page's address."""
        return self.package.rpartition(".")[2]

    def said(self, text: str, _: Translate) -> str:
        """Return `text`, the title or what the page is about, in the language of `_`."""
        words = {name: count_word(count, _) for name, count in self.counts.items()}
        return _(text).format(**words) if text else ""

    @property
    def symbol(self) -> str:
        """The icon as Streamlit names it."""
        return f":material/{self.icon}:"
