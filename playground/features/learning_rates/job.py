"""What a worker does for the page of learning rates: the sweep, the bases, the challenge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import handles

if TYPE_CHECKING:
    from playground.features.learning_rates import work
else:
    work = handles.worker_module(__name__)

LONG = 5000  # epochs, from which a sweep gives way to shorter jobs

swept = handles.handle(work.swept, long=lambda lab: lab.fit.epochs > LONG)
bases = handles.handle(work.bases, long=True)
fewest = handles.handle(work.fewest, long=True)
attempt = handles.handle(work.attempt)
