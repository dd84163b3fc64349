"""What is promised of a GPU: equal losses, a warm worker, models that move between devices.

`tests/gpu/run.py` sets up a machine that has CUDA, torch and numpy, and runs these alone.
"""

import dataclasses
import io
import math

import numpy as np
import pytest
import torch

from playground.core import catalog, data, job, training
from playground.core.settings import Settings
from playground.features.regression.saved.work import loading, writing
from playground.jobs.client import Queue
from playground.jobs.job import DONE
from playground.jobs.limits import Limits
from playground.lessons.linear_regression import fit_linear, load, save

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")

LESSONS = [lesson for lesson in catalog.ALL if lesson.on_tensors]
CLOSE = 1e-3  # float32 sums of 2000 squares in another order, and what 300 epochs make of it


def of(lesson, **given):
    return Settings.of(lesson.slug, ladder=lesson.ladder, **given)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: f"{one.ladder}-{one.slug}")
def test_a_lesson_comes_to_the_cpus_losses(lesson):
    epochs = min(300, of(lesson).epochs)
    cpu, gpu = (training.run(of(lesson, epochs=epochs, device=d)) for d in ("cpu", "cuda"))
    assert gpu.ended == cpu.ended
    np.testing.assert_allclose(gpu.loss, cpu.loss, rtol=CLOSE)
    finals = [np.array(list(run.final.values())) for run in (gpu, cpu)]
    np.testing.assert_allclose(*finals, rtol=CLOSE, atol=1e-4)


def wait(queue):
    while not (news := queue.news("ann", 0, 60.0)).over:
        pass
    return news


def test_a_warm_worker_keeps_the_context():
    """The next run on a GPU begins in the process of the one before; a run of the CPU does not."""
    queue = Queue((), Limits(seconds=100.0))
    try:
        pids = []
        for seed in (1, 2):
            queue.start("ann", job.stream(Settings.of("tensor", device="cuda", seed=seed)))
            news = wait(queue)
            assert (news.state, news.failure) == (DONE, None)
            pids.append(news.pid)
        assert pids[0] == pids[1]
        queue.start("ann", job.stream(Settings.of("tensor", seed=3)))
        assert wait(queue).pid != pids[0]
    finally:
        queue.close()


def saved_on(device, settings):
    """Return the bytes of a state_dict and of a checkpoint of a model trained on `device`."""
    model, optimizer = writing.build(settings)
    model.to(device)
    for state in optimizer.param_groups:  # a Module keeps its Parameters when their data move
        assert all(parameter.device.type == device for parameter in state["params"])
    x, y = (values.to(device) for values in writing.points(settings))
    for _ in fit_linear.fit(model, optimizer, x, y, epochs=20):
        pass
    weights, checkpoint = io.BytesIO(), io.BytesIO()
    save.save_weights(model, weights)
    save.save_checkpoint(model, optimizer, 20, checkpoint)
    return model, weights.getvalue(), checkpoint.getvalue()


@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_a_file_saved_on_the_gpu_opens_and_trains_on_here(optimizer):
    settings = Settings.of("linear", ladder="linear_regression", optimizer=optimizer, epochs=20)
    model, weights, checkpoint = saved_on("cuda", settings)
    final = tuple(parameter.item() for parameter in model.parameters())
    (found,) = loading.file(settings, final, weights)
    assert found.fits
    assert tuple(found.weights.values()) == final
    (went_on,) = loading.train_on(settings, checkpoint, 50)
    assert went_on.raised is None
    assert not went_on.refused
    assert math.isfinite(went_on.state[-1])


def test_a_file_saved_here_goes_to_the_gpu():
    settings = Settings.of("linear", ladder="linear_regression", epochs=20)
    model, weights, _checkpoint = saved_on("cpu", settings)
    there = torch.nn.Linear(1, 1).cuda()
    load.load_weights(there, load.open_file(io.BytesIO(weights)))
    for here, moved in zip(model.parameters(), there.parameters(), strict=True):
        assert moved.device.type == "cuda"
        assert moved.item() == here.item()


def heaviest():
    """Return the tutorial's run that takes longest, by the page's own estimate."""
    return max((of(lesson) for lesson in LESSONS), key=lambda settings: settings.work)


@pytest.mark.parametrize(
    ("what", "settings"),
    [
        ("autograd, 2,000 points, 1,000 epochs", Settings.of("autograd", epochs=1000)),
        (
            "autograd, 10,000 points, 1,000 epochs",
            Settings.of("autograd", points=10_000, epochs=1000),
        ),
        (f"{heaviest().stage}, {heaviest().epochs:,} epochs", heaviest()),
    ],
)
def test_the_seconds_of_both_are_told(what, settings, timed):
    gpu = dataclasses.replace(settings, device="cuda")
    training.run(dataclasses.replace(gpu, epochs=3))  # the context and the kernels are made once
    runs = [training.run(one) for one in (settings, gpu)]
    assert [len(run.loss) for run in runs] == [settings.epochs] * 2
    assert len(data.names(settings)) == len(runs[1].names)
    timed((what, runs[0].seconds, runs[1].seconds))
