import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from playground.jobs import handles
from playground.jobs.client import Here
from playground.jobs.job import Job
from tests.jobs import jobs
from tests.jobs.test_client import collect

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
    subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2], check=True)


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
