"""What a worker does to save and load: the run's files, broken ones, a visitor's, training on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.core.job import SHORT_SECONDS
from playground.jobs import handles

if TYPE_CHECKING:
    from playground.features.regression.saved.work import loading, writing
else:
    loading = handles.worker_module(__name__, "work.loading")
    writing = handles.worker_module(__name__, "work.writing")

files = handles.handle(
    writing.files, long=lambda settings, updates, final: settings.work > SHORT_SECONDS
)
broken = handles.handle(writing.broken)
load = handles.handle(loading.file)
train_on = handles.handle(
    loading.train_on,
    long=lambda settings, content, epochs, place=None: (
        2 * settings.work * epochs / settings.epochs > SHORT_SECONDS
    ),
)
