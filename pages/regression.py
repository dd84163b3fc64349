"""Linear regression: a line through points, yours too; saved, loaded, trained on."""

from playground.ui import frame, regression, save_load

frame.ladder(
    "linear_regression",
    beside=regression.explain,
    read=regression.read,
    below=save_load.show,
)
