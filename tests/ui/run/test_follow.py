"""What becomes of a run that goes on: followed, stopped, lost, forgotten."""

import pickle

import pytest

from playground.core import job as core_job
from playground.core import training
from playground.core.settings import Settings
from playground.jobs.failure import STOPPED, TIMEOUT, Failure, LostError
from playground.jobs.job import DONE, FAILED, RUNNING, News
from playground.ui.run import follow
from tests.visits import result, shown, visit, within

HALF = list(training.stream(Settings.of("autograd", epochs=60)))


def parts(*histories):
    return tuple(map(pickle.dumps, histories))


def test_a_run_is_followed_to_its_end_and_its_parts_are_not_kept_twice(script):
    queue = script(News(state=RUNNING), News(state=DONE, parts=parts(*HALF)))
    at = visit(stage="autograd", epochs=60)
    assert len(result(at).run.history.loss) == 60
    assert len(queue.stopped) == 1
    assert within(at, follow.going) is None


def test_what_a_lost_run_had_done_is_shown_and_why_it_ended(script):
    script(News(state=RUNNING, parts=parts(*HALF)), LostError("gone"))
    at = visit(stage="autograd", epochs=90)
    assert result(at).run.history.ended == "stopped"
    assert "workers were started again" in at.error[0].value


def test_a_run_whose_start_was_lost_was_not_forgotten(script, monkeypatch):
    queue = script(None)
    monkeypatch.setattr(queue, "start", lambda visitor, job: queue.news(visitor, 0, 0))
    queue.coming = [LostError("gone")]
    at = visit(stage="autograd", epochs=60)
    assert "workers were started again" in at.error[0].value


def test_a_run_that_was_forgotten_says_so_and_does_not_blame_the_workers(script):
    script(News(state=RUNNING, parts=parts(*HALF)), None)
    at = visit(stage="autograd", epochs=90)
    assert "nobody had asked for it for a while" in at.error[0].value
    assert "workers were started again" not in shown(at)


def test_a_run_that_was_forgotten_but_finished_for_somebody_else_is_shown(script):
    queue = script(None)
    queue.kept = parts(*HALF)
    at = visit(stage="autograd", epochs=60)
    assert not at.error
    assert result(at).run.history.ended == "finished"


def test_stop_ends_the_run_and_keeps_what_it_did(script):
    ended = RuntimeError("the script ends here, as a press of Stop would end it")
    queue = script(News(state=RUNNING, parts=parts(*HALF)), ended)
    at = visit(stage="autograd", epochs=30_000)  # it waits for Train
    settings = Settings.of("autograd", epochs=30_000)
    at.button(key="train").click().run()
    assert within(at, follow.going).settings == settings
    at.button(key="stop").click().run()
    assert not at.exception
    assert len(queue.stopped) == 1
    assert (result(at).tried, result(at).failure) == (settings, Failure(STOPPED))
    assert len(result(at).run.history.loss) == 60
    assert "Stopped: this is the run so far." in shown(at)


def test_a_page_without_knobs_asks_for_a_long_run_in_the_long_lane_and_says_why_it_fails(script):
    queue = script(News(state=FAILED, failure=Failure(TIMEOUT, "20 s")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core_job, "SHORT_SECONDS", 0.0)
        at = visit("home")
    (job,) = queue.started
    assert job.long
    assert job.args == (Settings.of("autograd"),)
    assert job.key == core_job.stream(Settings.of("autograd")).key
    assert "time limit" in at.error[0].value
    assert not at.get("plotly_chart")
