"""Texts in every language of `locales`: gettext catalogues for labels, Markdown for prose.

A language is a folder there. What is missing in it is said in English.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Self

from babel import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parents[1] / "locales"
SOURCE = "en"  # the language that labels are written in, and whose prose is complete

Translate = Callable[[str], str]


def languages() -> dict[str, str]:
    """Return the languages that have a folder, English first, each by its own name."""
    found = {folder.name for folder in LOCALES.iterdir() if folder.is_dir()} - {SOURCE}
    return {
        slug: Locale.parse(slug).get_display_name(slug) or slug for slug in (SOURCE, *sorted(found))
    }


LANGUAGES = languages()


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a text for translation where the language is not known yet; returns it unchanged."""
    return message


@dataclass(frozen=True)
class Told:
    """A sentence, to be translated, and what fills it in: a field may be a sentence too."""

    text: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.said(str)

    def said(self, _: Translate) -> str:
        """Return the sentence in the language of `_`."""
        fields = {
            name: value.said(_) if isinstance(value, Told) else value
            for name, value in self.fields.items()
        }
        return _(self.text).format(**fields)


class ToldError(ValueError):
    """What is wrong with what somebody gave, as a sentence to be translated, like `Told`.

    where: the place in what they gave, in lines for letters of one width; nothing if there is none.
    """

    def __init__(self, text: str, *, where: str = "", **fields: object) -> None:
        super().__init__(text)
        self.text, self.fields, self.where = text, fields, where
        if where:
            self.add_note(where)  # so that a notebook shows it under the sentence

    @classmethod
    def of(cls, said: Told | ToldError) -> Self:
        """Return the error that has the sentence of `said`."""
        error = cls(said.text)
        error.fields = dict(said.fields)
        return error

    def __str__(self) -> str:
        return self.said(str)

    def said(self, _: Translate) -> str:
        """Return the sentence in the language of `_`."""
        return Told(self.text, self.fields).said(_)


WORDS = (
    N_("one"), N_("two"), N_("three"), N_("four"), N_("five"), N_("six"), N_("seven"), N_("eight"),
    N_("nine"), N_("ten"), N_("eleven"), N_("twelve"),
)  # fmt: skip


def count_word(count: int, _: Translate) -> str:
    """Return a count as a word, from one to twelve, and in digits beyond."""
    return _(WORDS[count - 1]) if 1 <= count <= len(WORDS) else str(count)


def joined(sentences: Iterable[str], _: Translate) -> str:
    """Return `sentences` one after the other, as the language sets them apart."""
    between = _("{sentence} {next}")
    whole = ""
    for one in filter(None, sentences):
        whole = between.format(sentence=whole, next=one) if whole else one
    return whole


@cache
def translator(language: str) -> Translate:
    """Return the function that turns an English label into `language`, one of `LANGUAGES`."""
    path = LOCALES / language / "LC_MESSAGES" / "playground.po"
    if not path.exists():
        return gettext.NullTranslations().gettext
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled).gettext


def prose(name: str, language: str) -> str:
    """Return the Markdown file `name` in `language`, one of `LANGUAGES`, or in English."""
    path = LOCALES / language / f"{name}.md"
    if not path.exists():
        path = LOCALES / SOURCE / f"{name}.md"
    return path.read_text(encoding="utf-8")


def nearest(locale: str | None) -> str:
    """Return the language of `LANGUAGES` that suits a browser's `locale`, such as `zh-CN`."""
    wanted = (locale or "").replace("-", "_")
    found = (negotiate_locale([wanted], LANGUAGES) or SOURCE).lower()
    return next(language for language in LANGUAGES if language.lower() == found)
