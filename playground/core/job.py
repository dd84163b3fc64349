"""What a worker does for several pages: train, draw a stage's own graphs, tell what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import handles

if TYPE_CHECKING:
    from playground.core import training
    from playground.core.autograd import stages
    from playground.core.settings import Settings
else:
    training = handles.worker_module(__name__, "training")
    stages = handles.worker_module(__name__, "autograd.stages")

SHORT_SECONDS = 1.2  # what may start unasked; a job that takes longer gives way to others


def _long(settings: Settings, epoch: int) -> bool:
    """Return whether it takes long to come to an epoch of a run."""
    return settings.work * epoch / settings.epochs > SHORT_SECONDS


stream = handles.handle(
    training.stream,
    long=lambda settings: settings.work > SHORT_SECONDS,
    keep_process=lambda settings: settings.device != "cpu",
)
machine = handles.handle(training.machine)
stage = handles.handle(stages.stage, long=lambda settings, epoch=0, x=None: _long(settings, epoch))
flips = handles.handle(stages.flips, long=lambda settings, epoch, count: _long(settings, epoch))
