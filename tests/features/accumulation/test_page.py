import pytest

from playground.core import catalog
from playground.core.i18n import LANGUAGES, translator
from playground.features.accumulation import knobs, results, words, work
from playground.features.accumulation.knobs import Forgotten, MicroBatches
from playground.features.accumulation.view.parts import PARTS
from tests.visits import shown, visit


def open_part(part, **query):
    return visit("accumulation", part=part, **query)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_a_part_shows_the_code_that_ran_its_text_and_its_figures(part, language):
    at = open_part(part, lang=language)
    _ = translator(language)
    (code,) = at.code
    assert code.value == catalog.source("autograd", f"accumulate_{part}")
    opening, rest = words.prose(part, language)
    assert opening in shown(at)
    assert rest in shown(at)
    assert _(PARTS[part].headline) in shown(at)
    charts = at.get("plotly_chart")
    assert len(charts) == (2 if part == "micro_batches" else 1)
    assert all(chart.proto.alt for chart in charts)
    assert not at.warning or part == "forgotten"


def test_the_link_alone_opens_the_bucket():
    at = visit("accumulation")
    assert at.code[0].value == catalog.source("autograd", "accumulate_loop")
    assert "3, 6, 9" in at.info[0].value


@pytest.mark.parametrize("part", PARTS)
def test_a_change_of_part_needs_one_click(part):
    at = visit("accumulation")
    at.get_by_key("part").set_value(part).run()
    assert not at.exception
    assert at.code[0].value == catalog.source("autograd", f"accumulate_{part}")


def test_the_table_compares_all_ways_to_clear():
    at = open_part("loop", clearing="zero_", steps=4)
    assert "weights.grad.zero_()" in at.info[0].value
    table = at.table[0].value
    assert table[".grad, each step"].tolist() == ["3, 6, 9, 12", *["3, 3, 3, 3"] * 4]
    assert table["then"].tolist() == ["12", "0", "None", "None", "0"]
    assert table["next in the same tensor"].tolist() == ["yes", "yes", "no", "no", "yes"]
    assert [row for row in table["clearing"] if "▸" in row] == ["▸ `zero_`"]


def test_a_knob_changes_what_is_shown_at_once():
    at = open_part("loop")
    at.slider(key="steps").set_value(5).run()
    assert "3, 6, 9, 12, 15" in at.info[0].value
    at.get_by_key("clearing").set_value("none").run()
    assert "3, 3, 3, 3, 3" in at.info[0].value


def test_retaining_shows_one_two_three_and_letting_go_shows_torchs_error():
    at = open_part("retain")
    table = at.table[0].value
    assert table["b.grad"].tolist() == ["None", "1", "2", "3"]
    assert table["w.grad"].tolist() == ["None", "4", "8", "12"]
    assert not at.error
    at.toggle(key="retain_graph").set_value(False).run()
    assert "Trying to backward through the graph a second time" in at.error[0].value
    assert at.table[0].value["b.grad"].tolist() == ["None", "1", "2"]
    assert "(freed)" in at.table[0].value["kept in the graph"].iloc[-1]
    at.get_by_key("operation").set_value("sum").run()
    assert not at.error
    assert at.table[0].value["b.grad"].tolist() == ["None", "1", "2", "3"]


@pytest.mark.slow
def test_a_link_sets_the_micro_batches():
    at = open_part("micro_batches", k=5, cut="unequal", rate=0.001)
    settings = MicroBatches(k=5, cut="unequal", rate=0.001)
    found = {d.divide: d for d in work.micro_batches(settings)}
    table = at.table[0].value
    times = [f"{d.times(found['full']):.4g}" for d in found.values()]
    assert table["length, × full"].tolist() == times
    assert ", ".join(map(str, settings.sizes)) in shown(at)
    for sentence in words.said_of_parts(settings, found, str):
        assert sentence in shown(at)


def test_the_numbers_of_the_forgotten_fit_are_those_of_the_run():
    at = open_part("forgotten", fit_epochs=100, fit_rate=2e-6)
    fits = list(work.forgotten(Forgotten(fit_epochs=100, fit_rate=2e-6)))
    ends = [words.number(fit.loss[-1]) for fit in fits]
    floor = f"{knobs.summed_loss().floor:.4g}"
    assert [metric.value for metric in at.metric] == [*ends, floor]
    gap = results.difference(fits[1], fits[2])
    assert f"is {gap:.2g}." in at.info[0].value


def test_a_fit_that_diverges_says_so():
    at = open_part("forgotten", fit_rate=9e-6, fit_epochs=1000)
    assert at.metric[0].value == at.metric[1].value == "diverged"
    assert f"{2 * knobs.summed_loss().stable_rate:.4g}" in at.warning[0].value


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("loop", "steps", "99"), ("loop", "clearing", "often"), ("retain", "calls", "0"),
        ("retain", "retain_graph", "maybe"), ("micro_batches", "k", "-1"),
        ("micro_batches", "rate", "nan"), ("micro_batches", "cut", "<b>"),
        ("forgotten", "fit_rate", "1"), ("forgotten", "fit_epochs", "1e9"),
    ],
)  # fmt: skip
def test_a_broken_value_in_a_link_falls_back_and_says_so(part, name, value):
    at = open_part(part, **{name: value})
    said = at.warning[0].value
    assert name in said
    assert str(knobs.rules(PARTS[part].usual)[name].rule) in said
    assert at.code[0].value == catalog.source("autograd", f"accumulate_{part}")
    assert at.get_by_key(name).value == getattr(PARTS[part].usual, name)


def test_an_unknown_part_falls_back_on_the_bucket_and_says_so():
    at = open_part("everything")
    assert at.code[0].value == catalog.source("autograd", "accumulate_loop")
    (warning,) = at.warning
    assert f"part is 'everything', but it must be one of {', '.join(PARTS)}" in warning.value
