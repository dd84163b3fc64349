"""Home: a run to watch, the path through the stages, and what this server runs on."""

from playground.features.home import view

view.show()
