"""What the server keeps of one visit. Widgets have their own state; all else is here."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import streamlit as st

from playground.core.tasks import Task

KEY = "visit"
Part = TypeVar("Part")


@dataclass
class Visit:
    """One visit: a tab of a browser, from its first page to its last.

    id: names it to the workers. page, came_from: the addresses of the page that is shown, and of
    the one before it. task: what this page's link asks of the learner. knobs: those of this page
    that a link may lock or hide. pressed: whether to train now, as a button was pressed. written:
    whether a callback has given a knob another value than the visitor did, before this page run.
    """

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    page: str | None = None
    came_from: str | None = None
    task: Task = field(default_factory=Task)
    knobs: tuple[str, ...] = ()
    pressed: bool = False
    written: bool = False
    _parts: dict[type, Any] = field(default_factory=dict)

    def open(self, page: str) -> None:
        """Come to a page, or run the one that is open again."""
        self.came_from, self.page = self.page, page
        self.task, self.knobs, self.written = Task(), (), False
        if self.came_from != page:
            self.pressed = False  # it was not this page's run

    def part(self, kind: type[Part]) -> Part:
        """Return the part of the visit that a module declares as `kind`; a new one at first.

        Only the module that declares it uses it, so each has its own small class of state.
        """
        if kind not in self._parts:
            self._parts[kind] = kind()
        return cast(Part, self._parts[kind])


def visit() -> Visit:
    """Return the visit that this page run belongs to."""
    found: Visit = st.session_state.setdefault(KEY, Visit())
    return found
