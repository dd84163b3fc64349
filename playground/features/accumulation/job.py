"""What a worker does for the page about accumulation: the figures of each of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import handles

if TYPE_CHECKING:
    from playground.features.accumulation import work
else:
    work = handles.worker_module(__name__)

loop = handles.handle(work.loop)
retain = handles.handle(work.retain)
micro_batches = handles.handle(work.micro_batches)
forgotten = handles.handle(work.forgotten)
