"""What is tracked: a lesson line by line, and four ways to stop a gradient side by side."""

from playground.features.tracking import view

view.show()
