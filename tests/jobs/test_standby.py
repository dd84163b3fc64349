"""Where the system cannot fork: warm processes, one run after another."""

import os
import pickle
from pathlib import Path

import psutil
import pytest

from playground.jobs.client import Queue
from playground.jobs.failure import KILLED, TIMEOUT
from playground.jobs.job import DONE, FAILED
from playground.jobs.limits import Limits
from playground.jobs.standby import Standby
from tests.jobs.test_client import alive, collect, job, pid_of, wait_for

pytestmark = pytest.mark.slow
NO_FORK = Path(__file__).parent / "no_fork"
TORCH = ("torch", "torch._dynamo")


@pytest.fixture
def open_queue(monkeypatch):
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(NO_FORK), os.environ.get("PYTHONPATH", "")])
    )
    queues = []

    def open_queue(*preload, **limits):
        queues.append(Queue(preload, Limits(**limits)))
        return queues[-1]

    yield open_queue
    for queue in queues:
        queue.close()


def done(queue, *args, visitor="ann", **more):
    queue.start(visitor, job(*args, **more))
    parts, news = collect(queue, visitor, 60.0)
    assert news.state == DONE, news
    return parts


def workers(queue):
    """Return the processes that the queue process keeps for jobs."""
    below = psutil.Process(queue.pid).children()
    return {p.pid for p in below if any("spawn_main" in word for word in p.cmdline())}


def test_there_is_nothing_here_that_windows_has_not(open_queue):
    assert done(open_queue(), "unix") == []


def test_two_runs_have_one_process_that_has_torch_already(open_queue):
    queue = open_queue("playground.preload", seconds=60)
    first, second = (done(queue, "loaded", *TORCH)[0] for _ in range(2))
    assert first == second
    assert first[1] == list(TORCH)
    assert first[0] in workers(queue)


def test_what_a_job_yields_arrives_while_it_goes_on(open_queue):
    queue = open_queue()
    queue.start("ann", job("count", 15, 0.05))
    wait_for(lambda: queue.news("ann", 0, 0.0).parts)
    assert not queue.news("ann", 0, 0.0).over
    assert collect(queue)[0] == list(range(15))


def test_a_stop_ends_the_process_and_another_takes_its_place(open_queue):
    queue = open_queue()
    queue.start("ann", job("pid", 60.0))
    stopped = pid_of(queue, "ann")
    before = workers(queue)
    queue.stop("ann")
    wait_for(lambda: not alive(stopped))
    wait_for(lambda: len(workers(queue)) == len(before))
    assert stopped in before
    (pid,) = done(queue, "pid")
    assert pid in workers(queue) - {stopped}


def test_a_crash_is_told_and_another_process_takes_its_place(open_queue):
    queue = open_queue()
    (first,) = done(queue, "pid")
    count = len(workers(queue))
    queue.start("ann", job("die"))
    parts, news = collect(queue)
    assert (parts, news.state, news.failure.kind) == ([1], FAILED, KILLED)
    assert news.pid == first
    wait_for(lambda: len(workers(queue) - {first}) == count)
    assert done(queue, "pid") != [first]


def test_an_error_in_a_job_is_its_result_and_leaves_the_process_as_it_was(open_queue):
    queue = open_queue()
    (pid,) = done(queue, "pid")
    queue.start("ann", job("fail"))
    assert str(collect(queue)[1].failure) == "ValueError: three is not four"
    assert done(queue, "pid") == [pid]


def test_a_run_has_its_time(open_queue):
    queue = open_queue(seconds=1)
    (pid,) = done(queue, "pid")
    queue.start("ann", job("count", 1000, 0.1))
    assert collect(queue)[1].failure.kind == TIMEOUT
    wait_for(lambda: not alive(pid))
    assert done(queue, "pid") != [pid]


def test_a_short_job_does_not_wait_behind_a_long_one(open_queue):
    queue = open_queue()
    queue.start("ann", job("pid", 60.0, long=True))
    pid = pid_of(queue, "ann")
    assert done(queue, "pid", visitor="bob") != [pid]


def test_the_process_that_holds_a_gpu_runs_the_next_job_for_it_unless_that_failed(open_queue):
    queue = open_queue()
    pids = [done(queue, "pid", keep_process=True)[0] for _ in range(2)]
    assert pids[0] == pids[1]
    queue.start("ann", job("fail", keep_process=True))
    failed = collect(queue)[1].pid
    wait_for(lambda: not alive(failed))
    assert done(queue, "pid", keep_process=True) != [failed]


def test_a_process_that_was_ended_while_it_had_no_job_is_not_given_one(open_queue):
    queue = open_queue()
    (pid,) = done(queue, "pid")
    ended = workers(queue)
    for idle in ended:
        os.kill(idle, 9)
    wait_for(lambda: not any(map(alive, ended)))
    assert done(queue, "pid") != [pid]


def test_a_run_that_ends_before_it_began_costs_no_process():
    place = Standby((), Limits(at_once=1))
    try:
        run = place.open()
        run.kill()
        assert not run.alive
        with pytest.raises(EOFError):
            run.send(job("pid"))
        run.close()
        again = place.open()
        assert again.pid == run.pid
        again.send(job("pid"))
        assert again.poll(20.0)
        assert pickle.loads(again.receive()) == run.pid
        again.close()
    finally:
        place.close()


def test_no_process_outlives_the_queue_process(open_queue):
    queue = open_queue()
    done(queue, "pid")
    pids = workers(queue)
    assert len(pids) > 1
    os.kill(queue.pid, 9)
    wait_for(lambda: not any(map(alive, pids)))
