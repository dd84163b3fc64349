import gc
import json
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from playground.jobs import client
from playground.jobs import cluster as cluster_module
from playground.jobs.client import Here, Queue
from playground.jobs.cluster import Cluster
from playground.jobs.failure import (
    BUSY,
    KILLED,
    LOST,
    MEMORY,
    TIMEOUT,
    UNREACHABLE,
    Failure,
    LostError,
    UnreachableError,
)
from playground.jobs.job import DONE, FAILED, QUEUED, RUNNING, Job
from playground.jobs.limits import Limits

ROOT = Path(__file__).parents[2]


def job(name, *args, **more):
    return Job(target=f"tests.jobs.jobs:{name}", args=args, **more)


def collect(queue, visitor="ann", seconds=20.0):
    """Wait for the end of a visitor's job; return its parts and its last news."""
    parts = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        news = queue.news(visitor, len(parts), 1.0)
        if news.again:
            parts.clear()
        parts += [pickle.loads(part) for part in news.parts]
        if news.over:
            return parts, news
    raise AssertionError(f"the job is still {news.state} after {seconds} s")


def wait_for(condition, seconds=10.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def runs(queue):
    return sum(queue.counts().started.values())


def running(queue):
    return sum(queue.counts().running.values())


def pid_of(queue, visitor):
    """Return the process id of a visitor's run, once it has begun."""
    wait_for(lambda: queue.news(visitor, 0, 0.1).parts)
    return queue.news(visitor, 0, 0.0).pid


def alive(pid):
    """Return whether a process is there and no zombie; it may end while it is looked at.

    Its first thread is a zombie before the others have ended, and until then nobody is told.
    """
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat") as stat:
            state = stat.read().rsplit(")", 1)[1].split()[0]
        return state != "Z" or len(os.listdir(f"/proc/{pid}/task")) > 1
    except (ProcessLookupError, FileNotFoundError):
        return False


def dask(*words):
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *words],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """A scheduler and one worker, which its nanny starts again when it is lost."""
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    found = ["--scheduler-file", str(file), "--no-dashboard"]
    scheduler = dask("scheduler", "--host", "127.0.0.1", "--port", "0", *found)
    wait_for(file.exists, 30.0)
    worker = dask("worker", "--nthreads", "2", "--local-directory", str(folder), *found)
    yield json.loads(file.read_text())["address"]
    for process in (worker, scheduler):
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module", params=["here", pytest.param("dask", marks=pytest.mark.cluster)])
def scheduler(request):
    return request.getfixturevalue("cluster") if request.param == "dask" else ""


@pytest.fixture
def open_queue(scheduler):
    queues = []

    def open_queue(**limits):
        queues.append(Queue(limits=Limits(**limits), scheduler=scheduler))
        return queues[-1]

    yield open_queue
    for queue in queues:
        queue.close()


LIMITS = {"seconds": 60, "megabytes": 200, "at_once": 2, "cache_megabytes": 1}


@pytest.fixture(scope="module")
def shared(scheduler):
    queue = Queue(limits=Limits(**LIMITS), scheduler=scheduler)
    yield queue
    queue.close()


@pytest.fixture
def queue(shared):
    """A queue in which nothing runs; what was kept before may be there."""
    yield shared
    for visitor in ("ann", "bob", "cem", "dan"):
        shared.stop(visitor)
    wait_for(lambda: running(shared) == 0)


@pytest.fixture
def new_queue(open_queue):
    return open_queue(**LIMITS)


def test_what_a_job_yields_arrives_in_order(queue):
    queue.start("ann", job("count", 50))
    parts, news = collect(queue)
    assert parts == list(range(50))
    assert news.state == DONE
    assert not news.failure


def test_every_job_has_a_process_of_its_own(queue):
    pids = []
    for _ in range(3):
        queue.start("ann", job("pid"))
        pids += collect(queue)[0]
    assert len({*pids, os.getpid(), queue.pid}) == 5
    wait_for(lambda: not any(map(alive, pids)))


def test_a_process_that_is_kept_serves_the_next_such_job(queue):
    pids = []
    for _ in range(2):
        queue.start("ann", job("pid", keep_process=True))
        pids += collect(queue)[0]
    assert pids[0] == pids[1]
    queue.start("ann", job("pid", 60.0, keep_process=True))
    wait_for(lambda: queue.news("ann", 0, 0.1).parts)
    queue.stop("ann")  # ends the kept process too; the next job gets a new one
    queue.start("ann", job("pid", keep_process=True))
    assert collect(queue)[0][0] != pids[0]


def test_a_process_is_not_kept_after_an_error(queue):
    pids = []
    for name in ("pid", "fail", "pid"):
        queue.start("ann", job(name, keep_process=True))
        pids += collect(queue)[0]
    assert pids[0] != pids[2]


def test_an_error_in_a_job_is_its_result(queue):
    queue.start("ann", job("fail"))
    parts, news = collect(queue)
    assert parts == [1]
    assert news.state == FAILED
    assert news.failure == Failure("ValueError", "three is not four")
    assert str(news.failure) == "ValueError: three is not four"


def test_the_text_of_an_error_is_cut_and_can_be_sent(queue):
    queue.start("ann", job("shout"))
    failure = collect(queue)[1].failure
    assert str(failure).startswith("ValueError: ?three")
    assert len(str(failure)) < 2100


def test_what_a_job_prints_does_not_hold_it_up(queue):
    queue.start("ann", job("say", 1000))
    assert collect(queue)[0] == [1000]


def test_a_killed_worker_is_reported_and_the_next_job_runs(queue):
    queue.start("ann", job("die"))
    parts, news = collect(queue)
    assert (parts, news.state) == ([1], FAILED)
    assert news.failure.kind == KILLED
    queue.start("ann", job("count", 3))
    assert collect(queue)[0] == [0, 1, 2]


@pytest.mark.slow
def test_a_job_has_its_limits_of_time_and_memory(open_queue):
    queue = open_queue(seconds=4, megabytes=200, at_once=2)
    queue.start("ann", job("count", 1000, 0.1))
    queue.start("bob", job("eat", 400))
    queue.start("cem", job("eat", 50))
    assert collect(queue, "cem")[0] == [50 * 2**20]
    assert collect(queue, "bob")[1].failure.kind == MEMORY
    parts, news = collect(queue, "ann")
    assert str(news.failure).startswith("Timeout: it ran for 4 s")
    assert news.failure.kind == TIMEOUT
    assert parts


def test_a_job_may_yield_only_so_much(open_queue):
    queue = open_queue(parts_megabytes=1)
    queue.start("ann", job("blob", 900))
    assert len(collect(queue)[0][0]) == 900 * 1024
    queue.start("ann", job("blob", 1100))
    parts, news = collect(queue)
    assert parts == []
    assert news.failure == Failure(MEMORY, "its result is larger than 1 MB")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be told which goes first")
def test_where_memory_runs_out_a_run_ends_first(queue):
    queue.start("ann", job("read", "/proc/self/oom_score_adj"))
    assert collect(queue)[0] == ["1000\n"]


@pytest.mark.slow
def test_a_run_in_one_long_call_ends_though_its_queue_process_is_gone(open_queue):
    queue = open_queue(seconds=1)
    queue.start("ann", job("hog"))
    pid = pid_of(queue, "ann")
    if above(pid, 2) == queue.pid:  # here; on a cluster, its own queue process lives on
        os.kill(queue.pid, signal.SIGKILL)
        time.sleep(0.5)
        assert alive(pid)  # nothing but the system can end it
    wait_for(lambda: not alive(pid), 60.0)  # its own seconds, on a machine that may be busy


def test_stop_ends_the_process(queue):
    queue.start("ann", job("pid", 60.0))
    pid = pid_of(queue, "ann")
    queue.stop("ann")
    wait_for(lambda: not alive(pid))
    assert queue.news("ann", 0, 0.0) is None
    wait_for(lambda: running(queue) == 0)


def test_a_visitors_new_job_takes_the_place_of_the_old(queue):
    queue.start("ann", job("pid", 60.0))
    pid = pid_of(queue, "ann")
    queue.start("ann", job("count", 2))
    assert collect(queue)[0] == [0, 1]
    wait_for(lambda: not alive(pid))


def test_equal_jobs_are_run_once_and_shared(new_queue):
    for visitor in ("ann", "bob", "cem"):
        new_queue.start(visitor, job("count", 10, 0.02, key="ten"))
    assert [collect(new_queue, v)[0] for v in ("ann", "bob", "cem")] == [list(range(10))] * 3
    new_queue.start("dan", job("count", 10, 0.02, key="ten"))
    assert collect(new_queue, "dan")[0] == list(range(10))
    assert runs(new_queue) == 1
    assert [pickle.loads(part) for part in new_queue.peek("ten")] == list(range(10))


def test_one_visitors_stop_does_not_end_anothers_run(queue):
    for visitor in ("ann", "bob"):
        queue.start(visitor, job("count", 10, 0.05, key="ten"))
    queue.stop("ann")
    assert collect(queue, "bob")[0] == list(range(10))


def test_only_whole_results_are_kept_and_only_so_many(new_queue):
    new_queue.start("ann", job("fail", key="failed"))
    collect(new_queue)
    assert new_queue.peek("failed") is None
    for n in range(6):
        new_queue.start("ann", job("blob", 300, key=n))
        collect(new_queue)
    kept = [n for n in range(6) if new_queue.peek(n)]
    assert kept
    assert kept == list(range(kept[0], 6))
    assert kept[0] > 0


def test_what_is_kept_counts_with_its_keys(new_queue):
    keys = [str(n) * 300_000 for n in range(6)]
    for key in keys:
        new_queue.start("ann", job("count", 1, key=key))
        collect(new_queue)
    kept = [key for key in keys if new_queue.peek(key)]
    assert kept == keys[3:]
    assert new_queue.counts().kept_bytes > 900_000


def test_the_queue_is_fair_and_shows_places(queue):
    for visitor in ("ann", "bob"):
        queue.start(visitor, job("pid", 60.0))
    for visitor in ("cem", "dan"):
        queue.start(visitor, job("count", 20))
    states = [queue.news(v, 0, 0.0) for v in ("ann", "bob", "cem", "dan")]
    assert [news.state for news in states] == [RUNNING, RUNNING, QUEUED, QUEUED]
    assert [news.place for news in states] == [0, 0, 1, 2]
    queue.stop("cem")
    assert queue.news("dan", 0, 0.0).place == 1
    queue.stop("ann")
    assert collect(queue, "dan")[0] == list(range(20))


def test_short_jobs_do_not_wait_behind_long_ones(queue):
    for visitor in ("ann", "bob", "cem"):
        queue.start(visitor, job("count", 100, 0.02, long=True))
    queue.start("dan", job("count", 3))
    assert collect(queue, "dan")[0] == [0, 1, 2]
    assert queue.news("cem", 0, 0.0).place == 1


def test_too_many_waiting_is_said(open_queue):
    queue = open_queue(at_once=1, waiting=1)
    for visitor in ("ann", "bob", "cem"):
        queue.start(visitor, job("count", 20, 0.05))
    assert queue.news("cem", 0, 0.0).failure.kind == BUSY


def test_long_jobs_that_wait_do_not_keep_short_ones_out(open_queue):
    queue = open_queue(at_once=1, waiting=3)
    for visitor in ("ann", "bob", "cem", "dan"):
        queue.start(visitor, job("pid", 60.0, long=True))
    for visitor, name in (("eva", "count"), ("fay", "say"), ("gil", "count")):
        queue.start(visitor, job(name, 1))
    assert [collect(queue, visitor)[1].state for visitor in ("eva", "fay", "gil")] == [DONE] * 3


def test_where_none_may_wait_one_may_still_run(open_queue):
    queue = open_queue(at_once=1, waiting=0)
    queue.start("ann", job("pid", 60.0))
    queue.start("bob", job("count", 3))
    assert queue.news("bob", 0, 0.0).failure.kind == BUSY
    queue.stop("ann")
    wait_for(lambda: running(queue) == 0)
    queue.start("bob", job("count", 3))
    assert collect(queue, "bob")[0] == [0, 1, 2]


@pytest.mark.slow
def test_a_run_that_nobody_watches_is_ended_and_forgotten(open_queue):
    queue = open_queue(at_once=1, unseen_seconds=1.0)
    queue.start("bob", job("count", 3))
    collect(queue, "bob")
    queue.start("ann", job("pid", 60.0))
    pid = pid_of(queue, "ann")
    wait_for(lambda: not alive(pid))
    queue.start("ann", job("count", 3))
    assert queue.news("bob", 0, 0.0) is None


def test_a_lost_queue_process_is_said_and_started_again(new_queue):
    new_queue.start("ann", job("pid", 60.0))
    pid = pid_of(new_queue, "ann")
    os.kill(new_queue.pid, signal.SIGKILL)
    with pytest.raises(LostError, match="its runs with it"):
        wait_for(lambda: new_queue.news("ann", 1, 0.1) is None)
    assert new_queue.news("ann", 0, 0.0) is None
    new_queue.start("ann", job("count", 2))
    assert collect(new_queue)[0] == [0, 1]
    wait_for(lambda: not alive(pid))


def test_a_queue_process_that_cannot_be_started_again_is_tried_again(monkeypatch):
    queue = Queue(limits=Limits(at_once=1))
    try:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "executable", shutil.which("false"))
            os.kill(queue.pid, signal.SIGKILL)
            for _ in range(2):
                with pytest.raises(LostError):
                    queue.counts()
        with pytest.raises(LostError):
            queue.counts()
        queue.start("ann", job("count", 2))
        assert collect(queue)[0] == [0, 1]
    finally:
        queue.close()


def test_a_closed_queue_is_not_started_again(new_queue):
    new_queue.close()
    with pytest.raises(LostError):
        new_queue.counts()
    assert not alive(new_queue.pid)


def test_a_queue_process_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(client, "END_SECONDS", 0.5)
    queue = Queue(limits=Limits(at_once=1))
    os.kill(queue.pid, signal.SIGSTOP)
    queue.close()
    assert not alive(queue.pid)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["exit", "kill"])
def test_no_process_outlives_the_web_process(how, scheduler):
    program = """
import sys, time
from playground.jobs.client import Queue
from playground.jobs.job import Job
from playground.jobs.limits import Limits
queue = Queue(limits=Limits(at_once=2), scheduler=sys.argv[1])
queue.start("ann", Job(target="tests.jobs.jobs:pid", args=(60.0,)))
queue.start("bob", Job(target="tests.jobs.jobs:count", args=(6000, 0.1)))
while not all(queue.news(visitor, 0, 0.1).parts for visitor in ("ann", "bob")):
    time.sleep(0.02)
print(queue.pid, *(queue.news(visitor, 0, 0.1).pid for visitor in ("ann", "bob")), flush=True)
sys.stdin.read()
"""
    web = subprocess.Popen(
        [sys.executable, "-c", program, scheduler],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with web:
        pids = [int(pid) for pid in web.stdout.readline().split()]
        assert len(pids) == 3
        assert all(map(alive, pids))
        web.kill() if how == "kill" else web.stdin.close()
    wait_for(lambda: not any(map(alive, pids)))


def above(pid, generations):
    """Return the id of the process that many generations above `pid`."""
    for _ in range(generations):
        with open(f"/proc/{pid}/stat") as stat:
            pid = int(stat.read().rsplit(")", 1)[1].split()[1])
    return pid


def lose_worker(queue, visitor, seen):
    """Kill the Dask worker on which a visitor's job runs, and the processes below it."""
    pid = queue.news(visitor, seen, 0.0).pid
    os.kill(above(pid, 3), signal.SIGKILL)  # above the job: its server, the queue process, Dask's
    wait_for(lambda: not alive(pid))


def test_a_run_whose_worker_is_lost_begins_again(cluster, tmp_path):
    queue, gate = Queue(limits=Limits(at_once=2), scheduler=cluster), tmp_path / "gate"
    try:
        for visitor in ("ann", "bob"):
            queue.start(visitor, job("gated", 12, str(gate), key="shared"))
        wait_for(lambda: len(queue.news("ann", 0, 0.1).parts) > 3)
        first = [pickle.loads(part) for part in queue.news("ann", 0, 0.0).parts]
        lose_worker(queue, "ann", len(first))  # still before the gate, however slow the machine
        gate.touch()
        told = queue.news("ann", len(first), 60.0)
        assert told.again  # what ann has seen counts no longer
        parts = [pickle.loads(part) for part in told.parts]
        assert len(parts) == 12
        assert set(parts).isdisjoint(first)  # another process, from the beginning
        assert not queue.news("ann", 12, 0.0).again
        assert collect(queue, "bob")[0] == parts
        assert runs(queue) == 1
    finally:
        queue.close()


def test_a_run_whose_worker_is_lost_twice_is_reported(cluster):
    queue = Queue(limits=Limits(at_once=2), scheduler=cluster)
    try:
        queue.start("ann", job("pids", 600, 0.1))
        for _ in range(2):
            wait_for(lambda: queue.news("ann", 0, 0.1).pid, 30.0)
            lose_worker(queue, "ann", 0)
            wait_for(
                lambda: not queue.news("ann", 0, 0.1).pid or queue.news("ann", 0, 0.1).over, 60.0
            )
        assert collect(queue)[1].failure.kind == LOST
    finally:
        queue.close()


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_reported():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        queue = Queue(scheduler=f"tcp://127.0.0.1:{nobody.getsockname()[1]}")
        try:
            queue.start("ann", job("count", 3))
            assert collect(queue)[1].failure.kind == UNREACHABLE
        finally:
            queue.close()


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_leaves_no_threads_and_no_files(monkeypatch):
    monkeypatch.setattr(cluster_module, "CONNECT_SECONDS", 0.3)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        place = Cluster(f"tcp://127.0.0.1:{nobody.getsockname()[1]}", (), Limits())
        counts = []
        for again in (0.0, 0.0, 0.0, 60.0):
            monkeypatch.setattr(cluster_module, "AGAIN_SECONDS", again)
            began = time.monotonic()
            with pytest.raises(UnreachableError):
                place.open()
            took = time.monotonic() - began
            assert (took < 0.1) == (again > 0)
            gc.collect()
            counts.append((threading.active_count(), len(os.listdir("/proc/self/fd"))))
        assert counts == [counts[0]] * 4
        place.close()


def test_where_there_is_no_server_a_job_runs_here():
    here = Here()
    here.start("ann", job("pid"))
    assert collect(here)[0] == [os.getpid()]
    here.start("ann", job("fail"))
    parts, news = collect(here)
    assert parts == [1]
    assert news.failure == Failure("ValueError", "three is not four")
    assert str(news.failure) == "ValueError: three is not four"
    here.stop("ann")
    assert here.news("ann", 0, 0.0) is None
