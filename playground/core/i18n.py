"""Labels in English and Simplified Chinese: gettext catalogues, compiled when first asked for."""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parents[1] / "locales"
LANGUAGES = {"en": "English", "zh": "中文"}

Translate = Callable[[str], str]


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
    """What is wrong with what somebody gave, as a sentence to be translated, like `Told`."""

    def __init__(self, text: str, **fields: object) -> None:
        super().__init__(text)
        self.text, self.fields = text, fields

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


def nearest(locale: str | None) -> str:
    """Return the language of `LANGUAGES` that suits a browser's `locale`, such as `zh-CN`."""
    return "zh" if (locale or "").lower().startswith("zh") else "en"
