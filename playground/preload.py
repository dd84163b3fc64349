"""What the server that runs are forked from has in memory, so that no run makes it anew.

Importing this module is the last thing that server does: `gc.freeze` keeps the children from
copying all of it when they collect their own garbage.
"""

import gc
from importlib import import_module
from pathlib import Path

import torch._dynamo  # torch.optim imports it at its first step, which takes a second

from playground import features
from playground.core import catalog, training
from playground.core.settings import Settings

FOLDER = Path(features.__file__).parent
WORK = tuple(
    ".".join((features.__name__, *path.relative_to(FOLDER).with_suffix("").parts))
    for path in sorted(FOLDER.rglob("*.py"))
    if "work" in path.relative_to(FOLDER).with_suffix("").parts and path.stem != "__init__"
)
"""All that the workers of the features run."""

for name in WORK:
    import_module(name)

torch.set_num_threads(1)
for stage in catalog.STAGES:
    if torch.version.cuda:  # its autograd starts threads, which no fork survives
        training.start(Settings.of(stage))
    else:
        training.run(Settings.of(stage, epochs=3))

gc.collect()
gc.freeze()
gc.set_threshold(20_000)  # a run makes next to no cycles to look for
