"""Jobs for the tests of workers: generators that a process of their own can import."""

import os
import time


def count(n, seconds=0.0):
    for k in range(n):
        time.sleep(seconds)
        yield k


def pid(seconds=0.0):
    yield os.getpid()
    time.sleep(seconds)


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
