import pytest

from playground.core.catalog import STAGES
from playground.core.i18n import LANGUAGES, translator
from playground.features.graph.knobs import EXAMPLES
from tests.visits import shown, visit


def page(**query):
    return visit("graph", **query)


def drawing(at):
    return at.get("graphviz_chart")[0].proto.spec


def press(at, name):
    """Press the button `name`."""
    next(button for button in at.button if button.label == name).click().run()
    assert not at.exception


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", EXAMPLES)
def test_an_example_is_drawn_with_its_code(slug, language):
    at = page(example=slug, lang=language, step=0)
    _ = translator(language)
    assert _(EXAMPLES[slug].title) in shown(at)
    assert _("The inputs are there; nothing is computed yet.") in shown(at)
    assert at.code[0].value == EXAMPLES[slug].source
    assert "digraph" in drawing(at)


def test_steps_go_forward_and_back_and_mark_the_line():
    at = page(example="error", step=0)
    press(at, "Next")
    assert at.slider(key="step").value == 1
    assert "Forward: mul of w, x gives 3." in shown(at)
    assert "    loss = (w * x - y) ** 2  # ◀\n" in at.code[0].value
    assert at.code[0].value.replace("  # ◀", "") == EXAMPLES["error"].source
    press(at, "Backward pass")
    assert "To SubBackward0: upstream 1 × local 5 = 5." in shown(at)
    press(at, "Back")
    assert "gives 6.25" in shown(at)
    press(at, "End")
    assert "w receives its gradient, 10" in shown(at)


def test_an_inputs_value_shape_and_tracking_can_be_set():
    at = page(example="error", error_w="3, 0", error_x_grad="true")
    assert "w: AccumulateGrad\n= [3, 0]" in drawing(at)
    assert "x: AccumulateGrad\n= 2\ngrad" in drawing(at)


def test_a_bad_number_is_named_and_the_last_graph_stays():
    at = page(example="error", error_w="two")
    assert any("w: 'two' is not a number" in error.value for error in at.error)
    assert "w: AccumulateGrad\n= 1.5" in drawing(at)


def test_an_unknown_example_falls_back_on_the_error_and_says_so():
    at = page(example="errr")
    assert at.code[0].value.replace("  # ◀", "") == EXAMPLES["error"].source
    (warning,) = at.warning
    slugs = ", ".join([*EXAMPLES, "own", "stage"])
    assert f"example is 'errr', but it must be one of {slugs}" in warning.value


def test_v_is_asked_for_and_left_out():
    at = page(example="vector")
    assert "grad [4, 8, 12]" in drawing(at)
    at.text_input(key="v").set_value("").run()
    assert "grad can be implicitly created only for scalar outputs" in at.error[0].value
    assert "the vector-Jacobian product" in shown(at)
    at.text_input(key="v").set_value("0, 1").run()
    assert "v has 2 numbers, and the result 3" in at.error[0].value
    at.text_input(key="v").set_value("0, 1, 0").run()
    assert "grad [0, 8, 0]" in drawing(at)


def test_ones_own_expression():
    at = page(example="own", expression="sin(a)*b + a", step=2)
    assert "^" * len("sin(a)*b") in at.code[0].value
    at = page(example="own", expression="a*a")
    assert "a was used 2 times" in shown(at)
    at.text_input(key="expression").set_value("a.__class__").run()
    assert "is not understood here" in at.error[0].value
    assert not at.get("graphviz_chart")
    at.text_input(key="expression").set_value("a*a").run()
    assert at.get("graphviz_chart")


def test_a_second_backward_shows_torchs_error():
    at = page(example="error")
    assert any("Trying to backward through the graph a second time" in e.value for e in at.error)
    assert "`w.grad = 20`" in shown(at)
    at = page(example="total")
    assert not at.error
    assert "No node here keeps a tensor" in shown(at)


@pytest.mark.parametrize("slug", STAGES)
def test_one_point_of_every_stage(slug):
    at = page(example="stage", stage=slug)
    if not STAGES[slug].on_tensors:
        assert "has no attribute 'backward'" in at.error[0].value
        assert "NumPy computes numbers and forgets how" in shown(at)
        return
    assert "digraph" in drawing(at)
    tracked = "loss.backward()" in STAGES[slug].source
    assert bool(at.error) == (not tracked)
    if not tracked:
        assert "there is no way back" in shown(at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stage_has_its_graph_and_dynamic_its_flip_book(language):
    _ = translator(language)
    at = visit(stage="dynamic", epochs=30, lang=language, graph_epoch=5)
    assert not at.get("graphviz_chart")
    assert _("The autograd graph of this loss") in [box.label for box in at.expander]
    at.session_state["graph"] = at.session_state["flips"] = True
    at.run()
    assert not at.exception
    assert len(at.get("graphviz_chart")) == 2


def test_an_untracked_tensor_alone_has_no_step_and_no_way_back():
    at = page(example="own", expression="w", own_w_grad="false")
    assert not at.exception
    assert not at.slider
    assert "digraph" in drawing(at)
    assert "does not have a grad_fn" in at.error[0].value
    assert "nothing that led to it was recorded" in shown(at)


def test_a_step_of_a_longer_graph_is_the_last_of_a_shorter_one():
    at = page(example="error", error_y_grad="true", step=7)
    assert (at.slider(key="step").value, at.slider(key="step").max) == (7, 8)
    press(at, "Next")
    press(at, "Back")
    at.toggle(key="error_y_grad").set_value(False).run()
    assert not at.exception
    assert (at.slider(key="step").value, at.slider(key="step").max) == (7, 7)
    at.toggle(key="error_w_grad").set_value(False).run()
    assert not at.exception
    assert (at.slider(key="step").value, at.slider(key="step").max) == (3, 3)


def test_a_step_left_in_a_longer_graph_is_kept_in_a_shorter_one():
    at = page(example="error")
    at.toggle(key="error_x_grad").set_value(True).run()
    press(at, "Back")
    at.toggle(key="error_w_grad").set_value(False).run()
    assert not at.exception
    assert (at.slider(key="step").value, at.slider(key="step").max) == (7, 7)


@pytest.mark.parametrize("step", ["8", "99", "-1", "x"])
def test_a_link_to_a_step_beyond_the_last_shows_the_last(step):
    at = page(example="error", step=step)
    assert (at.slider(key="step").value, at.slider(key="step").max) == (7, 7)
