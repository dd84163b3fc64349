"""A queue of runs that says what a test wants."""

import pytest

from playground.ui import workers


class Scripted:
    """A queue that answers every visit with the next of `coming`, be it an error."""

    def __init__(self, *coming):
        self.coming, self.started, self.stopped, self.kept = list(coming), [], [], None

    def start(self, visitor, job):
        self.started.append(job)

    def news(self, visitor, seen, wait):
        news = self.coming.pop(0)
        if isinstance(news, Exception):
            raise news
        return news

    def stop(self, visitor):
        self.stopped.append(visitor)

    def peek(self, key):
        return self.kept


@pytest.fixture
def script(monkeypatch):
    monkeypatch.setattr(workers, "_machine", {"devices": ["cpu"]})

    def script(*coming):
        queue = Scripted(*coming)
        monkeypatch.setattr(workers, "_queue", queue)
        return queue

    return script
