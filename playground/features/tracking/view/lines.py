"""A lesson line by line: its code, a way through its lines, and what each did to the tensors."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from playground.core import texts
from playground.core.graphs import meanings
from playground.features.tracking import job
from playground.features.tracking.lessons import LESSONS, Lesson
from playground.features.tracking.results import Change, Record, Step, TensorState, changes
from playground.jobs.failure import Failure
from playground.ui import language, workers
from playground.ui.knobs import builder
from playground.ui.language import _

# A fact -> what torch calls it.
FACTS = {
    "value": "value",
    "requires_grad": "requires_grad",
    "is_leaf": "is_leaf",
    "grad_fn": "grad_fn",
    "grad": "grad",
    "retains_grad": "retains_grad",
    "version": "_version",
    "is_inference": "is_inference()",
    "shape": "shape",
    "dtype": "dtype",
    "device": "device",
}
CHANGED, NEW, NOTHING = "◆", "✚", "–"


def pick() -> Lesson:
    """Show the lessons in their order and return the chosen one."""
    slugs = list(LESSONS)
    lesson = LESSONS[builder.pick(_("Lesson"), slugs, "lesson", on_change=_to_the_first_line)]
    place, title, new = slugs.index(lesson.slug) + 1, _(lesson.title), _(lesson.new)
    st.markdown(f"**{place} · {title}**  {new}")
    return lesson


def record(lesson: Lesson) -> Record:
    """Return what the lesson's lines did, run now unless it is kept."""
    return workers.one(job.inspect(lesson.slug))


def prose(lesson: Lesson) -> None:
    """Show the text of the lesson."""
    _head, happens, notice = texts.sections(f"tracking/{lesson.slug}", language.current())
    left, right = st.columns([9, 11], gap="medium")
    for beside, heading, words in (
        (left, _("What happens"), happens),
        (right, _("What to notice"), notice),
    ):
        beside.subheader(heading, anchor=False)
        beside.markdown(words)


def code(lesson: Lesson) -> None:
    """Show the file that runs."""
    st.code(lesson.source, language="python", line_numbers=True)


@st.fragment
def walk(lesson: Lesson, run: Record) -> None:
    """Let the learner go from line to line; show what the line did."""
    number = _line(run)
    before, step = run.at(number)
    st.markdown(
        _("After line {line}, in `{function}()`:").format(line=number, function=step.function)
    )
    st.code(lesson.line(number), language="python", wrap_lines=True)
    for said in step.warnings:
        _say(said, st.warning, ":material/warning:")
    if step.error:
        _say(step.error, st.error, ":material/error:")
    _tell(before, step)
    if step.tensors:
        st.table(_table(before, step), alt=_("What torch says of every tensor after this line."))
        st.caption(
            _("{changed} changed on this line, before and after; {new} a new tensor.").format(
                changed=CHANGED, new=NEW
            )
        )


def _line(run: Record) -> int:
    """Show the way through the executed lines and return the number of the one chosen."""
    lines = run.lines
    with st.container(horizontal=True, vertical_alignment="center"):
        back = st.container(width="content")
        on = st.container(width="content")
        number: int = builder.ask(
            "line", lines[0], _("Line"), options=lines, slider=True, label_visibility="collapsed"
        )
    place = lines.index(number)
    for beside, label, icon, to in (
        (back, _("Previous line"), ":material/arrow_back:", place - 1),
        (on, _("Next line"), ":material/arrow_forward:", place + 1),
    ):
        inside = 0 <= to < len(lines)
        beside.button(
            label,
            key=icon,
            icon=icon,
            disabled=not inside,
            on_click=_go,
            args=(lines[to] if inside else number,),
        )
    return number


def _go(line: int) -> None:
    st.session_state["line"] = line


def _to_the_first_line() -> None:
    st.session_state["line"] = 0  # no line of a lesson: its first takes its place


def _say(said: Failure, box: Callable[..., object], icon: str) -> None:
    """Show a warning or an error as torch gave it, and beneath it what it means."""
    text = f"**{said.kind}** {workers.plain(said.text)}"
    why = meanings.meaning(said.text)
    box(text + ("\n\n" + _(why) if why else ""), icon=icon)


def _tell(before: Step, step: Step) -> None:
    """Say in words what the line changed."""
    said = [_sentence(change) for change in changes(before, step)]
    new = [f"`{name} = {value}`" for name, value in step.plain if (name, value) not in before.plain]
    if new:
        said.append(_("Not tensors, plain Python: {names}").format(names=_(", ").join(new)))
    if before.recording != step.recording:
        said.append(
            _("From here on, operations are recorded again.")
            if step.recording
            else _("From here on, nothing is recorded.")
        )
    st.markdown("\n".join(f"- {text}" for text in said or [_("No tensor changed.")]))


def _sentence(change: Change) -> str:
    if not change.fact:
        return _("{sign} `{name}` is new").format(sign=NEW, name=change.name)
    if change.fact == "same_memory":
        text = _("{sign} `{name}` now lies in one memory with {others}")
        others = _(", ").join(f"`{name}`" for name in change.after)  # type: ignore[attr-defined]
        return text.format(sign=CHANGED, name=change.name, others=others or NOTHING)
    return _("{sign} `{name}`: {fact} was {before}, is {after}").format(
        sign=CHANGED,
        name=change.name,
        fact=f"`{FACTS[change.fact]}`",
        before=f"`{change.before}`",
        after=f"`{change.after}`",
    )


def _table(before: Step, step: Step) -> dict[str, list[str]]:
    """Return a column for every tensor, a row for every fact."""
    table = {_("tensor"): [f"`{label}`" for label in FACTS.values()] + [_("one memory with")]}
    for tensor in step.tensors:
        new = tensor.name not in before
        old = tensor if new else before[tensor.name]
        heading = f"{tensor.name} {NEW}" if new else tensor.name
        table[heading] = [_cell(old, tensor, fact) for fact in [*FACTS, "same_memory"]]
    return table


def _cell(old: TensorState, tensor: TensorState, fact: str) -> str:
    was, now = (_shown(of, fact) for of in (old, tensor))
    return now if was == now else f"**{CHANGED}** {was} → **{now}**"


def _shown(tensor: TensorState, fact: str) -> str:
    value = getattr(tensor, fact)
    if fact == "version" and value is None:
        return _("not kept")
    if fact == "same_memory":
        return _(", ").join(value) or NOTHING
    if fact == "shape":
        return str(list(value))
    return str(value).removeprefix("torch.")
