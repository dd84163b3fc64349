"""The race: several optimizers from one start, and a step of each taken apart."""

from playground.features.optimizers import view

view.show()
