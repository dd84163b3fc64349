import math
import pickle

import pytest

from playground.core import analysis, settings
from playground.core.catalog import STAGES
from playground.core.i18n import LANGUAGES, ToldError, translator
from playground.core.settings import KNOBS, OPTIMIZERS, Settings
from tests.lessons import LESSONS, of


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_tutorials_settings_are_the_defaults(lesson):
    chosen = of(lesson)
    for name, value in lesson.defaults.items():
        assert getattr(chosen, name) == value


@pytest.mark.parametrize(
    ("stage", "given", "text"),
    [
        ("tensr", {}, "stage is 'tensr', but it must be one of numpy, tensor, autograd"),
        ("nn", {"learning_rate": 50}, "learning_rate is 50, but it must be a number from 1e-13 to"),
        ("nn", {"learning_rate": math.nan}, "learning_rate is nan"),
        ("nn", {"learning_rate": math.inf}, "learning_rate is inf"),
        ("nn", {"epochs": 0}, "epochs is 0, but it must be a whole number from 1 to 30000"),
        ("nn", {"epochs": 2.5}, "epochs is 2.5"),
        ("nn", {"epochs": True}, "epochs is True"),
        ("nn", {"epochs": "many"}, "epochs is 'many'"),
        ("nn", {"target": "tan"}, "target is 'tan', but it must be one of sin, cos"),
        ("nn", {"momentum": 0.9}, "momentum is no knob of nn here; it has target"),
        ("nn", {"speed": 1}, "speed is no knob of nn here; it has target"),
        ("numpy", {"device": "cuda"}, "device is no knob of numpy"),
        ("optim", {"optimizer": "Adm"}, "optimizer is 'Adm', but it must be one of SGD, RMSprop"),
        ("optim", {"optimizer": "SGD", "nesterov": True}, "nesterov is True, but it needs"),
        ("dynamic", {"optimizer": "LBFGS"}, "LBFGS compares several losses"),
    ],
)
def test_a_bad_value_is_named_with_its_rule(stage, given, text):
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the text is what is tested
        Settings.of(stage, **given)
    assert text in str(error.value)


@pytest.mark.parametrize("name", KNOBS)
def test_a_link_says_what_the_settings_say(name):
    value = getattr(Settings(), name)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    assert KNOBS[name].parse(name, text) == value


@pytest.mark.parametrize(
    "text", ["", " ", "nan", "inf", "-1e400", "1e400", "1" * 5000, "²", "0x10", "1_000", "１２"]
)
@pytest.mark.parametrize(
    "name", ["epochs", "learning_rate", "seed", "momentum", "nesterov", "target"]
)
def test_nonsense_in_a_link_is_refused_in_a_sentence(name, text):
    with pytest.raises(ValueError, match=f"{name} is .*, but it must be"):
        KNOBS[name].parse(name, text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name, knob in KNOBS.items() if not knob.form])
def test_what_is_wrong_with_a_value_ends_with_the_rule_of_its_knob(name, language):
    _ = translator(language)
    with pytest.raises(ToldError) as caught:
        KNOBS[name].parse(name, "nonsense")
    assert caught.value.said(_).endswith(KNOBS[name].rule.said(_))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_optimizer_brings_its_own_rate_and_options(optimizer):
    chosen = Settings.of("optim", optimizer=optimizer)
    own = OPTIMIZERS[optimizer]
    assert chosen.learning_rate == own.learning_rate
    assert chosen.options == dict(own.options)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("epochs", "-5", "«epochs is '-5', but it must be «a whole number from 1 to 30000"),
        ("noise", "3", "«noise is '3', but it must be «a number from 0 to 2"),
        (
            "target",
            "tan",
            f"«target is 'tan', but it must be «one of {', '.join(KNOBS['target'].choices)}",
        ),
        ("centre", "perhaps", "«centre is 'perhaps', but it must be «true or false"),
        ("data", "1,2", "«A line needs at least two points."),
    ],
)
def test_what_is_wrong_can_be_said_in_any_language(name, text, said):
    with pytest.raises(ToldError) as caught:
        KNOBS[name].parse(name, text)
    error = caught.value
    assert error.said(lambda english: f"«{english}") == said
    assert str(error) == error.said(str)
    again = pickle.loads(pickle.dumps(error))  # as it comes from another process
    assert (str(again), again.fields) == (str(error), error.fields)


@pytest.mark.parametrize("degree", range(1, 10))
@pytest.mark.parametrize("points", [10, 2000, 10_000])
def test_every_fit_has_a_stable_rate_that_can_be_set(degree, points):
    best = analysis.quadratic_for(Settings.of("nn", degree=degree, points=points))
    Settings.of("nn", degree=degree, learning_rate=best.stable_rate / 2)


def test_points_as_far_off_as_may_be_have_a_stable_rate_that_can_be_set():
    given = {"ladder": "linear_regression", "data": "1e6,1\n-1e6,2\n1e6,3"}
    best = analysis.quadratic_for(Settings.of("linear", **given))
    Settings.of("linear", learning_rate=best.stable_rate / 2, **given)


def test_settings_that_are_equal_have_one_key():
    assert hash(Settings(noise=-0.0)) == hash(Settings(noise=0.0))
    assert str(Settings(noise=-0.0)) == str(Settings(noise="0"))
    one = Settings.of("autograd", epochs=500, learning_rate=1)
    other = Settings.of("autograd", learning_rate=1.0, epochs=500.0)
    assert one == other
    assert hash(one) == hash(other)


def test_the_optimizer_of_a_stage_without_one_is_no_knob():
    assert "optimizer" not in settings.knobs(STAGES["autograd"])
    assert "momentum" in settings.knobs(STAGES["module"])
    assert "momentum" not in settings.knobs(STAGES["module"], "Adam")


def test_long_runs_are_told_from_short_ones():
    assert Settings.of("autograd").work < 1 < Settings.of("dynamic").work
    assert Settings.of("autograd", points=10_000, epochs=30_000).work > 5
