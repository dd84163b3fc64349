import re

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
    at.text_area(key="expression").set_value("a.__class__").run()
    assert "is not understood here" in at.error[0].value
    assert not at.get("graphviz_chart")
    at.text_area(key="expression").set_value("a*a").run()
    assert at.get("graphviz_chart")


def read(at):
    """Return what the captions in the sidebar say was read."""
    return [caption.value for caption in at.sidebar.caption]


def test_what_was_read_stands_beside_each_field():
    at = page(example="own", expression="sum(m @ x) + c", own_m="1 2; 3 4", own_x="0.5, 1")
    assert read(at) == [
        "`m = [[1, 2], [3, 4]]`, a matrix of 2 × 2",
        "`x = [0.5, 1]`, a vector of 2",
        "`c = 3`, a number",
    ]
    assert "\n= 11" in drawing(at)  # 2.5 + 5.5 + 3


def test_what_may_be_read_in_two_ways_is_asked_about():
    at = page(example="own", expression="x**2", own_x="0,5")
    said = "x: 0,5 can be 0.5 or [0, 5]: write the one that you mean"
    assert any(said in error.value for error in at.error)
    assert read(at) == ["Until then the graph takes `x = 1`, a number."]
    at.text_input(key="own_x").set_value("0.5").run()
    assert not any("write the one" in error.value for error in at.error)
    assert "\n= 0.25" in drawing(at)


def test_the_fields_and_the_graph_agree_while_an_expression_is_broken_and_after():
    at = page(example="own")
    at.text_input(key="own_x").set_value("5").run()
    at.toggle(key="own_x_grad").set_value(True).run()
    at.text_area(key="expression").set_value("(x").run()
    assert "This bracket is not closed." in at.error[0].value
    assert "(x\n^" in at.error[0].value
    assert at.text_input(key="own_x").value == "5"
    at.text_area(key="expression").set_value("x**2").run()
    assert at.text_input(key="own_x").value == "5"
    assert at.toggle(key="own_x_grad").value is True
    assert "x: AccumulateGrad\n= 5\ngrad 10" in drawing(at)
    at.text_area(key="expression").set_value("w").run()
    at.text_area(key="expression").set_value("w*x").run()
    assert (at.text_input(key="own_x").value, at.toggle(key="own_x_grad").value) == ("5", True)
    assert "x: AccumulateGrad\n= 5" in drawing(at)


def test_v_is_kept_while_an_expression_is_broken():
    at = page(example="own", expression="w*x", own_x="1, 2, 3")
    at.text_input(key="v").set_value("0, 1, 0").run()
    at.text_area(key="expression").set_value("w*x)").run()
    at.text_area(key="expression").set_value("2*w*x").run()
    assert at.text_input(key="v").value == "0, 1, 0"
    assert "w: AccumulateGrad\n= 1\ngrad 4" in drawing(at)


def test_fields_that_nobody_turned_are_those_of_the_expression():
    at = page(example="own")
    assert (at.text_input(key="own_x").value, at.toggle(key="own_x_grad").value) == ("2", False)
    at.text_area(key="expression").set_value("(x").run()
    at.text_area(key="expression").set_value("x**2").run()
    assert (at.text_input(key="own_x").value, at.toggle(key="own_x_grad").value) == ("1", True)
    assert "x: AccumulateGrad\n= 1\ngrad 2" in drawing(at)


def test_a_link_with_a_broken_expression_keeps_its_numbers_until_it_is_mended():
    at = page(example="own", expression="(x", own_x="5", own_x_grad="true")
    at.text_area(key="expression").set_value("w*x").run()
    assert (at.text_input(key="own_x").value, at.toggle(key="own_x_grad").value) == ("5", True)


def test_lines_give_names_and_numbers_and_each_operation_is_marked_in_its_line():
    text = "a = -4.0\nb = a*a + a*a\nc = b.relu() + w"
    at = page(example="own", expression=text, step=2)
    assert at.code[0].value == "a = -4.0\nb = a*a + a*a\n          ^^^\nc = b.relu() + w"
    assert read(at) == [
        "`w = 1`, a number",
        "`a = -4`, a number; from line 1 of the expression",
    ]
    assert "b: AddBackward0" in drawing(at)
    assert "c: AddBackward0" in drawing(at)
    assert "a: AccumulateGrad\n= -4" in drawing(at)
    at.toggle(key="own_a_grad").set_value(False).run()
    assert "a: AccumulateGrad" not in drawing(at)


def test_a_long_expression_in_a_link_is_taken_whole_or_refused():
    text = "+".join(["w*x_long"] * 32)
    at = page(example="own", expression=text)
    assert at.code[0].value.startswith(text)
    at = page(example="own", expression=" + ".join(["w"] * 110))
    assert "has 437 characters: at most 400" in at.error[0].value
    assert not at.get("graphviz_chart")


@pytest.mark.parametrize(
    "text", ["[a](b)", ":red[w]", "*w*", "__import__", "w ` `` $x$", "<b>w</b>"]
)
def test_what_is_typed_is_shown_as_it_is(text):
    at = page(example="own", expression=text)
    sentence, _, where = at.error[0].value.partition("\n\n")
    assert re.fullmatch(r"(`+) ?.*\.  ?\1|`.*\.`|(`+) .* \2", sentence)
    assert re.fullmatch(r"(`{3,})text\n(.*)\n( *\^+)\n\1", where)
    assert text in where


def test_torchs_own_error_about_shapes_is_shown():
    at = page(example="own", expression="a @ b", own_a="1 2; 3 4", own_b="1, 2, 3")
    assert "RuntimeError: size mismatch" in at.error[0].value


def test_v_of_a_matrix_is_a_matrix():
    at = page(example="own", expression="m*m", own_m="1 2; 3 4")
    assert at.text_input(key="v").value == "1 1; 1 1"
    assert "grad [[2, 4], [6, 8]]" in drawing(at)
    at.text_input(key="v").set_value("[[0, 1], [0, 0]]").run()
    assert "grad [[0, 4], [0, 0]]" in drawing(at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_constants_are_told_as_such(language):
    at = page(example="own", expression="e*w + pi", lang=language)
    assert "2.71828…" in shown(at)
    assert "3.14159…" in shown(at)
    with pytest.raises(KeyError):
        at.text_input(key="own_e")


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
