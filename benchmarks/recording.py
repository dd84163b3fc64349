"""What recording a run costs.

Target: a recorded run takes at most 1.10 times the bare tutorial loop; aim at 1.05.

The bare loop is the lesson's own text without its `yield` line, run on the same data, start and
settings: the same mathematics by construction, with no generator, no loss kept and no snapshots.
The recorded run is `training.run`. Both run in this process on one thread, in turn, many times;
each pair gives one ratio, and the median of a stage's ratios is held against the target.
"""

from __future__ import annotations

import sys

import torch
from common import bare_loop, judge, median, seconds, sizes

from playground.core import catalog, training
from playground.core.settings import Settings

MOST = 1.10


def ratios(settings: Settings, pairs: int) -> list[float]:
    """Return recorded over bare, a pair of runs each."""
    bare = bare_loop(settings)
    bare(), training.run(settings)  # the first call of each pays for imports
    found = []
    for _ in range(pairs):
        alone = seconds(bare)
        found.append(seconds(lambda: training.run(settings)) / alone)
    return found


def main() -> int:
    given = sizes(__doc__, pairs=(15, 1), epochs=(2000, 10))
    torch.set_num_threads(1)
    met = True
    for stage in catalog.STAGES:
        found = ratios(Settings.of(stage, epochs=given.epochs), given.pairs)
        met &= judge(f"{stage:16} min {min(found):.3f}, median", median(found), MOST)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
