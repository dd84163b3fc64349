import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from playground.core import i18n

ROOT = Path(__file__).parents[2]
CHINESE = i18n.LOCALES / "zh" / "LC_MESSAGES" / "playground.po"


def messages():
    found = set()
    for folder in ("playground", "pages"):
        for _file, _line, message, *_ in extract_from_dir(
            ROOT / folder, keywords={"_": None, "N_": None}
        ):
            found.add(message)
    return found


def catalogue():
    with CHINESE.open("rb") as file:
        return {m.id: m.string for m in read_po(file, locale="zh") if m.id}


def test_every_label_is_translated_and_nothing_else_is():
    assert set(catalogue()) == messages()
    assert all(catalogue().values())


@pytest.mark.parametrize("message", sorted(messages()))
def test_a_translation_fills_in_the_same_numbers(message):
    fields = re.compile(r"\{[^}]*\}")
    assert sorted(fields.findall(catalogue()[message])) == sorted(fields.findall(message))


def test_a_translator_translates():
    assert i18n.translator("en")("Train") == "Train"
    assert i18n.translator("zh")("Train") == "训练"


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh-CN", "zh"), ("zh", "zh"), ("en-GB", "en"), ("de", "en"), (None, "en")],
)
def test_the_browsers_language_is_the_first_choice(locale, language):
    assert i18n.nearest(locale) == language


def test_a_count_is_a_word_up_to_twelve_and_digits_beyond():
    english, chinese = map(i18n.translator, ("en", "zh"))
    assert [i18n.count_word(n, english) for n in (1, 8, 12, 13)] == ["one", "eight", "twelve", "13"]
    assert [i18n.count_word(n, chinese) for n in (2, 8, 11, 0)] == ["两", "八", "十一", "0"]
