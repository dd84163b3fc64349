"""Points that are pasted, uploaded or typed into the table, as their writer meant them."""

from pathlib import Path

import pytest

from playground.core import table
from playground.core.i18n import LANGUAGES, translator
from playground.ui.knobs.own import Own
from playground.ui.run import follow
from tests.apps import AppTest
from tests.visits import go, result, shown, visit

CASES = Path(__file__).parents[2] / "core" / "table" / "brought"
OWN = "0,1\n1,4\n2,5"


def paste(at, text):
    at.text_area(key="data").set_value(text).run()
    assert not at.exception
    return at


def upload(at, name, raw=None):
    raw = (CASES / name).read_bytes() if raw is None else raw
    at.file_uploader[0].set_value((name, raw, "text/csv")).run()
    assert not at.exception
    return at


def asked(at):
    return [button.key for button in at.button if button.key == "take_brought"]


def press(at, key):
    at.button(key=key).click().run()
    assert not at.exception
    return at


def notes(at):
    return [info.value for info in at.info if info.value.startswith("- ")]


def points(at):
    return table.parse(result(at).tried.data)


@pytest.mark.parametrize("bring", [paste, upload])
@pytest.mark.parametrize(
    ("name", "count", "first"),
    [
        ("01_tab_thousands.tsv", 10, (1.1, 38949)),
        ("03_clip_decimal_comma.txt", 2, (2.5, 3.5)),
        ("04b_clip_minus_sign.txt", 2, (-1, 2)),
        ("05_gbk_area_price.csv", 8, (50, 131)),
        ("09_trailing_separators.csv", 8, (1, 32)),
        ("12_excel_sep_line.csv", 3, (1, 2.5)),
        ("15_fullwidth_comma.txt", 3, (1, 2)),
    ],
)
def test_a_clear_table_is_taken_at_once(bring, name, count, first):
    at = visit("regression", epochs=50)
    if bring is paste:
        paste(at, table.decode((CASES / name).read_bytes()))
    else:
        upload(at, name)
    assert len(points(at)) == count
    assert points(at)[0] == first
    assert at.text_area(key="data").value == result(at).tried.data  # what the link carries
    assert not asked(at)
    assert not at.warning


@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_are_offered_by_name_and_nothing_trains_before_they_are_taken(language):
    _ = translator(language)
    at = upload(visit("regression", data=OWN, epochs=50, lang=language), "07_rownames.csv")
    x, y = at.selectbox[-2:]
    assert (x.label, y.label) == ("x", "y")
    assert x.options == y.options == ["rownames", "speed", "dist"]
    assert [x.options[x.index], y.options[y.index]] == ["speed", "dist"]
    preview = next(d.value for d in at.dataframe if "x: speed" in d.value)
    assert preview["x: speed"].tolist() == [4, 7, 9, 11, 12]
    assert preview["y: dist"].tolist() == [3, 3, 18, 25, 18]
    assert result(at).tried.data == at.text_area(key="data").value == OWN
    assert _("Take them") == at.button(key="take_brought").label
    y.set_value(0).run()
    assert "y: rownames" in [name for d in at.dataframe for name in d.value]
    assert result(at).tried.data == OWN
    press(at, "take_brought")
    assert points(at)[:3] == ((4, 1), (7, 2), (9, 3))
    assert not asked(at)
    press(at, "undo_points")
    assert result(at).tried.data == OWN


def test_a_choice_that_leaves_no_points_is_said_and_can_be_taken_back():
    at = paste(visit("regression", data=OWN, epochs=50), "1;39,343\n2;a")
    heading = at.toggle(key="brought_1_heading")
    assert not heading.value
    heading.set_value(True).run()
    assert not at.exception
    assert "found: 1. `a` is no number" in at.warning[0].value
    assert at.button(key="take_brought").disabled
    at.toggle(key="brought_1_heading").set_value(False).run()
    assert at.radio[-1].options == ["39343", "39.343"]


def test_the_separator_is_a_choice_where_two_are_as_good():
    at = paste(visit("regression", data=OWN, epochs=50), "1 234,5 678\n2 345,6 789")
    box = at.selectbox(key="brought_1_separator")
    assert box.options == ["Comma", "Space"]
    box.set_value(" ").run()
    assert not at.exception
    assert at.selectbox(key="brought_1_y").options == ["Column 1", "Column 2", "Column 3"]
    at.selectbox(key="brought_1_y").set_value(2).run()
    at.selectbox(key="brought_1_separator").set_value(",").run()
    assert not at.exception
    press(at, "take_brought")
    assert points(at) == ((1234, 5678), (2345, 6789))


def test_what_was_brought_waits_on_its_own_page():
    at = upload(visit("regression", data=OWN, epochs=50), "07_rownames.csv")
    go(at, "optimizers", problem="line")
    assert not asked(at)
    go(at, "regression")
    assert asked(at)


def test_what_was_brought_may_be_left():
    at = upload(visit("regression", data=OWN, epochs=50), "07_rownames.csv")
    press(at, "leave_brought")
    assert not asked(at)
    assert result(at).tried.data == OWN
    upload(at, "again.csv", (CASES / "07_rownames.csv").read_bytes())
    press(at, "undo_points")
    assert not asked(at)
    assert result(at).tried.data == OWN


@pytest.mark.parametrize("bring", [paste, upload])
def test_a_mark_that_may_mean_two_things_is_asked_for_with_both_readings(bring):
    text = "x;y\n1;39,343\n2;40,100\n3;41,250"
    at = visit("regression", data=OWN, epochs=50)
    paste(at, text) if bring is paste else upload(at, "a.csv", text.encode())
    assert result(at).tried.data == at.text_area(key="data").value == OWN
    radio = at.radio[-1]
    assert "39,343" in radio.label
    assert radio.options == ["39343", "39.343"]
    assert radio.value is None
    assert at.button(key="take_brought").disabled
    radio.set_value(",").run()
    press(at, "take_brought")
    assert points(at) == ((1, 39.343), (2, 40.1), (3, 41.25))
    press(at, "undo_points")
    assert result(at).tried.data == OWN


@pytest.mark.parametrize(
    ("text", "asks"), [("1;39,343\n2;40,100", True), ("0;1\n1;4\n2;5\n3;", False)]
)
def test_ctrl_and_enter_in_the_field_bring_its_text_and_train(monkeypatch, text, asks):
    """The shortcut presses Train too: one run for both, or the text would come back by the link."""
    at = visit("regression", data=OWN, epochs=50)
    reruns = []
    monkeypatch.setattr(follow.st, "rerun", reruns.append)
    press(at, "train")
    assert reruns == [follow.PRACTICE]  # for nothing else has changed
    at.text_area(key="data").set_value(text)
    at.button(key="train").click()
    states = at._tree.get_widget_states()
    states.widgets.sort(key=lambda state: not state.HasField("string_value"))  # texts come first
    at._run(states)
    assert reruns == [follow.PRACTICE]
    assert bool(asked(at)) == asks
    assert bool(notes(at)) != asks
    assert at.text_area(key="data").value == result(at).tried.data == OWN


def test_an_even_sample_of_700_rows_is_offered_and_drawn_by_the_seed():
    text = (CASES / "14_700_rows.csv").read_text()
    every = table.find(text).points
    drawn = []
    for seed in (0, 0, 7):
        at = paste(visit("regression", data=OWN, epochs=50, seed=seed), text)
        assert "There are 700 points, but at most 200 fit" in shown(at)
        assert f"the seed {seed}" in shown(at)
        assert result(at).tried.data == OWN
        press(at, "take_brought")
        drawn.append(points(at))
        assert drawn[-1] == table.sample(every, seed)
    assert drawn[0] == drawn[1] != drawn[2]
    assert at.text_area(key="data").value == table.write(drawn[-1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_without_y_is_left_out_told_and_brought_back_by_undo(language):
    at = upload(visit("regression", data=OWN, epochs=50, lang=language), "10_missing_y.csv")
    (said,) = notes(at)
    assert said == "- " + translator(language)("Line {line} has no {name}: left out.").format(
        line=12, name="y"
    )
    assert len(points(at)) == 13
    press(at, "undo_points")
    assert result(at).tried.data == OWN
    assert not notes(at)


def test_many_notes_are_counted():
    text = "x,y\n1,2\n3,4\n" + "5,\n" * 30
    at = paste(visit("regression", epochs=50), text)
    (said,) = notes(at)
    assert said.count("left out") == 4
    assert "And 26 more" in said


def test_a_text_that_is_being_mended_stays_unless_it_is_too_long():
    at = paste(visit("regression", data=OWN, epochs=50), "1,2\n3,four")
    assert at.text_area(key="data").value == "1,2\n3,four"
    assert "`four` is no number" in at.warning[0].value
    paste(at, "1,2\n3,five")
    assert "`five`" in at.warning[0].value
    paste(at, "1,2\n" * 10_500)
    assert "10,499 rows, but at most 10,000 are read" in at.warning[0].value
    assert at.text_area(key="data").value == result(at).tried.data == OWN
    paste(at, "1,2\n3,5")
    assert not at.warning
    assert points(at) == ((1, 2), (3, 5))


def test_a_line_of_the_points_in_use_tells_that_a_point_stands_before_decimals():
    mine = "1.125,2.125\n2.125,3.125"
    at = visit("regression", data=mine, epochs=50)
    paste(at, mine + "\n4.125,7.125")
    assert points(at)[-1] == (4.125, 7.125)
    paste(at, "4.125,7.125\n5.125,1.125")  # of these, one
    assert points(at) == ((4.125, 7.125), (5.125, 1.125))
    paste(at, "6.125,7.125\n5.375,1.375")
    assert asked(at)


def test_a_links_text_is_taken_as_a_whole_or_named():
    at = visit("regression", data="1\t39,343\n2\t40,100", epochs=50)
    assert "`39,343` may be 39343 or 39.343" in at.warning[0].value
    assert result(at).tried.data == ""
    at = visit("regression", data="1,2\n2,\n3,4", epochs=50)
    assert "Line 2, `2,`, is not two numbers" in at.warning[0].value
    at = visit("regression", data=(CASES / "14_700_rows.csv").read_text(), epochs=50)
    assert "700 points, but at most 200 fit" in at.warning[0].value
    assert not asked(at)


def editing(base, changes, decimal=None):
    """Return the session's points and the link's text after edits of a table."""

    def page():
        import streamlit as st

        st.session_state["own"].take_edits()

    mine = Own(good=OWN)
    mine.table.base = base
    nothing = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}
    at = AppTest.from_function(page)
    at.session_state["own"], at.session_state[mine.table.key] = mine, nothing | changes
    if decimal:
        at.session_state[mine.table.decimal_key] = decimal
    at.run()
    assert not at.exception
    wrote = "data" in at.session_state
    return mine, at.session_state["data"] if wrote else None


BASE = ((0.0, 1.0), (1.0, 4.0))


def test_cells_of_the_table_are_read_as_people_write_them():
    comma = {0: {"x": "2,5", "y": "3,5"}, 1: {"x": "4,5", "y": "−6,5"}}
    mine, text = editing(BASE, {"edited_rows": comma})
    assert text == "2.5,3.5\n4.5,-6.5"
    assert str(mine.notes[0]) == "`2,5` is read as 2.5."
    assert editing(BASE, {"added_rows": [{"x": "1/4", "y": "1 000"}]})[1].endswith("\n0.25,1000")


def test_a_cell_that_is_no_number_is_named_and_the_points_stay():
    mine, text = editing(BASE, {"edited_rows": {0: {"y": "$5"}}})
    assert text is None
    assert "Row 1: `$5` is an amount of money" in str(mine.table.wrong)


def test_a_cell_that_may_be_two_numbers_waits_for_an_answer():
    changes = {"edited_rows": {0: {"y": "1,000"}}}
    mine, text = editing(BASE, changes)
    assert text is None
    assert mine.table.is_open
    for mark, number in ((".", "1000"), (",", "1")):
        mine, text = editing(BASE, changes, mark)
        assert text == f"0,{number}\n1,4"
        assert not mine.table.is_open


def test_more_rows_in_the_table_than_fit_into_a_link_are_sampled():
    rows = [{"x": f"{k}", "y": f"{k}.125"} for k in range(300)]
    mine, text = editing((), {"added_rows": rows})
    assert text == OWN
    found = table.find(mine.brought.text, table.Choice(decimal="."))
    assert found.points == tuple((float(k), k + 0.125) for k in range(300))


def test_the_table_shows_what_was_pasted_elsewhere():
    at = paste(visit("regression", data=OWN, epochs=50), "1,5;2,5\n3,5;4,5")
    assert at.data_editor[0].value["x"].tolist() == ["1.5", "3.5"]
    press(at, "undo_points")
    assert at.data_editor[0].value["x"].tolist() == ["0", "1", "2"]


@pytest.mark.parametrize("hostile", ["`![x](http://e.com)", ":red[w] **b**", "<b>w</b> $x$ $y$"])
def test_names_of_columns_are_shown_as_plain_text(hostile):
    text = f"n,{hostile},b\n1,2,3\n2,3,5\n3,4,four\n"
    at = paste(visit("regression", epochs=50), text)
    assert hostile.replace("`", "'") in at.selectbox[-1].options
    assert hostile not in shown(at)
