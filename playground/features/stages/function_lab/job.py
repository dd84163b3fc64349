"""What a worker does for the Function lab: check one version of the function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import handles

if TYPE_CHECKING:
    from playground.features.stages.function_lab import work
else:
    work = handles.worker_module(__name__)

check = handles.handle(work.check)
