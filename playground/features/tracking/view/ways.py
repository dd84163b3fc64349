"""The four ways to stop a gradient, side by side."""

from __future__ import annotations

import streamlit as st

from playground.features.tracking import figures, lessons
from playground.features.tracking.figures import Way
from playground.features.tracking.lessons import Lesson
from playground.features.tracking.results import Record
from playground.features.tracking.view import lines as inspector
from playground.features.tracking.view.lines import NOTHING
from playground.ui import workers
from playground.ui.language import _


def compare() -> None:
    """Show what each way cuts, what comes of it, and what fails."""
    runs = [(lesson, inspector.record(lesson)) for lesson in lessons.STOPS]
    st.subheader(_("Four ways to stop, side by side"), anchor=False)
    st.markdown(
        _(
            "The same sum in each `run()`: `y = w * x`, then its product with `b`. A thick arrow "
            "is recorded, so a gradient can come back along it; ✂ is where the way back is cut."
        )
    )
    with st.grid(4, min_column_width=220, border=True):
        for lesson, run in runs:
            with st.container(horizontal_alignment="center"):
                st.markdown(f"**{lesson.slug}**", width="content")
                st.graphviz_chart(figures.drawing(lesson, run, _), alt=_alt(lesson, run))
    ways = [figures.way(lesson, run) for lesson, run in runs]
    st.table(_comparison(ways), alt=_("The four ways to stop, compared."))
    st.subheader(_("What fails, in PyTorch's own words"), anchor=False)
    for (lesson, _run), way in zip(runs, ways, strict=True):
        _failures(lesson, way)


def _comparison(ways: list[Way]) -> dict[str, list[str]]:
    """Return a column for every way, a row for every question."""
    questions = [
        _("the line that stops"),
        _("the tensor that is stopped"),
        "`requires_grad`",
        "`is_leaf`",
        "`grad_fn`",
        "`_version`",
        _("one memory with"),
        _("`w.requires_grad` afterwards"),
        _("`w.grad` in the end"),
        _("`b.grad` in the end"),
        _("lines that raise"),
    ]
    return {_("way"): questions} | {way.slug: _answers(way) for way in ways}


def _answers(way: Way) -> list[str]:
    of, made = way.stopped, way.loss is not None
    return [
        f"`{way.code}`",
        f"`{of.name}`",
        str(of.requires_grad),
        str(of.is_leaf),
        str(of.grad_fn),
        _("not kept") if of.version is None else str(of.version),
        _(", ").join(of.same_memory) or NOTHING,
        str(way.leaf.requires_grad),
        str(way.grads["w"]) if made else _("no loss"),
        str(way.grads["b"]) if made else _("no loss"),
        _(", ").join(str(step.line) for step, _said in way.failed) or NOTHING,
    ]


def _failures(lesson: Lesson, way: Way) -> None:
    lines = [
        f"- **{lesson.slug}** · "
        + _("line {line}, in `{function}()`").format(line=step.line, function=step.function)
        + f": `{lesson.statement(step.line)}`  \n  **{said.kind}** {workers.plain(said.text)}"
        for step, said in way.failed
    ]
    st.markdown("\n".join(lines))


def _alt(lesson: Lesson, run: Record) -> str:
    """Return what a drawing shows, for screen readers."""
    arrows = figures.arrows(lesson, run)
    recorded = [f"{a.source} → {a.target}" for a in arrows if a.carries]
    cut = [f"{a.source} → {a.target}" for a in arrows if a.cut] or ["w"]
    return _("{way}: recorded are {recorded}; the way back is cut at {cut}.").format(
        way=lesson.slug, recorded=_(", ").join(recorded) or NOTHING, cut=_(", ").join(cut)
    )
