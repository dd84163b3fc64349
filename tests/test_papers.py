"""What the papers beside the code say of it."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAPERS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")


def test_the_citation_is_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]
    assert citation["abstract"] == f"{PROJECT['description']}."
    # what the format asks for; a licence is the owner's to choose
    assert citation["cff-version"] == "1.2.0"
    assert citation.keys() >= {"message", "title", "authors"}
    assert "license" not in citation


def test_the_changelog_ends_at_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest, *older = re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)
    assert newest == "Unreleased"
    assert older[0] == PROJECT["version"]


def test_what_the_papers_link_to_is_there():
    for paper in PAPERS:
        text = (ROOT / paper).read_text(encoding="utf-8")
        for address in re.findall(r"\]\((?!https?:)([^)#]+)", text):
            assert (ROOT / address).exists(), f"{paper}: {address}"


def test_the_readme_installs_the_versions_that_were_tried():
    commands = [
        line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("    ") and "pip install" in line
    ]  # fmt: skip
    assert len(commands) == 2
    assert all("-c constraints.txt" in command for command in commands)
