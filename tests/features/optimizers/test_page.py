import re
from types import SimpleNamespace

import pytest

from playground.core import catalog
from playground.core.i18n import LANGUAGES, translator
from playground.features.optimizers import arena, knobs, words
from playground.features.optimizers.knobs import FIRST_RACERS, Problem
from playground.features.optimizers.problems import OWN, PROBLEMS
from playground.features.optimizers.racers import RACERS
from playground.features.optimizers.view import race
from tests.visits import shown, visit

FEW = {"race_steps": 30}


def open_race(**query):
    """Open the page from a link; a list gives its name several times."""
    return visit("optimizers", **{**FEW, **query})


def charts(at):
    return at.get("plotly_chart")


def ranked(at):
    return at.table[0].value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", PROBLEMS)
def test_a_problem_shows_its_race_its_ranking_and_its_code(slug, language):
    at = open_race(problem=slug, lang=language)
    _ = translator(language)
    assert _(PROBLEMS[slug].about) in shown(at)
    assert not at.error
    (chart,) = charts(at)
    assert all(racer in chart.proto.alt for racer in FIRST_RACERS)
    assert len(ranked(at)) == len(FIRST_RACERS)
    loop, function = at.code
    assert loop.value == catalog.source("optimizers", "race")
    sources = {"cubic": "fits", "line": "fits"}
    text = (
        knobs.FIRST_OWN
        if slug == OWN
        else catalog.source("optimizers", sources.get(slug, "surfaces"))
    )
    assert function.value == text


@pytest.mark.parametrize("how", ["lock", "hide"])
def test_points_that_a_task_keeps_have_no_table(how):
    own = "0,1\n1,3\n2,6"
    at = open_race(problem="line", data=own, **{how: "data"})
    assert "data" not in [area.key for area in at.text_area]
    assert not at.data_editor
    (chart,) = charts(at)
    known = arena.arena(Problem(slug="line", data=own))
    assert f"w = {known.start[0]:.4g}, b = {known.start[1]:.4g}" in chart.proto.alt
    assert at.number_input(key="race_lr_SGD").value == known.rate("SGD")


def test_a_link_sets_every_knob_it_names():
    at = open_race(
        problem="ravine", race_x=-3.0, race_y=2.0, race_target=0.5, race_lr_Adam=0.25,
        race_beta1_Adam=0.8, race_steps=40,
    )  # fmt: skip
    assert at.number_input(key="race_x").value == -3
    assert at.number_input(key="race_y").value == 2
    assert at.number_input(key="race_target").value == 0.5
    assert at.number_input(key="race_beta1_Adam").value == 0.8
    rates = dict(zip(ranked(at)["racer"], ranked(at)["lr"], strict=True))
    assert rates["▲ Adam"] == "0.25"
    assert "x = -3, y = 2" in charts(at)[0].proto.alt
    assert not at.warning


@pytest.mark.slow
def test_another_problem_brings_its_own_start_rates_and_target():
    at = open_race(problem="ravine", race_x=-3.0, race_lr_SGD=0.03)
    at.get_by_key("problem").set_value("himmelblau").run()
    known = arena.arena(Problem(slug="himmelblau"))
    assert at.number_input(key="race_x").value == known.start[0]
    assert at.number_input(key="race_lr_SGD").value == known.rate("SGD")
    assert at.number_input(key="race_target").value == known.goal
    at.number_input(key="race_lr_SGD").set_value(0.002).run()
    at.number_input(key="race_y").set_value(1.0).run()
    assert at.number_input(key="race_lr_SGD").value == 0.002


def test_racers_come_and_go_and_eight_is_the_most():
    at = open_race(problem="ravine")
    at.pills(key="racers").set_value(list(RACERS)).run()
    assert "12 are too many: the first 8 run." in at.warning[0].value
    assert len(ranked(at)) == 8
    at.pills(key="racers").set_value([]).run()
    assert "Choose at least one racer." in at.info[0].value
    assert not charts(at)
    at.pills(key="racers").set_value(["LBFGS"]).run()
    assert len(ranked(at)) == 1


def test_who_diverges_is_named_with_the_epoch():
    at = open_race(problem="ravine", race_lr_SGD=10.0, race_steps=400)
    assert "SGD diverged: at epoch" in at.error[0].value
    assert ranked(at)["racer"].iloc[-1] == "● SGD"


def test_ones_own_function_is_raced_on():
    at = open_race(problem="own", race_f="(x - 1)**2 + y**2", race_x=-1.0, race_y=0.5)
    assert at.code[1].value == "(x - 1)**2 + y**2"
    assert ranked(at)["racer"].iloc[0] == "⬢ LBFGS"
    at.text_area(key="race_f").set_value("x * (y").run()
    assert "This bracket is not closed." in at.error[0].value
    assert "x * (y\n    ^" in at.error[0].value
    assert not charts(at)


@pytest.mark.parametrize(
    "formula",
    [
        "z*x",
        "x.__class__",
        "__import__('os').system('id')",
        "y[0]",
        "<b>x</b>",
        " ",
        "x @ y",
        "a = [1, 2]; sum(a*x)",
        "x = 3; x*y",
        "a = 2; a*3",
        "x > y",
        "softmax(x, 0)",
    ],
)
def test_a_hostile_formula_is_refused_in_words(formula):
    at = open_race(problem="own", race_f=formula)
    assert len(at.error) == 1
    assert not charts(at)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("problem", "everest"), ("race_x", "left"), ("race_y", "1e99"), ("race_steps", "99999"),
        ("race_target", "nan"), ("race_lr_Adam", "-1"), ("race_beta1_Adam", "2"),
        ("race_line_search_LBFGS", "golden"), ("race_pair", "ba"), ("race_free", "maybe"),
        ("racers", "Adm"), ("target", "tan"),
    ],
)  # fmt: skip
def test_a_broken_value_in_a_link_is_named_and_the_default_taken(name, value):
    at = open_race(**{name: value})
    assert name in at.warning[0].value
    assert value in at.warning[0].value
    assert charts(at)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", ["momentum", "Adam", "Rprop", "LBFGS"])
def test_a_step_is_taken_apart(slug, language):
    at = open_race(problem="rosenbrock", racers=slug, apart_epoch=4, lang=language)
    at.session_state["race_apart"] = True
    at.run()
    assert not at.exception
    assert len(charts(at)) == 2
    quantities, state = at.table[1].value, at.table[2].value
    assert "`grad`" in quantities.iloc[:, 0].tolist()
    assert quantities.iloc[-1, 0] == "`change`"
    kept = {"momentum": "momentum_buffer", "Adam": "exp_avg_sq", "Rprop": "step_size", "LBFGS": "d"}
    assert f"`{kept[slug]}`" in state.iloc[:, 0].tolist()
    if slug in ("momentum", "Adam"):
        assert (quantities["torch"] == quantities.iloc[:, 2]).sum() >= 4


def test_a_race_of_one_step_can_be_taken_apart():
    at = open_race(problem="ravine", race_steps=1)
    at.session_state["race_apart"] = True
    at.run()
    assert not at.exception
    assert "Epoch 0, loss" in shown(at)


def test_fewer_steps_than_the_one_taken_apart_show_the_last():
    at = open_race(problem="ravine", race_steps=30, apart_epoch=25)
    at.session_state["race_apart"] = True
    at.run()
    assert "Epoch 25, loss" in shown(at)
    at.number_input(key="race_steps").set_value(10).run()
    assert not at.exception
    assert "Epoch 9, loss" in shown(at)


@pytest.mark.parametrize("box", ["apart", "by_hand"])
def test_a_racer_that_leaves_gives_way_without_a_warning(box):
    at = open_race(problem="ravine", racers=["SGD", "Adam"], **{box: "Adam"})
    at.session_state[f"race_{box}"] = True
    at.run()
    assert at.get_by_key(box).value == "Adam"
    at.pills(key="racers").set_value(["SGD"]).run()
    assert not at.exception
    assert not any("link" in warning.value for warning in at.warning)
    assert at.get_by_key(box).value == "SGD"


def test_a_function_of_several_lines_is_raced_on_as_it_was_read():
    text = "a = 1; b = 100\n(a − x)² + b*(y − x²)²"
    at = open_race(problem="own", race_f=text, race_reach=2, racers="Adam")
    assert not at.error
    assert at.code[1].value == "a = 1; b = 100\n(a - x)² + b*(y - x²)²"
    same = open_race(problem="own", race_f="(1 - x)**2 + 100*(y - x**2)**2", racers="Adam")
    assert ranked(at).equals(ranked(same))


def test_the_knobs_keep_what_they_say_while_a_function_is_broken():
    at = open_race(problem="own", race_f="x**2 + y**2", racers=["SGD", "Adam"])
    at.number_input(key="race_x").set_value(0.7).run()
    at.number_input(key="race_lr_SGD").set_value(0.003).run()
    at.text_area(key="race_f").set_value("(x**2 + y**2").run()
    assert "This bracket is not closed." in at.error[0].value
    assert at.number_input(key="race_x").value == 0.7
    at.text_area(key="race_f").set_value("x**2 + 2*y**2").run()
    assert at.number_input(key="race_x").value == 0.7
    assert at.number_input(key="race_lr_SGD").value == 0.003
    assert "x = 0.7, y" in charts(at)[0].proto.alt


def test_a_constant_in_a_function_is_told_as_such():
    at = open_race(problem="own", race_f="(x - e)**2 + y**2")
    assert "`e` is the number 2.71828… here" in shown(at)


def test_two_letters_side_by_side_are_one_name():
    at = open_race(problem="own", race_f="x**2 + xy + y**2")
    assert "xy is one name: a product is written x*y." in at.error[0].value
    assert "x**2 + xy + y**2\n       ^^" in at.error[0].value


BOOTH = "(x + 2*y - 7)**2 + (2*x + y - 5)**2"


def test_who_runs_away_has_diverged_and_from_which_epoch():
    at = open_race(
        problem="own",
        race_f=BOOTH,
        race_reach=10,
        racers=["SGD", "Adam"],
        race_lr_SGD=0.2,
        race_steps=200,
    )
    assert "SGD diverged: from epoch 1 on its loss is above that of the start" in at.error[0].value
    assert "smaller rate" in at.error[0].value
    said = " ".join(box.value for box in (*at.success, *at.warning))
    assert "SGD" not in said
    last = dict(zip(ranked(at)["racer"], ranked(at)["last loss"], strict=True))
    assert last["● SGD"] == "diverged"


@pytest.mark.parametrize("formula", ["x**10 + y**10", "-x**10 + y"])
def test_no_absurd_target_is_told(formula):
    at = open_race(problem="own", race_f=formula, race_reach=100, racers=["SGD"])
    said = " ".join(box.value for box in (*at.success, *at.warning))
    assert "so large that no target says anything" in said
    told = f"{said} {charts(at)[0].proto.alt}"
    assert not re.search(r"e\+1\d", told)


def test_a_function_without_a_gradient_is_told_by_torch():
    at = open_race(problem="own", race_f="where(x > y, 1, 2)", racers=["SGD", "LBFGS"])
    assert "SGD stopped at epoch 0" in at.error[0].value
    assert "does not require grad" in at.code[0].value
    assert charts(at)


def test_who_left_the_target_again_is_told():
    at = open_race(race_steps=300)
    assert "There, but above it again at epoch 300: RMSprop (60.57)." in at.success[0].value


def test_a_start_without_a_value_is_told_as_such():
    at = open_race(problem="own", race_f="log(x) + y", race_x=-1.5, race_y=1.0)
    assert "no finite value at this start" in at.error[0].value
    at.session_state["race_apart"] = True
    at.run()
    assert not at.exception
    assert "made no step that can be taken apart" in at.warning[-1].value


def test_an_error_of_torch_is_shown_and_the_others_race_on():
    at = open_race(problem="own", race_f="log(x)", racers=["SGD", "LBFGS"])
    assert "LBFGS stopped at epoch 0" in at.error[-1].value
    assert "IndexError: list index out of range" in [code.value for code in at.code]
    assert len(ranked(at)) == 2
    assert charts(at)


@pytest.mark.parametrize("slug", [slug for slug in RACERS if RACERS[slug].by_hand])
def test_the_update_by_hand_is_shown_with_its_difference(slug):
    at = open_race(problem="ravine", racers=slug)
    at.session_state["race_by_hand"] = True
    at.run()
    assert not at.exception
    assert at.code[2].value == catalog.source("optimizers", RACERS[slug].by_hand)
    assert "Over 30 steps of this race" in at.success[-1].value


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "SGD, RMSprop, Adam and AdamW are written out by hand"),
        ("zh", "这里手写了 SGD、RMSprop、Adam 和 AdamW"),
    ],
)
def test_a_racer_without_a_lesson_by_hand_says_which_have_one(language, said):
    at = open_race(problem="ravine", racers="LBFGS", lang=language)
    at.session_state["race_by_hand"] = True
    at.run()
    assert said in shown(at)


@pytest.mark.slow
@pytest.mark.parametrize("attempt", words.TRIES, ids=lambda attempt: attempt.knobs["problem"])
def test_a_try_sets_its_knobs(attempt):
    at = open_race(problem="beale", race_x=2.0, race_lr_SGD=0.5)
    at.button(key=f"try_{attempt.knobs['problem']}").click().run()
    assert not at.exception
    for name, value in attempt.knobs.items():
        assert at.session_state[name] == value
    assert at.session_state["race_steps"] == 300
    known = arena.arena(Problem(slug=attempt.knobs["problem"]))
    usual = attempt.knobs.get("race_lr_SGD", known.rate("SGD"))
    assert at.number_input(key="race_lr_SGD").value == usual


@pytest.mark.parametrize(
    ("picked", "start"),
    [
        ({"x": 0.123456, "y": -2}, (0.123, -2)),
        ({"x": 0.5, "y": float("inf")}, (7, 8)),
        ({"x": 0.5}, (7, 8)),
        (None, (7, 8)),
    ],
)
def test_a_press_on_the_levels_moves_the_start(monkeypatch, picked, start):
    state = {"pick_start": SimpleNamespace(start=picked), "race_x": 7, "race_y": 8}
    monkeypatch.setattr(race, "st", SimpleNamespace(session_state=state))
    race.take_start()
    assert (state["race_x"], state["race_y"]) == start


def test_a_place_from_a_browser_is_held_within_bounds():
    assert race.coordinate(0.123456) == 0.123
    assert race.coordinate(-1e9) == -1e6
    assert race.coordinate(float("inf")) is None
    assert race.coordinate("x") is None
