"""The queue process: it owns the pool, and answers the web process until that goes away."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading

from playground.jobs.client import PoolManager
from playground.jobs.limits import Limits
from playground.jobs.places import Place
from playground.jobs.pool import Pool


def _place(scheduler: str, preload: tuple[str, ...], limits: Limits) -> Place:
    if scheduler:
        from playground.jobs.cluster import Cluster

        return Cluster(scheduler, preload, limits)
    if "forkserver" in multiprocessing.get_all_start_methods():
        from playground.jobs.forks import Forks

        return Forks(preload, limits)
    from playground.jobs.standby import Standby

    return Standby(preload, limits)


def serve() -> None:
    """Be the queue process: take the set-up from standard input, serve until that closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asks, answer = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "r+b") as nowhere:  # runs inherit both, and neither ask nor are read
        os.dup2(nowhere.fileno(), 0)  # on Windows none could start while it is read here
        os.dup2(nowhere.fileno(), 1)
    authkey, preload, limits, scheduler = pickle.load(asks)
    multiprocessing.current_process().authkey = authkey
    pool = Pool(_place(scheduler, preload, limits), limits)
    PoolManager.register("pool", callable=lambda: pool)
    server = PoolManager(authkey=authkey).get_server()
    with answer:
        answer.write(pickle.dumps(server.address))

    def end_with_the_web_process() -> None:
        asks.read()
        pool.close()
        server.stop_event.set()  # type: ignore[attr-defined]

    threading.Thread(target=end_with_the_web_process, daemon=True).start()
    server.serve_forever()
