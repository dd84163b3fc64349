"""Linear regression: a line through points, yours too; saved, loaded, trained on."""

from playground.features.regression import view

view.show()
