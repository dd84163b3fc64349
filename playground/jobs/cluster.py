"""Where jobs run on a Dask cluster: each worker has a queue process, here is who asks it.

The pool decides what runs when; Dask decides on which worker, and carries the parts. A worker must
be able to import this package, at the same version. What travels is pickled, so the cluster is
trusted as this process is.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
import uuid
from collections import deque
from dataclasses import replace
from typing import Any

from distributed import Client
from distributed.utils import LoopRunner

from playground.jobs.client import Queue
from playground.jobs.failure import Failure, LostError, UnreachableError
from playground.jobs.job import Job, News
from playground.jobs.limits import Limits
from playground.jobs.places import Message

ANSWER_SECONDS = 10.0  # until a worker that does not answer counts as lost
OPEN_SECONDS = 30.0  # until a cluster without a worker counts as out of reach
CONNECT_SECONDS = 3.0  # until a scheduler that does not answer counts as out of reach
AGAIN_SECONDS = 10.0  # until it is asked again
CORES_SECONDS = 5.0  # how long the number of the cluster's cores is taken to hold

_queues: dict[Any, Queue] = {}
_lock = threading.Lock()


def _queue(preload: tuple[str, ...], limits: Limits) -> Queue:
    """Return this worker's queue process with these limits; it lives as long as the worker."""
    with _lock:
        if (preload, limits) not in _queues:
            _queues[preload, limits] = Queue(preload, limits)
        return _queues[preload, limits]


class Remote:
    """One run on the worker that this actor lives on; it ends when the actor does."""

    def __init__(self, preload: tuple[str, ...], limits: Limits) -> None:
        self._queue = _queue(preload, limits)
        self._name = uuid.uuid4().hex

    def start(self, job: Job[Any]) -> None:
        """Run `job`, in place of what ran before."""
        self._queue.start(self._name, job)

    async def news(self, seen: int, wait: float) -> News | None:
        """Return what `Pool.news` does, while the worker attends to others."""
        return await asyncio.to_thread(self._queue.news, self._name, seen, wait)

    def stop(self) -> None:
        """End the run."""
        with contextlib.suppress(LostError):
            self._queue.stop(self._name)

    __del__ = stop


class RemoteRun:
    """The hold on a `Remote`; its methods are those of `process.Process`."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor
        self._messages: deque[Message] = deque()
        self._seen = 0
        self.pid = 0
        self.alive = True

    def send(self, job: Job[Any]) -> None:
        """Give it `job` to run."""
        self._seen = 0
        self._ask("start", job)

    def poll(self, seconds: float) -> bool:
        """Wait up to `seconds` for a message, and return whether there is one."""
        if not self._messages:
            news = self._ask("news", self._seen, seconds)
            if news is None or news.again:
                self._lose("its worker's queue process went away")
            self.pid = news.pid
            self._seen += len(news.parts)
            self._messages.extend(news.parts)
            if news.over:
                self._messages.append(news.failure)
        return bool(self._messages)

    def receive(self) -> Message:
        """Return the next message."""
        return self._messages.popleft()

    def kill(self) -> None:
        """End the run, without waiting for its end."""
        if self.alive:
            self.alive = False
            with contextlib.suppress(Exception):  # its worker is gone: so is the run
                self._actor.stop()

    def close(self) -> None:
        """End the run, and let go of the actor."""
        self.kill()
        self._actor = None

    def _ask(self, method: str, *args: Any) -> Any:
        actor = self._actor
        if not self.alive or actor is None:
            raise EOFError("the run was ended")
        try:
            return getattr(actor, method)(*args).result(ANSWER_SECONDS)
        except Exception as error:  # whatever went wrong, it happened outside of the job
            self._lose(str(Failure.of(error)))

    def _lose(self, why: str) -> None:
        if not self.alive:
            raise EOFError("the run was ended")
        self.alive = False
        raise LostError(why)


class Cluster:
    """Makes a `RemoteRun` for each job, on the worker that has the fewest."""

    def __init__(self, scheduler: str, preload: tuple[str, ...], limits: Limits) -> None:
        self._scheduler = scheduler
        self._limits, self._preload = limits, preload
        # the pool here has decided already: nothing waits or is kept on a worker
        self._remote = replace(limits, at_once=10_000, waiting=10_000, cache_megabytes=0)
        self._client: Client | None = None
        self._runner = LoopRunner()  # for all clients: one that cannot connect leaves its own
        self._refused: tuple[float, str] = (-AGAIN_SECONDS, "")  # when, and why
        self._counted = -CORES_SECONDS
        self._lock = threading.Lock()
        self.at_once = limits.at_once or 1

    def open(self) -> RemoteRun:
        """Make a run that waits for its job; raises UnreachableError if no worker can be had."""
        try:
            client = self._connected()
            made = client.submit(Remote, self._preload, self._remote, actor=True, pure=False)
            return RemoteRun(made.result(OPEN_SECONDS))
        except Exception as error:
            raise UnreachableError(str(Failure.of(error))) from error

    def close(self) -> None:
        """Leave the cluster: what still runs there for this client ends."""
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        if self._client is not None:
            self._client.close(5)  # type: ignore[no-untyped-call]
            self._client = None

    def _connected(self) -> Client:
        """Return a connection that holds; look how many cores there are, from time to time."""
        with self._lock:
            if self._client is None or self._client.status != "running":
                self._let_go()
                self._client = self._connect()
            if not self._limits.at_once and time.monotonic() - self._counted > CORES_SECONDS:
                self.at_once = max(1, int(self._client.scheduler_info(0)["total_threads"]))
                self._counted = time.monotonic()
            return self._client

    def _connect(self) -> Client:
        when, why = self._refused
        if time.monotonic() - when < AGAIN_SECONDS:
            raise ConnectionError(why)
        if not self._runner.is_started():  # type: ignore[no-untyped-call]
            self._runner.start()  # type: ignore[no-untyped-call]
        try:
            return Client(  # type: ignore[no-untyped-call]
                self._scheduler, timeout=CONNECT_SECONDS, loop=self._runner.loop
            )
        except Exception as error:
            self._refused = (time.monotonic(), str(Failure.of(error)))
            raise
