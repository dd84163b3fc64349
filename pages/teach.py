"""Teach with it: what a link for a class can do, ready-made tasks, lesson plans."""

from playground.ui import choice, panels, teach
from playground.ui.language import _

panels.page_text("teach")
if choice.pick(_("Part"), teach.PARTS, "show") == "tasks":
    teach.tasks()
else:
    teach.plans()
