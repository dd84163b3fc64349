"""Streamlit's AppTest, with what many visits share done once: workers' results, a look at packages.

Import it from here, so that it does.
"""

from functools import cache

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from playground.jobs.client import Here
from playground.jobs.job import DONE
from playground.ui import workers

__all__ = ["AppTest", "Shared"]

# which packages bring components: every new AppTest asks, and it takes longer than many a page
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


class Shared(Here):
    """The calls of a `Queue` that runs equal jobs once, in the caller's process."""

    def __init__(self):
        super().__init__()
        self._done = {}

    def start(self, visitor, job):
        if job.key in self._done:
            self._news[visitor] = self._done[job.key]
            return
        super().start(visitor, job)
        if job.key is not None and self._news[visitor].state == DONE:
            self._done[job.key] = self._news[visitor]


workers.use(Shared())
