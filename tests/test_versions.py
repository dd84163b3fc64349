"""The versions that were tried, and the ranges they lie in."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = {
    canonicalize_name(name): version
    for name, version in re.findall(
        r"^([\w.-]+)==(\S+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
}


def requirements():
    project = PROJECT["project"]
    extras = project["optional-dependencies"].values()
    return [
        *PROJECT["build-system"]["requires"],
        *project["dependencies"],
        *(one for extra in extras for one in extra),
    ]


@pytest.mark.parametrize("text", requirements())
def test_what_is_asked_for_was_tried_and_has_a_lower_end(text):
    asked = Requirement(text)
    assert PINS[canonicalize_name(asked.name)] in asked.specifier
    assert {one.operator for one in asked.specifier} & {">=", "=="}  # ./check --lowest reads it


def test_torch_starts_where_loading_weights_is_safe():
    """CVE-2026-24747: before 2.10 a file of weights could run code."""
    (torch,) = (Requirement(one) for one in requirements() if one.startswith("torch"))
    assert not torch.specifier.contains("2.9.1")
    assert torch.specifier.contains("2.10.0")
