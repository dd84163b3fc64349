import math

import pytest

from playground import settings
from playground.catalog import STAGES
from playground.settings import KNOBS, OPTIMIZERS, Settings
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
        ("nn", {"learning_rate": 50}, "learning_rate is 50, but it must be a number from 1e-10 to"),
        ("nn", {"learning_rate": math.nan}, "learning_rate is nan"),
        ("nn", {"learning_rate": math.inf}, "learning_rate is inf"),
        ("nn", {"epochs": 0}, "epochs is 0, but it must be a whole number from 1 to 30000"),
        ("nn", {"epochs": 2.5}, "epochs is 2.5"),
        ("nn", {"epochs": True}, "epochs is True"),
        ("nn", {"epochs": "many"}, "epochs is 'many'"),
        ("nn", {"target": "tan"}, "target is 'tan', but it must be one of sin, cos"),
        ("nn", {"momentum": 0.9}, "momentum is no knob of nn here; it has target"),
        ("nn", {"speed": 1}, "there is no knob 'speed'; nn has target"),
        ("numpy", {"device": "cuda"}, "device is no knob of numpy"),
        ("optim", {"optimizer": "Adm"}, "optimizer is 'Adm', but it must be one of SGD, RMSprop"),
        ("optim", {"optimizer": "SGD", "nesterov": True}, "nesterov is True, but it needs"),
        ("dynamic", {"optimizer": "LBFGS"}, "LBFGS cannot train dynamic"),
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
    "text", ["", " ", "nan", "inf", "-1e400", "1e400", "1" * 5000, "²", "0x10"]
)
@pytest.mark.parametrize(
    "name", ["epochs", "learning_rate", "seed", "momentum", "nesterov", "target"]
)
def test_nonsense_in_a_link_is_refused_in_a_sentence(name, text):
    with pytest.raises(ValueError, match=f"{name} is .*, but it must be"):
        KNOBS[name].parse(name, text)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_optimizer_brings_its_own_rate_and_options(optimizer):
    chosen = Settings.of("optim", optimizer=optimizer)
    own = OPTIMIZERS[optimizer]
    assert chosen.learning_rate == own.learning_rate
    assert chosen.options == dict(own.options)


def test_settings_that_are_equal_have_one_key():
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
