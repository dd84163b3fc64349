"""What a worker does for the page about accumulation: the figures of each of its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from playground.jobs import handles
from playground.jobs.job import Job

if TYPE_CHECKING:
    from playground.features.accumulation import work
else:
    work = handles.worker_module(__name__)

OF_TAB: Mapping[str, Callable[[Any], Job[Any]]] = MappingProxyType(
    {
        "loop": handles.handle(work.loop),
        "retain": handles.handle(work.retain),
        "micro_batches": handles.handle(work.micro_batches),
        "forgotten": handles.handle(work.forgotten),
    }
)
"""A tab of `knobs.TABS` -> what makes a job of its settings."""
