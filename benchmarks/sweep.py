"""What a sweep of 100 learning rates costs.

Target: over 2000 epochs of the cubic, at most 6 times one recorded `autograd` run.

The sweep is what the page asks for: `work.run` at the rates of its first visit, every loss
kept and every rate given its kind. The recorded run is `training.run` with the stage's own
settings. Both run in this process on one thread, in turn, many times; each pair gives one ratio,
and the median of the ratios is held against the target.
"""

from __future__ import annotations

import sys

import torch
from common import judge, median, seconds, sizes

from playground.core import training
from playground.core.settings import Settings
from playground.features.learning_rates import knobs, work

MOST = 6.0


def main() -> int:
    given = sizes(__doc__, pairs=(15, 1), epochs=(2000, 20))
    torch.set_num_threads(1)
    lab = knobs.lab("polynomial", epochs=given.epochs)
    alone = Settings.of("autograd", epochs=given.epochs)
    training.run(alone), work.run(lab.fit, lab.rates)  # the first call of each pays for imports
    runs, sweeps = [], []
    for _ in range(given.pairs):
        runs.append(seconds(lambda: training.run(alone)))
        sweeps.append(seconds(lambda: work.run(lab.fit, lab.rates)))
    ratios = [many / one for many, one in zip(sweeps, runs, strict=True)]
    said = f"{len(lab.rates)} rates in {median(sweeps):.3f} s, one run in {median(runs):.3f} s"
    met = judge(f"{said}; min {min(ratios):.3f}, median", median(ratios), MOST)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
