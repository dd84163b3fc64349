"""What a worker does for the graph page: trace an example, or an expression of the learner's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import handles

if TYPE_CHECKING:
    from playground.features.graph import work
else:
    work = handles.worker_module(__name__)

example = handles.handle(work.example)
own = handles.handle(work.own)
