"""Fit a sine in several ways: pick a stage, turn the knobs, train, watch and replay."""

from playground.features.stages import view

view.show()
