"""The queue process: it owns the pool, and answers the web process until that goes away."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading

from playground.jobs.client import PoolManager
from playground.jobs.limits import Limits
from playground.jobs.places import Place
from playground.jobs.pool import Pool


def _place(scheduler: str, preload: tuple[str, ...], limits: Limits) -> Place:
    if scheduler:
        from playground.jobs.cluster import Cluster

        return Cluster(scheduler, preload, limits)
    from playground.jobs.forks import Forks

    return Forks(preload, limits)


def serve() -> None:
    """Be the queue process: take the set-up from standard input, serve until that closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answer = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)  # runs inherit it, and nobody reads what a job prints
    authkey, preload, limits, scheduler = pickle.load(sys.stdin.buffer)
    multiprocessing.current_process().authkey = authkey
    pool = Pool(_place(scheduler, preload, limits), limits)
    PoolManager.register("pool", callable=lambda: pool)
    server = PoolManager(authkey=authkey).get_server()
    with answer:
        answer.write(pickle.dumps(server.address))

    def end_with_the_web_process() -> None:
        sys.stdin.buffer.read()
        pool.close()
        server.stop_event.set()  # type: ignore[attr-defined]

    threading.Thread(target=end_with_the_web_process, daemon=True).start()
    server.serve_forever()
