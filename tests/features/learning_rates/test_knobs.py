from urllib.parse import parse_qsl

import pytest

from tests.visits import go, left, visit


def lab(**query):
    return visit("learning_rates", **query)


@pytest.mark.slow
def test_a_link_to_this_page_sets_the_address_right():
    at = lab(epochs=60)
    link = next(one for one in at.get("page_link") if one.proto.label == "momentum 0.9")
    at.query_params.clear()
    for name, value in parse_qsl(link.proto.query_string):
        at.query_params[name] = value
    at.run()
    assert left(at, "learning_rates").fit.momentum == 0.9
    assert left(at, "learning_rates").fit.epochs == 2000
    assert "afresh" not in at.query_params


def test_the_editor_begins_with_as_many_points_as_the_link_says():
    at = lab(ladder="linear_regression", points=20, epochs=40)
    assert len(at.data_editor[0].value) == 20


def test_with_momentum_the_rates_reach_to_each_side_of_another_border():
    assert "side of 2/λmax" in lab(epochs=40).number_input(key="below").help
    assert "side of 2(1 + β)/λmax" in lab(epochs=40, momentum=0.5).number_input(key="below").help


@pytest.mark.slow
def test_the_lab_and_a_page_without_one_leave_each_other_alone():
    at = lab(epochs=70, target="exp")
    go(at, "optimizers")
    for steps in (20, 30):
        at.number_input(key="race_steps").set_value(steps).run()
        assert at.selectbox(key="target").value == "sin"
    at.selectbox(key="target").set_value("abs").run()
    go(at, "learning_rates")
    for seed in (0, 3):
        at.number_input(key="seed").set_value(seed).run()
        fit = left(at, "learning_rates").fit
        assert (fit.target, fit.epochs, fit.seed) == ("exp", 70, seed)
