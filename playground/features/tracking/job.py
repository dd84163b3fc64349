"""What a worker does for the page about tracking: run a lesson, and look after each line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import handles

if TYPE_CHECKING:
    from playground.features.tracking import work
else:
    work = handles.worker_module(__name__)

inspect = handles.handle(work.inspect)
