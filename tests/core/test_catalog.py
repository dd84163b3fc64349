import ast

import pytest

from playground.core import catalog
from playground.core.catalog import STAGES
from tests.lessons import LESSONS


def test_the_stages_are_the_tutorials_in_its_order():
    assert list(STAGES)[:8] == [
        "numpy", "tensor", "autograd", "custom_function", "nn", "optim", "module", "dynamic",
    ]  # fmt: skip
    assert catalog.previous(STAGES["numpy"]) is None
    assert catalog.previous(STAGES["dynamic"]).slug == "module"


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_fits_on_one_screen_and_imports_nothing_of_ours(lesson):
    source = lesson.source
    lines = source.splitlines()
    assert len(lines) <= 60
    assert max(map(len, lines)) <= 68
    nodes = list(ast.walk(ast.parse(source)))
    names = [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    names += [node.module or "." for node in nodes if isinstance(node, ast.ImportFrom)]
    assert {name.split(".")[0] for name in names} <= {"numpy", "torch", "random"}
