from dataclasses import astuple

import pytest

from playground.features.graph import knobs, values


def test_numbers_are_read_with_commas_or_spaces():
    assert knobs.numbers("w", "1.5") == (1.5,)
    assert knobs.numbers("w", " 1, -2  3e2 ") == (1.0, -2.0, 300.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "w takes 1 to 8 numbers, not 0"),
        ("1 2 3 4 5 6 7 8 9", "w takes 1 to 8 numbers, not 9"),
        ("one", "w: 'one' is not a number"),
        ("nan", "w: nan is not between -1e+06 and 1e+06"),
        ("1e9", "w: 1e9 is not between -1e+06 and 1e+06"),
        ("1_0", "w: '1_0' is not a number"),
        ("0,5", "w: 0,5 can be 0.5 or [0, 5]: write the one that you mean"),
        ("-1,25", "w: -1,25 can be -1.25 or [-1, 25]: write the one that you mean"),
        ("1, 2,5", "w: 1, 2,5 can be [1, 2.5] or [1, 2, 5]: write the one that you mean"),
        (
            "0,5; 1,5",
            "w: 0,5; 1,5 can be [[0.5], [1.5]] or [[0, 5], [1, 5]]: write the one that you mean",
        ),
        ("1,,2", "w: a number is missing before a comma"),
        ("[1, 2", "w: the brackets do not match: write [1, 2] or [[1, 2], [3, 4]]"),
        ("[[1, 2], 3]", "w: the brackets do not match: write [1, 2] or [[1, 2], [3, 4]]"),
        ("1 2; 3", "w: the rows of a matrix are equally long, and here are 1 and 2"),
        ("1 2 3 4 5; 1 2 3 4 5", "w is a matrix of 2 × 5: at most 4 × 4"),
        ("1;2;3;4;5", "w is a matrix of 5 × 1: at most 4 × 4"),
        ("1 " * 500, "w has 1,000 characters: at most 400"),
        ("__import__('os')", "w: \"__import__('os')\" is not a number"),
    ],
)
def test_what_is_no_number_is_named(text, said):
    with pytest.raises(ValueError, match=r"^w") as raised:
        knobs.numbers("w", text)
    assert str(raised.value) == said


@pytest.mark.parametrize(
    ("text", "numbers", "shape"),
    [
        ("1.5", (1.5,), ()),
        ("−1.5", (-1.5,), ()),
        ("[1.5]", (1.5,), (1,)),
        ("1, 2, 3", (1, 2, 3), (3,)),
        ("1,2,3", (1, 2, 3), (3,)),
        ("1, 2,", (1, 2), (2,)),
        ("1，2", (1, 2), (2,)),
        ("1、 2", (1, 2), (2,)),
        ("[0,5]", (0, 5), (2,)),
        ("0 5", (0, 5), (2,)),
        ("１．５", (1.5,), ()),
        ("1 2 3 4 5 6 7 8", (1, 2, 3, 4, 5, 6, 7, 8), (8,)),
        ("1 2; 3 4", (1, 2, 3, 4), (2, 2)),
        ("1, 2, 3\n4, 5, 6", (1, 2, 3, 4, 5, 6), (2, 3)),
        ("[1 2; 3 4;]", (1, 2, 3, 4), (2, 2)),
        ("[[1,2],[3,4]]", (1, 2, 3, 4), (2, 2)),
        ("[[1, 2]]", (1, 2), (1, 2)),
        ("1; 2", (1, 2), (2, 1)),
    ],
)
def test_a_tensor_is_read_with_its_shape_and_written_so_that_it_is_read_again(text, numbers, shape):
    found = values.read("w", text)
    assert (found.numbers, found.shape) == (numbers, shape)
    for again in (values.written(*astuple(found)), values.typed(*astuple(found))):
        assert values.read("w", again) == found


def test_no_digit_of_a_number_is_dropped_where_it_is_shown():
    assert values.written((0.123456789, 1234567.0), (2,)) == "[0.123456789, 1234567]"


def test_a_name_that_is_a_switch_of_another_is_refused():
    knobs.check_names(["w_grad", "x"])
    with pytest.raises(ValueError, match="w_grad is the switch of w: choose another name"):
        knobs.check_names(["w_grad", "w"])


@pytest.mark.parametrize("example", knobs.EXAMPLES.values(), ids=str)
def test_an_example_is_a_file_and_a_title(example):
    assert f"def forward({', '.join(i.name for i in example.inputs)}):" in example.source
    last = example.source.split("return ")[1]
    assert f"{last} = " in example.title
