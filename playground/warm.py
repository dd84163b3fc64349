"""What the server that runs are forked from has in memory, so that no run imports it anew.

Importing this module is the last thing that server does: `gc.freeze` keeps the children from
copying all of it when they collect their own garbage.
"""

import gc
import importlib

import torch._dynamo  # torch.optim imports it at its first step, which takes a second

from playground import catalog, pool, training

LOADED = [torch._dynamo, pool, training]
LOADED += [importlib.import_module(lesson.module) for lesson in catalog.STAGES.values()]

gc.collect()
gc.freeze()
