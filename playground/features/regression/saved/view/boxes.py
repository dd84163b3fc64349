"""Save and load: the run's two files, a file of the learner's, files that fail to load."""

from __future__ import annotations

import streamlit as st

from playground.core import catalog
from playground.core.i18n import joined
from playground.core.run import Run
from playground.features.regression.saved import job, results, words
from playground.features.regression.saved.results import BROKEN, NAMES, Files, Loaded
from playground.features.regression.saved.view import loaded, placed
from playground.jobs import limits
from playground.ui import language, workers
from playground.ui.kit import boxes
from playground.ui.knobs.builder import pick
from playground.ui.language import _


def show(run: Run | None) -> None:
    """Show three boxes for `run`: save it, load a file, load a broken one.

    A closed box makes nothing. What is opened here never changes the run or its settings.
    """
    st.subheader(_("Save and load"), anchor=False)
    if run is None:
        st.caption(_("There is something to save once you have trained."))
        return
    st.markdown(_prose(0))
    _save(run)
    _load(run)
    _fail(run)


@st.fragment
def _save(run: Run) -> None:
    """Offer the run's two files, with the lines that open them, once asked to."""
    box = boxes.on_demand(_("Save this run"), "download", "save")
    if box is None:
        return
    with box:
        made = _files(run)
        with st.grid(2, min_column_width=320):
            for slug, name in NAMES.items():
                with st.container(gap="small"):
                    content = getattr(made, slug)
                    label = _("{name} · {bytes:,} bytes").format(name=name, bytes=len(content))
                    st.download_button(
                        label,
                        content,
                        name,
                        "application/octet-stream",
                        key=f"download_{slug}",
                        icon=":material/download:",
                        on_click="ignore",
                    )
                    st.caption(_about(slug))
                    lines = results.opening(slug, run.settings.optimizer)
                    st.code(lines, language="python")
        _notes(run)
        with st.expander("save.py", icon=":material/description:"):
            st.code(catalog.source("linear_regression", "save"), language="python")


def _about(slug: str) -> str:
    if slug == "weights":
        return _("The state_dict: the two weights alone. To use the model, it is enough.")
    return _("Weights, optimizer's state and epoch: what it takes to train on.")


def _notes(run: Run) -> None:
    """Say what the files do not tell, or not exactly."""
    text = _("The run made {updates:,} updates; the files hold the weights after the last.")
    notes = [text.format(updates=results.updates(run.history))]
    if run.settings.centre:
        notes.append(
            _(
                "These weights belong to x minus its mean, and nothing in the file says so: who "
                "uses them must know that mean."
            )
        )
    if run.settings.device != "cpu":
        notes.append(
            _("The optimizer's state was made again on the CPU, whose rounding may differ.")
        )
    st.caption(joined(notes, _))


@st.fragment
def _load(run: Run) -> None:
    """Load a file of the learner's choice, and train on from it, once asked to."""
    box = boxes.on_demand(_("Load a file"), "upload_file", "load")
    if box is None:
        return
    with box:
        st.markdown(_prose(1))
        content = _content(run)
        if content is None:
            return
        place = placed.chosen(content)
        found = loaded.opened(run, content, place)
        if place:
            placed.whole(place, content)
        loaded.answer(found)
        placed.offer(found, content)
        if found.fits:
            loaded.predictions(found)
            st.markdown("**" + _("Train on") + "**")
            st.markdown(_prose(2))
            loaded.train_on(run, content, found)
        with st.expander("load.py", icon=":material/description:"):
            st.code(catalog.source("linear_regression", "load"), language="python")


def _content(run: Run) -> bytes | None:
    """Return the bytes of the file to load: the learner's, or one of this run's own."""
    sources = ("upload", *NAMES) if limits.UPLOAD_BYTES else tuple(NAMES)
    source = pick(_("Which file?"), sources, "from", collapsed=False)
    if source == "upload":
        return _uploaded()
    content: bytes = getattr(_files(run), source)
    st.caption(_("This is {name} of the run above.").format(name=f"`{NAMES[source]}`"))
    return content


def _uploaded() -> bytes | None:
    """Return the bytes of the learner's file, if there is one that is not too large."""
    most = limits.UPLOAD_BYTES
    label = _(
        "A .pt file of up to {size:,} kB: a state_dict of torch.nn.Linear(1, 1), or a checkpoint"
    )
    label = label.format(size=most // 1024)
    file = st.file_uploader(label, key="upload", max_upload_size=1)
    if file and file.size > most:
        loaded.answer(Loaded(refused="oversized", fields={"bytes": file.size, "most": most}))
        return None
    return file.getvalue() if file else None


@st.fragment
def _fail(run: Run) -> None:
    """Load a prepared file that fails, the way every file is loaded, once asked to."""
    box = boxes.on_demand(_("Try a broken file"), "broken_image", "fail")
    if box is None:
        return
    with box:
        slug = pick(_("Which file?"), list(BROKEN), "broken", collapsed=False)
        with st.grid(2, min_column_width=320):
            with st.container(gap="small"):
                st.markdown("**" + _(words.TITLES[slug]) + "**")
                st.code(results.maker(slug), language="python")
            with st.container(gap="small"):
                found = loaded.opened(run, workers.one(job.broken(slug)))
                loaded.answer(found)
                if slug == "hostile" and not found.created:
                    text = _("`{name}` does not exist: nothing in the file was called.")
                    st.success(text.format(name=results.HOSTILE_FILE), icon=":material/shield:")


def _files(run: Run) -> Files:
    """Return the two files of the run, made again in a worker."""
    updates = results.updates(run.history)
    return workers.one(job.files(run.settings, updates, loaded.final(run)))


def _prose(part: int) -> str:
    return words.prose(language.current())[part]
