import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "benchmarks"
FIGURE = re.compile(r"(ran   |PASS|figure) .*[:=] .*\d")


def programs():
    for path in sorted(FOLDER.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "__main__" in text:
            marks = [pytest.mark.browser] if "browser(" in text or "import wire" in text else []
            yield pytest.param(path, id=path.stem, marks=marks)


@pytest.mark.parametrize("program", list(programs()))
def test_a_benchmark_runs(program, tmp_path):
    """With the smallest sizes, from any folder; nothing is judged, so a slow machine passes."""
    found = subprocess.run(
        [sys.executable, program, "--smoke"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    said = found.stdout + found.stderr
    assert found.returncode == 0, said
    assert any(map(FIGURE.match, found.stdout.splitlines())), said
    assert not re.search("^(FAIL|MISSED)", found.stdout, re.MULTILINE), said


def test_the_readme_tells_of_every_benchmark():
    rows = re.findall(r"^\| `(\w+)\.py` \|", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert sorted(set(rows)) == [param.id for param in programs()]
