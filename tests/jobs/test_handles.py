import ast
import importlib
import inspect
import pickle
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from playground.jobs import handles
from playground.jobs.client import Here
from playground.jobs.job import Job
from tests.jobs import jobs
from tests.jobs.test_client import collect

ROOT = Path(__file__).parents[2]
SOURCES = ("playground", "pages", "benchmarks")

stand_in = handles.worker_module("tests.jobs.job", "jobs")


def test_what_stands_for_a_function_names_it_as_itself_does():
    assert handles.handle(stand_in.count)(3) == handles.handle(jobs.count)(3)
    assert handles.handle(stand_in.count)(3).target == "tests.jobs.jobs:count"


def test_a_module_may_lie_deeper():
    work = handles.worker_module("playground.features.optimizers.job", "work.running")
    made = handles.handle(work.run)()
    assert made.target == "playground.features.optimizers.work.running:run"


def test_nothing_is_imported_until_the_job_runs():
    program = """
import sys
from playground.jobs import handles
job = handles.handle(handles.worker_module("tests.jobs.job", "jobs").count)(3)
assert "tests.jobs.jobs" not in sys.modules
assert list(job.run()) == [0, 1, 2]
assert "tests.jobs.jobs" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def test_a_job_runs_with_what_its_handle_was_called_with():
    here = Here()
    here.start("ann", handles.handle(stand_in.count)(2, seconds=0.0))
    assert collect(here)[0] == [0, 1]


def test_equal_arguments_give_an_equal_key_and_others_another():
    count, pids = handles.handle(stand_in.count), handles.handle(stand_in.pids)
    made = [count(3), count(4), count(3, 0.0), count(3, seconds=0.0), pids(3, 0.0)]
    assert len({job.key for job in made}) == len(made)
    assert count(3, seconds=0.0).key == handles.handle(jobs.count)(3, seconds=0.0).key


def test_a_file_is_known_by_its_digest():
    read = handles.handle(stand_in.read)
    content = bytes(10**6)
    made = read(content)
    assert made.args == (content,)
    assert made.key == read(bytes(10**6)).key != read(bytes(10**6 - 1)).key
    assert len(pickle.dumps(made.key)) < 200


def test_a_job_travels_as_small_as_what_it_is_given():
    made = handles.handle(stand_in.count, long=lambda n, seconds=0.0: n > 2)(3)
    assert pickle.loads(pickle.dumps(made)) == made
    assert len(pickle.dumps(made)) < 300


@pytest.mark.parametrize("name", ["long", "keep_process"])
def test_a_rule_says_how_a_job_is_to_run(name):
    always = handles.handle(stand_in.count, **{name: True})
    some = handles.handle(stand_in.count, **{name: lambda n, seconds=0.0: n * seconds > 1})
    assert getattr(always(1), name)
    assert getattr(some(3, seconds=0.5), name)
    assert not getattr(some(1), name)
    assert not getattr(handles.handle(stand_in.count)(1), name)


def test_a_job_is_what_it_names():
    assert list(Job(target="tests.jobs.jobs:count", args=(2,)).run()) == [0, 1]


def handles_of(module):
    """Return the handles that a `job.py` declares, those in a table of it too."""
    for value in vars(importlib.import_module(module)).values():
        yield from (
            one
            for one in (value.values() if isinstance(value, Mapping) else [value])
            if isinstance(one, handles.Handle)
        )


MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in sorted((ROOT / "playground").rglob("job.py"))
    if path.parent.name != "jobs"
]


@pytest.mark.parametrize("module", MODULES)
def test_every_handle_names_a_generator_that_is_there(module):
    found = list(handles_of(module))
    assert found
    for handle in found:
        name, _, function = handle.target.partition(":")
        assert inspect.isgeneratorfunction(getattr(importlib.import_module(name), function))


def test_the_handles_bring_no_torch():
    program = (
        "import sys; [__import__(name) for name in sys.argv[1:]]; print('torch' in sys.modules)"
    )
    asked = [sys.executable, "-c", program, *MODULES]
    told = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "False"


def test_no_job_is_named_by_a_string():
    """A checker sees a handle; it does not see what a string says."""
    named = re.compile(r"playground\.[a-z_.]+:([a-z_]+|$)")
    files = [*ROOT.glob("*.py"), *(f for d in SOURCES for f in (ROOT / d).rglob("*.py"))]
    assert len(files) > 100
    found = [
        (str(file.relative_to(ROOT)), node.value)
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if named.search(node.value)
    ]
    assert found == []
