"""The runs of the visit: a table to name, pin, show, take away and compare them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from playground.core import analysis, catalog, kept_runs
from playground.core.history import History
from playground.core.i18n import N_
from playground.core.kept_runs import Kept, KeptRuns
from playground.core.relief import CONTOUR
from playground.core.replay import Ghost
from playground.core.settings import Settings
from playground.core.verdict import judge
from playground.ui import language, workers
from playground.ui.kit import charts
from playground.ui.language import _
from playground.ui.session import visit

MOST_SHOWN = 4
BOX = "runs"
EDITED = ("shown", "pinned", "name")

HOW = {
    "started": N_("too short to tell"),
    "converged": N_("converged"),
    "falling": N_("on its way"),
    "stalled": N_("hardly moves"),
    "flat": N_("loss there, weights not"),
    "damped": N_("swings, and dies down"),
    "swinging": N_("swings for ever"),
    "wandering": N_("goes up and down"),
    "creeping": N_("creeps up"),
    "returned": N_("grew and came back"),
    "growing": N_("growing"),
    "diverged": N_("diverged"),
}


@dataclass
class Keeping:
    """The runs of a visit; version: counts their changes; last: the run that was added last."""

    runs: KeptRuns = field(default_factory=KeptRuns)
    version: int = 0
    last: History | None = None


def current() -> KeptRuns:
    """Return the runs of this visit."""
    return visit().part(Keeping).runs


def keep(settings: Settings, history: History) -> bool:
    """Keep a run, if it is new; return whether it is."""
    keeping = visit().part(Keeping)
    if history is keeping.last:
        return False  # the run that is still shown may have been taken away meanwhile
    keeping.last = history
    _put(current().add(settings, history))
    return True


def change(number: int, **what: object) -> None:
    """Change a run's `name`, `pinned` or `shown`."""
    _put(current().change(number, **what))


def is_open() -> bool:
    """Return whether the table is in sight."""
    return bool(st.session_state.get(BOX))


def _put(kept: KeptRuns) -> None:
    keeping = visit().part(Keeping)
    keeping.runs, keeping.version = kept, keeping.version + 1


def show() -> None:
    """Show the runs of the visit, and what can be done with them."""
    box = st.expander(
        _("Runs of this visit"),  # with their count in it, each new run would close it
        icon=":material/history:",
        key=BOX,
        on_change="rerun",
    )
    if box.open:
        with box:
            _contents()


def _contents() -> None:
    kept = current()
    if not kept.runs and not kept.taken:
        st.caption(_("Nothing is trained yet: every run of this visit is listed here."))
        return
    if not kept.runs:
        st.caption(_("The list is empty. The runs taken away last can be brought back."))
    if kept.runs:
        count = len(kept.runs)
        several = _("{count} runs, the newest first.").format(count=count)
        st.caption(_("One run.") if count == 1 else several)
        _table(kept)
        st.caption(
            _(
                "Tick `show` to draw a run faint beside the present one, up to {most} on a page; "
                "tick two to compare them. A pin keeps a run when others make room."
            ).format(most=MOST_SHOWN)
        )
    _buttons(kept)
    chosen = [run for run in kept.runs if run.shown]
    if len(chosen) == 2:
        _compare(*chosen)


def _buttons(kept: KeptRuns) -> None:
    """Show what takes runs away, and what brings them back."""
    with st.container(horizontal=True):
        loose = [run.number for run in kept.runs if not run.pinned]
        st.button(
            _("Remove all that are not pinned"),
            on_click=lambda: _put(current().take(loose)),
            disabled=not loose,
            icon=":material/delete_sweep:",
        )
        st.button(
            _("Put back"),
            on_click=lambda: _put(current().put_back()),
            disabled=not kept.taken,
            icon=":material/undo:",
            help=_("Puts back the runs that were taken away last."),
        )


def _table(kept: KeptRuns) -> None:
    """Show a row a run; what is edited in it is kept."""
    rows = [_row(run) for run in kept.runs]
    numbers = [run.number for run in kept.runs]
    key = f"runs_{visit().part(Keeping).version}"  # new rows: a new editor
    st.data_editor(
        {name: [row[name] for row in rows] for name in rows[0]},
        key=key,
        on_change=_edited,
        args=(key, numbers),
        num_rows="delete",
        hide_index=True,
        disabled=[name for name in rows[0] if name not in EDITED],
        column_config={
            "number": st.column_config.NumberColumn("#", width=40),
            "shown": st.column_config.CheckboxColumn(_("show"), width=70),
            "pinned": st.column_config.CheckboxColumn(_("pin"), width=60),
            "name": st.column_config.TextColumn(
                _("name"), max_chars=kept_runs.LONGEST_NAME, width=130
            ),
            "lesson": st.column_config.TextColumn(_("lesson"), width=150),
            "set": st.column_config.TextColumn(_("set other than the tutorial"), width=190),
            "loss": st.column_config.TextColumn(_("last loss"), width=85),
            "times": st.column_config.TextColumn(_("× floor"), width=85),
            "how": st.column_config.TextColumn(_("how it went"), width=110),
            "epochs": st.column_config.NumberColumn(_("epochs"), width=70),
        },
        alt=_("The runs of this visit, a row each"),
    )


def _row(run: Kept) -> dict[str, Any]:
    settings, history = run.settings, run.history
    floor = analysis.floor(settings)
    loss = float(history.finite[-1]) if len(history.finite) else float("nan")
    ladder = catalog.LADDERS[settings.ladder]
    return {
        "number": run.number,
        "shown": run.shown,
        "pinned": run.pinned,
        "name": run.name,
        "lesson": f"{ladder.page} · {settings.stage}",
        "set": _set_for(run) or _("tutorial"),
        "loss": f"{loss:.4g}",
        "times": f"{loss / floor:.4g}" if floor > 0 else "–",
        "how": _(HOW[judge(history, settings).kind]),
        "epochs": len(history.loss),
    }


def _edited(key: str, numbers: list[int]) -> None:
    """Keep what was edited in the table."""
    edits = st.session_state[key]
    for place, what in edits["edited_rows"].items():
        change(numbers[int(place)], **{k: v for k, v in what.items() if k in EDITED})
    _put(current().take(numbers[place] for place in edits["deleted_rows"]))


def _compare(one: Kept, other: Kept) -> None:
    """Show two runs side by side, and their settings, those that differ first and marked."""
    st.subheader(_("Two runs side by side"), anchor=False)
    lang = language.current()
    for column, run in zip(st.columns(2, gap="medium"), (one, other), strict=True):
        with column:
            st.markdown(f"**{workers.plain(label(run))}**")
            figure = charts.chart(run.history, run.settings, lang, CONTOUR, ())
            charts.show(figure, charts.alt(run.history, run.settings), key=f"side_{run.number}")
    rows = kept_runs.compare(one.settings, other.settings)
    st.dataframe(
        {
            _("setting"): [name for name, *_rest in rows],
            label(one): [_cell(row[1]) for row in rows],
            "≠": ["≠" if row[3] else "" for row in rows],
            label(other): [_cell(row[2]) for row in rows],
        },
        hide_index=True,
        height=280,
    )


def _cell(value: object) -> str:
    return "–" if value is None else _short(value)


def ghosts(settings: Settings) -> tuple[Ghost, ...]:
    """Return the runs to draw beside the one with `settings`."""
    chosen = current().shown(settings.ladder)[:MOST_SHOWN]
    return tuple(
        Ghost(label(run), run.settings, run.history) for run in chosen if run.settings != settings
    )


def label(run: Kept) -> str:
    """Return what a run is called: its number, and its name or what was set for it."""
    name = run.name or _set_for(run) or _("tutorial")
    return f"{run.number} · {name}"


def _set_for(run: Kept) -> str:
    given = kept_runs.changed(run.settings)
    return _(", ").join(f"{name} {_short(value)}" for name, value in given.items())


def _short(value: object) -> str:
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 24 else f"{text[:21]}…".replace("\n", " ")
