import ast
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import playground
from playground.core import i18n, texts
from playground.core.i18n import Told, ToldError
from tests import languages
from tests.languages import COMPLETE

ROOT = Path(playground.__file__).parents[1]
SOURCES = [
    *ROOT.glob("*.py"), *(ROOT / "pages").rglob("*.py"), *(ROOT / "playground").rglob("*.py"),
]  # fmt: skip


def calls(tree):
    """Yield the name and the arguments of each call of `_` or `N_` under `tree`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in ("_", "N_"):
                yield name, node


def label(call):
    """Return the text that a call has for its argument; None where it looks one up."""
    argument = call.args[0] if len(call.args) == 1 else None
    return argument.value if isinstance(argument, ast.Constant) else None


def looked_up(node):
    """Return whether an expression finds a text and makes none: `texts.PARTS[part]`, `found()`."""
    if isinstance(node, ast.IfExp):
        return looked_up(node.body) and looked_up(node.orelse)
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name)


def mistakes(tree):
    """Return the lines of calls that no catalogue can hold, or that Babel does not see."""
    joined = (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr))
    inside = {call.lineno for node in joined for _name, call in calls(node)}
    made = {
        call.lineno
        for name, call in calls(tree)
        if len(call.args) != 1
        or call.keywords
        or not (isinstance(label(call), str) or (name == "_" and looked_up(call.args[0])))
    }
    return sorted(inside | made)


@cache
def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def messages():
    return {label(call) for path in SOURCES for _name, call in calls(parsed(path))} - {None}


@cache
def catalogue(language="zh"):
    path = i18n.LOCALES / language / "LC_MESSAGES" / "playground.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {m.id: m.string for m in read_po(file, locale=language) if m.id}


def fields(text):
    return sorted(re.findall(r"\{[^}]*\}", text))


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("_('Train')", []),
        ("N_('Train ' \n 'on')", []),
        ("i18n.N_('Train')", []),
        ("_(TITLES[slug].title)", []),
        ("_(meaning(found)[0])", []),
        ("_(STRAIGHT if straight else ASKEW)", []),
        ("f'{epochs}'.join(_('Train'))", []),
        ("f'**{_(\"Train\")}**'", [1]),
        ("x = (\n f'{n} · {run.name or _(\"tutorial\")}'\n)", [2]),
        ("f'**{language._(title)}**'", [1]),
        ("_(f'Train {n}')", [1]),
        ("_('Train ' + name)", [1]),
        ("_('Train {n}'.format(n=n))", [1]),
        ("_('Train' if idle else 'Stop')", [1]),
        ("N_(name)", [1]),
        ("N_(f'{name}')", [1]),
        ("_()", [1]),
        ("_(message='Train')", [1]),
        ("_(1)", [1]),
    ],
)
def test_a_call_that_no_catalogue_can_hold_is_seen(code, wrong):
    assert mistakes(ast.parse(code)) == wrong


def test_every_call_names_a_text_and_stands_outside_f_strings():
    found = {str(path.relative_to(ROOT)): mistakes(parsed(path)) for path in SOURCES}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_every_label_is_translated_and_nothing_else_is():
    assert set(catalogue()) == messages()
    assert all(catalogue().values())


def test_a_translation_fills_in_the_same_numbers():
    assert [m for m in messages() if fields(catalogue()[m]) != fields(m)] == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_language_translates_labels_that_there_are(language):
    found = catalogue(language)
    assert set(found) <= messages()
    assert [m for m, said in found.items() if said and fields(said) != fields(m)] == []


EXPRESSIONS = ROOT / "playground" / "core" / "expression"  # its sentences are shown as plain text


def eaten(text):
    """Return whether Markdown would take signs out of a text that are meant to be seen."""
    plain = re.sub(r"\*\*[^*`]+\*\*", "", re.sub(r"(`+).*?\1", "", text))
    return "*" in plain or re.search(r"(?<!\w)_\w", plain) is not None


@pytest.mark.parametrize("text", ["z = (2*y*y).mean()", "2**x", "__import__", "a *b* c"])
def test_a_formula_outside_of_a_code_span_is_seen(text):
    assert eaten(text)
    assert not eaten(f"So `{text}` is **bold**")


def test_no_formula_of_a_label_is_eaten_by_markdown():
    elsewhere = (path for path in SOURCES if EXPRESSIONS not in path.parents)
    shown = {label(call) for path in elsewhere for _name, call in calls(parsed(path))} - {None}
    assert [m for m in shown if eaten(m) or eaten(catalogue()[m])] == []


def test_a_translator_translates():
    assert i18n.translator("en")("Train") == "Train"
    assert i18n.translator("zh")("Train") == "训练"


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh-CN", "zh"), ("zh", "zh"), ("en-GB", "en"), ("de", "en"), (None, "en"),
        ("zh_CN", "zh"), ("zh-Hans-CN", "zh"), ("zh_Hans_CN", "zh"), ("ZH-hant-tw", "zh"),
        ("EN", "en"), ("zha", "en"), ("", "en"), ("*", "en"), ("-zh", "en"), ("C.UTF-8", "en"),
    ],
)  # fmt: skip
def test_the_browsers_language_is_the_first_choice(locale, language):
    assert i18n.nearest(locale) == language


def test_a_count_is_a_word_up_to_twelve_and_digits_beyond():
    english, chinese = map(i18n.translator, ("en", "zh"))
    assert [i18n.count_word(n, english) for n in (1, 8, 12, 13)] == ["one", "eight", "twelve", "13"]
    assert [i18n.count_word(n, chinese) for n in (2, 8, 11, 0)] == ["两", "八", "十一", "0"]


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("pt-BR", "pt_BR"), ("PT_br", "pt_BR"), ("pt-PT", "en"), ("zh-TW", "zh_TW"),
        ("zh-CN", "zh"), ("nl-BE", "nl"),
    ],
)  # fmt: skip
def test_a_territory_tells_languages_apart(monkeypatch, locale, language):
    monkeypatch.setattr(i18n, "LANGUAGES", dict.fromkeys(("en", "nl", "pt_BR", "zh", "zh_TW")))
    assert i18n.nearest(locale) == language


def test_the_languages_are_the_folders_by_their_own_names():
    assert set(i18n.LANGUAGES) == {folder.name for folder in i18n.LOCALES.iterdir()}
    assert next(iter(i18n.LANGUAGES)) == "en"
    assert [i18n.LANGUAGES[slug] for slug in COMPLETE] == ["English", "中文"]


def test_a_folder_adds_a_language_and_what_it_lacks_is_in_english(tmp_path, monkeypatch):
    languages.begin("nl", tmp_path, monkeypatch)
    assert list(i18n.LANGUAGES.items()) == [("en", "English"), ("nl", "Nederlands"), ("zh", "中文")]
    assert i18n.nearest("nl-BE") == "nl"
    _ = i18n.translator("nl")
    assert [_("Train"), _("Stop"), _("Train on")] == ["Trainen", "Stop", "Train on"]
    assert texts.page("home", "nl") == "Welkom."
    assert texts.page("save_load", "nl") == texts.page("save_load", "en")
    assert texts.page("save_load", "zh") != texts.page("save_load", "en")


def test_a_page_that_no_language_has_is_an_error():
    with pytest.raises(FileNotFoundError):
        texts.page("no such page", "zh")


def test_a_sentence_within_a_sentence_is_translated_too():
    said = {"{name} must be {rule}": "{name}: {rule}!", "at most {most}": "<= {most}"}
    fields = {"name": "rate", "rule": Told("at most {most}", {"most": 3})}
    for told in (
        Told("{name} must be {rule}", fields),
        ToldError("{name} must be {rule}", **fields),
    ):
        assert str(told) == "rate must be at most 3"
        assert told.said(said.__getitem__) == "rate: <= 3!"
