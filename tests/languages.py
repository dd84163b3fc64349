"""The languages that are complete, and one more, to see what one does that has been begun."""

import shutil
from functools import cache

from playground.core import i18n

COMPLETE = ("en", "zh")  # every text is there; in any other, English stands in for what is not


def begin(language, tmp_path, monkeypatch):
    """Add, for one test, a language with one label and one page of prose; return its folder.

    Prose is kept by language for as long as the process lives, so take another for each test.
    """
    locales = tmp_path / "locales"
    for slug in COMPLETE:
        shutil.copytree(i18n.LOCALES / slug, locales / slug)
    catalogue = locales / language / "LC_MESSAGES" / "playground.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text('msgid "Train"\nmsgstr "Trainen"\n\nmsgid "Stop"\nmsgstr ""\n')
    (locales / language / "home.md").write_text("Welkom.")
    monkeypatch.setattr(i18n, "LOCALES", locales)
    monkeypatch.setattr(i18n, "LANGUAGES", i18n.languages())
    monkeypatch.setattr(i18n, "translator", cache(i18n.translator.__wrapped__))
    return locales / language
