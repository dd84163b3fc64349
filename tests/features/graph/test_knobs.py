import pytest

from playground.features.graph import knobs


def test_numbers_are_read_with_commas_or_spaces():
    assert knobs.numbers("w", "1.5") == (1.5,)
    assert knobs.numbers("w", " 1, -2  3e2 ") == (1.0, -2.0, 300.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "w takes 1 to 4 numbers, not 0"),
        ("1 2 3 4 5", "w takes 1 to 4 numbers, not 5"),
        ("one", "w: 'one' is not a number"),
        ("nan", "w: nan is not between -1e+06 and 1e+06"),
        ("1e9", "w: 1e9 is not between -1e+06 and 1e+06"),
        ("__import__('os')", "w: \"__import__('os')\" is not a number"),
    ],
)
def test_what_is_no_number_is_named(text, said):
    with pytest.raises(ValueError, match=r"^w") as raised:
        knobs.numbers("w", text)
    assert str(raised.value) == said


@pytest.mark.parametrize("example", knobs.EXAMPLES.values(), ids=str)
def test_an_example_is_a_file_and_a_title(example):
    assert f"def forward({', '.join(i.name for i in example.inputs)}):" in example.source
    last = example.source.split("return ")[1]
    assert f"{last} = " in example.title
