"""Jobs for the tests of workers: generators that a process of their own can import."""

import multiprocessing
import os
import sys
import time


def count(n, seconds=0.0):
    for k in range(n):
        time.sleep(seconds)
        yield k


def pid(seconds=0.0):
    yield os.getpid()
    time.sleep(seconds)


def gated(n, gate):
    """Stop halfway until there is a file `gate`."""
    for k in range(n):
        yield os.getpid()
        while k == n // 2 and not os.path.exists(gate):
            time.sleep(0.02)


def pids(n, seconds):
    for _ in range(n):
        yield os.getpid()
        time.sleep(seconds)


def fail():
    yield 1
    raise ValueError("three is not four")


def die():
    yield 1
    os.kill(os.getpid(), 9)


def blob(kilobytes):
    yield bytes(kilobytes * 1024)


def eat(megabytes):
    block = bytearray(megabytes * 2**20)
    yield len(block)


def read(path):
    with open(path) as file:
        yield file.read()


def say(kilobytes):
    print("x" * 1024 * kilobytes, flush=True)
    yield kilobytes


def hog():
    """Hold the interpreter in one call that takes 2**60 steps."""
    yield os.getpid()
    nested = (1,)
    for _ in range(60):
        nested = (nested, nested)
    hash(nested)


def load_within(seconds, *args):
    """Open a visitor's file as the page does, in less time."""
    from playground.features.regression.saved.work import loading

    loading.SECONDS = seconds
    yield from loading.file(*args)


def shout():
    yield 1
    raise ValueError("\ud800" + "three" * 1000)


def loaded(*names):
    """Tell the process, and which of the modules it had before the job came."""
    yield os.getpid(), [name for name in names if name in sys.modules]


def unix():
    """Tell what there is here that Windows has not."""
    try:
        import resource

        yield resource.__name__
    except ImportError:
        pass
    yield from (name for name in ("fork", "nice") if hasattr(os, name))
    yield from (name for name in multiprocessing.get_all_start_methods() if name != "spawn")
