"""Learning rates: a hundred at once, a challenge, and the conditioning behind it all."""

from playground.features.learning_rates import view

view.show()
