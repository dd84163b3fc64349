"""Teach with it: what a link for a class can do, ready-made tasks, lesson plans."""

from playground.features.teach import view

view.show()
