"""What a worker does for the race: run it, and take one step of it apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import handles

if TYPE_CHECKING:
    from playground.features.optimizers.work import running
else:
    running = handles.worker_module(__name__, "work.running")

LONG_SECONDS = 1.5  # from which a race gives way to shorter jobs

run = handles.handle(running.run, long=lambda race: race.work > LONG_SECONDS)
apart = handles.handle(running.apart)
