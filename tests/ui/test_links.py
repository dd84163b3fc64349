import pytest

from playground.ui import workers
from tests.apps import AppTest


def page():
    from playground.core.settings import KNOBS
    from playground.ui import links

    links.report_broken_link(KNOBS)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("epochs", "-5", "epochs 是 '-5'，但它必须是：1 到 30000 之间的整数"),
        ("data", "1,2", "至少要有两个点"),
    ],
)
def test_what_a_link_cannot_mean_is_said_in_the_language_of_the_page(
    monkeypatch, name, value, said
):
    chinese = {
        "{name} is {value}, but it must be {rule}": "{name} 是 {value}，但它必须是：{rule}",
        "a whole number from {low} to {high}": "{low} 到 {high} 之间的整数",
        "A line needs at least two points.": "至少要有两个点",
    }
    monkeypatch.setattr(workers, "_", lambda text: chinese.get(text, text))
    at = AppTest.from_function(page)
    at.query_params[name] = value
    at.run()
    (warning,) = at.warning
    assert f"- `{said}`" in warning.value
