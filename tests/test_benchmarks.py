import importlib
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.samples import some

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "benchmarks"
FIGURE = re.compile(r"(ran   |PASS|figure) .*[:=] .*\d", re.MULTILINE)
BY_HAND = "recording"  # started as a user does; the others share one server and one browser


def programs():
    for path in sorted(FOLDER.glob("*.py")):
        if "__main__" in path.read_text(encoding="utf-8"):
            yield path.stem


def proves_that_it_runs(said):
    return FIGURE.search(said) and not re.search("^(FAIL|MISSED)", said, re.MULTILINE)


@pytest.fixture(scope="module")
def common():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(FOLDER)
        yield importlib.import_module("common")


@pytest.fixture(scope="module")
def app(common):
    with common.server(common.APP, *common.AGENT_API) as app:
        yield app


@pytest.fixture
def shared(common, app, tabs, monkeypatch):
    """Have one server and one browser serve all benchmarks that ask for nothing special."""
    start = common.server

    @contextmanager
    def server(script=common.APP, *options, **given):
        if script == common.APP and options in ((), common.AGENT_API) and not given:
            yield app
        else:
            with start(script, *options, **given) as own:
                yield own

    monkeypatch.setattr(common, "server", server)
    monkeypatch.setattr(common, "browser", partial(tabs, patience=1e3 * common.PATIENCE))


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("name", [p for p in programs() if p != BY_HAND])
def test_a_benchmark_runs(name, monkeypatch, capfd, pytestconfig):
    """With the smallest sizes; nothing is judged, so a slow machine passes.

    Of one that has parts which stand alone, some are tried.
    """
    parts = re.findall(r'tried\("(\w+)"\)', (FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    only = [f"--only={','.join(some(pytestconfig, parts, len(parts) // 2))}"] if parts else []
    monkeypatch.setattr(sys, "argv", [name, "--smoke", *only])
    for module in [m for m in sys.modules if m in ("wire", *programs())]:
        monkeypatch.delitem(sys.modules, module)
    status = importlib.import_module(name).main()
    said = capfd.readouterr().out
    assert not status, said
    assert proves_that_it_runs(said), said


@pytest.mark.slow
def test_a_benchmark_is_started_from_any_folder(tmp_path):
    found = subprocess.run(
        [sys.executable, FOLDER / f"{BY_HAND}.py", "--smoke"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert proves_that_it_runs(found.stdout), found.stdout


def test_every_benchmark_is_a_program_and_the_readme_tells_of_it():
    rows = re.findall(r"^\| `(\w+)\.py` \|", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert sorted(set(rows)) == [*programs()]
    for path in FOLDER.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert ("def main()" in text) == bool(re.search(r"main\(\)\)?$", text.rstrip())), path
