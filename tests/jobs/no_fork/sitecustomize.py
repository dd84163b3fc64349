"""On the path of a new interpreter, this takes from it what Windows has not either.

`sys.platform` stays: the standard library, and torch, would look for Windows's own modules.
"""

import multiprocessing
import os
import signal
import sys
from multiprocessing import context

import psutil  # noqa: F401 - what it is on Linux imports `resource`

sys.modules["resource"] = None  # to import it is an error
for module, names in (
    (os, ("fork", "forkpty", "nice")),
    (signal, ("SIGXCPU", "SIGSTOP", "SIGCONT", "SIGALRM", "SIGHUP")),
):
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
for method in ("fork", "forkserver"):
    del context._concrete_contexts[method]
context._default_context._default_context = context._concrete_contexts["spawn"]
multiprocessing.get_all_start_methods = lambda: ["spawn"]
