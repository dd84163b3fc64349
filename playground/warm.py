"""What the server that runs are forked from has in memory, so that no run makes it anew.

Importing this module is the last thing that server does: `gc.freeze` keeps the children from
copying all of it when they collect their own garbage.
"""

import gc

import torch._dynamo  # torch.optim imports it at its first step, which takes a second

from playground import catalog, training
from playground.accumulation import running
from playground.autograd import checking, experiments, inspecting
from playground.jobs import forks
from playground.race import running as racing
from playground.settings import Settings
from playground.sweep import running as sweeping

LOADED = [
    torch._dynamo,
    running,
    checking,
    experiments,
    forks,
    inspecting,
    racing,
    sweeping,
    training,
]

torch.set_num_threads(1)
for stage in catalog.STAGES:
    if torch.version.cuda:  # its autograd starts threads, which no fork survives
        training.start(Settings.of(stage))
    else:
        training.run(Settings.of(stage, epochs=3))

gc.collect()
gc.freeze()
gc.set_threshold(20_000)  # a run makes next to no cycles to look for
