"""What came of loading a file: torch's answer, its predictions, and training on from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
import streamlit as st

from playground.core.rounding import spread
from playground.core.run import Run
from playground.features.regression.saved import figures, job, reasons, results, words
from playground.features.regression.saved.results import LONGER, Continued, Loaded, Place
from playground.jobs.failure import KILLED, MEMORY, TIMEOUT, Failure
from playground.ui import workers
from playground.ui.kit import charts
from playground.ui.knobs.builder import pick
from playground.ui.language import _
from playground.ui.session import visit

ROWS = 11  # of the table of predictions
MOST_NAMED = 8  # of what another optimizer remembers
LIMITS = (TIMEOUT, MEMORY, KILLED)  # what a file breaks each time that it is read


@dataclass
class Broken:
    """The file that broke a limit last: its hash, and how."""

    files: dict[bytes, Failure] = field(default_factory=dict)


def final(run: Run) -> tuple[float, ...]:
    """Return the weights that the run ended with."""
    return tuple(run.history.final.values())


def opened(run: Run, content: bytes, place: Place | None = None) -> Loaded:
    """Return what comes of loading `content`, or what lies at `place` in it, in a worker.

    Raises workers.Failed. A file that breaks the server's limits is not tried again.
    """
    broke, mark = visit().part(Broken).files, sha256(content).digest()
    if mark not in broke:
        parts, failure = workers.attempted(job.load(run.settings, final(run), content, place))
        if not failure:
            return parts[0]
        if failure.kind not in LIMITS:
            raise workers.Failed(workers.reason(failure))
        broke.clear()
        broke[mark] = failure
    said = _("Reading this file broke a limit that this server sets, so it was given up.")
    kept = _("Your model and your settings are as they were.")
    raise workers.Failed(f"{said} {workers.reason(broke[mark])} {kept}")


def answer(found: Loaded) -> None:
    """Show what the file holds beside what the model has, and what torch says to it."""
    if found.entries:
        st.table(
            {
                _("name"): [workers.plain(entry.name) for entry in found.entries],
                _("expected"): [_shape(entry.expected) for entry in found.entries],
                _("found"): [_shape(entry.found) for entry in found.entries],
                _("type"): [f"`{entry.dtype}`" if entry.dtype else "-" for entry in found.entries],
            },
            hide_index=True,
        )
    if found.refused:
        st.error(words.refusal(found, workers.plain, _), icon=":material/block:")
    elif found.raised:
        st.error(reasons.explained(found, workers.plain, _), icon=":material/error:")
        _message(found.raised)
    else:
        said = _("torch says {answer}.").format(answer=workers.plain(found.answer))
        st.success(f"{said} {_held(found)}", icon=":material/check_circle:")
        return
    st.caption(_("Your model and your settings are as they were."))


def _message(raised: Failure) -> None:
    st.caption(_("torch's own message:"))
    st.code(reasons.message(raised), language=None, wrap_lines=True)


def _shape(shape: tuple[int, ...] | None) -> str:
    return "-" if shape is None else f"`{list(shape)}`"


def _held(found: Loaded) -> str:
    if not found.checkpoint:
        return _("The file is a state_dict: weights alone.")
    if found.epoch is None:
        return _("The file is a checkpoint.")
    return _("The file is a checkpoint, saved after epoch {epoch:,}.").format(epoch=found.epoch)


def predictions(found: Loaded) -> None:
    """Show what the loaded model predicts, beside the model of the page."""
    weights = _(", ").join(f"{name} {value:.6g}" for name, value in found.weights.items())
    gap = float(np.abs(found.loaded - found.current).max())
    text = _("Loaded: {weights}. Its predictions differ from this page's by up to {gap:.4g}.")
    said = text.format(weights=weights, gap=gap)
    st.caption(said)
    with st.grid(2, min_column_width=320):
        charts.show(
            figures.predictions(found, _), _("The two lines through the data.") + " " + said
        )
        some = spread(len(found.x), ROWS)
        st.dataframe(
            {
                "x": found.x[some],
                _("target"): found.y[some],
                _("model on this page"): found.current[some],
                _("loaded model"): found.loaded[some],
            },
            hide_index=True,
            height="content",
        )


def train_on(run: Run, content: bytes, seen: Loaded) -> None:
    """Train on from the file with and without its optimizer's state; show both losses."""
    epochs = int(pick(_("Epochs more"), list(map(str, LONGER)), "more", collapsed=False))
    settings, history = run.settings, run.history
    found = workers.one(job.train_on(settings, content, epochs, seen.place))
    said = words.compared(found, settings.keeps_nothing, _)
    chart = figures.losses(history, results.updates(history), seen, found, _)
    if found.refused:
        st.error(words.refusal(found, workers.plain, _), icon=":material/block:")
    elif found.raised:
        st.error(words.stumble(found, workers.plain, _), icon=":material/error:")
        _message(found.raised)
    else:
        st.info(said, icon=":material/compare_arrows:")
    charts.show(
        chart, _("The loss of this page's run, and of training on from the file.") + " " + said
    )
    _settings_brought(found)


def _settings_brought(found: Continued) -> None:
    """Say which settings the file's state brought with it, where they are not the page's."""
    if found.foreign and not found.raised:
        text = _(
            "This state is of another kind of optimizer: it remembers {names}, which this one "
            "never keeps. torch takes it, since all that this one looks for is there."
        )
        names = map(workers.plain, found.foreign[:MOST_NAMED])
        st.warning(text.format(names=_(", ").join(names)))
    for name, theirs, ours in found.differ:
        text = _("The state set {name} to {theirs}; on this page it is {ours}.")
        st.caption(text.format(name=f"`{name}`", theirs=f"`{theirs}`", ours=f"`{ours}`"))
