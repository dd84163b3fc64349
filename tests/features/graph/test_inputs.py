from tests.visits import visit


def test_a_shorter_vector_takes_a_v_of_its_length_unless_one_was_typed():
    at = visit("graph", example="vector")
    assert at.text_input(key="v").value == "1, 1, 1"
    at.text_input(key="vector_x").set_value("1, 2").run()
    assert at.text_input(key="v").value == "1, 1"
    said = " ".join(error.value for error in at.error)
    assert "v has" not in said
    assert "grad can be implicitly created" not in said
    at.text_input(key="v").set_value("1, 5").run()
    at.text_input(key="vector_x").set_value("1, 2, 3").run()
    assert at.text_input(key="v").value == "1, 5"
    assert "v has 2 numbers, and the result 3" in " ".join(error.value for error in at.error)


def test_what_is_no_number_is_said_in_the_visitors_language(monkeypatch):
    from playground.ui import workers

    said = {"{name}: {word} is not a number": "{name}：{word} 不是数"}
    monkeypatch.setattr(workers, "_", lambda text: said.get(text, text))
    at = visit("graph", example="vector", vector_x="1, two")
    assert "`x：'two' 不是数`" in at.sidebar.error[0].value
