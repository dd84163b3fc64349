import pickle

import pytest

from playground.jobs.failure import BUSY, Failure, LostError
from playground.jobs.job import DONE, FAILED, QUEUED, RUNNING, News
from playground.ui import workers
from tests.apps import AppTest


class Slow:
    """A queue on a busy server: a job waits, then runs, then is done."""

    def __init__(self, *last):
        self.coming = [News(state=QUEUED, place=7), News(state=RUNNING, parts=(b"half",)), *last]
        self.stopped = []

    def start(self, visitor, job):
        self.visitor = visitor

    def news(self, visitor, seen, wait):
        news = self.coming.pop(0)
        if news is None:
            raise LostError("gone")
        return news

    def stop(self, visitor):
        self.stopped.append(visitor)


def page():
    import streamlit as st

    from playground.jobs.job import Job
    from playground.ui import workers

    with workers.told():
        st.write(workers.computed(Job(target="a:job", args=(1,))))
    st.write("the end")


def run(monkeypatch, *last):
    queue = Slow(*last)
    monkeypatch.setattr(workers, "_queue", queue)
    at = AppTest.from_function(page).run()
    assert not at.exception
    assert queue.stopped == [queue.visitor]
    return at


def test_a_job_is_waited_for_however_busy_the_server(monkeypatch):
    done = News(state=DONE, parts=(pickle.dumps("whole"),))
    at = run(monkeypatch, done)
    assert at.json[0].value == '["whole"]'
    assert not at.caption


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (News(state=FAILED, failure=Failure(BUSY, "200 runs")), "Too many runs are waiting"),
        (News(state=FAILED, failure=Failure("ValueError", "use `x`")), "`` ValueError: use `x` ``"),
        (None, "workers were started again"),
    ],
)
def test_a_job_that_fails_is_a_sentence(monkeypatch, last, said):
    at = run(monkeypatch, last)
    assert said in at.error[0].value
    assert not at.json
    assert at.markdown[0].value == "the end"  # only the part that needs it ends
