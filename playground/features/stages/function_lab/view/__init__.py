"""The Function lab: a forward and a backward side by side, and what notices a wrong one."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from playground.core import catalog, texts
from playground.core.i18n import joined
from playground.features.stages.function_lab import job, results
from playground.features.stages.function_lab.results import (
    ATOL,
    FUNCTIONS,
    NEAR,
    Array,
    Check,
    Jacobian,
)
from playground.features.stages.function_lab.view import findings
from playground.ui import language, workers
from playground.ui.knobs.builder import pick
from playground.ui.language import _


@st.fragment
@workers.told()
def show() -> None:
    """Show one version of LegendrePolynomial3, chosen here, and what each check says to it."""
    slug = _pick()
    check, good = _checked(slug), _checked("good")
    _code(slug)
    st.subheader(_("The derivatives, found twice"), anchor=False)
    _matrices(check.near)
    st.subheader(_("Which check finds a fault?"), anchor=False)
    findings.show(check, good)
    if slug in findings.FORMS:
        _in_torch_func(check)
    st.subheader(_("What to take away"), anchor=False)
    st.markdown(texts.page(f"function/{slug}", language.current()))
    _overview(good)


def _pick() -> str:
    slug = pick(_("Version"), FUNCTIONS, "function", collapsed=False)
    st.caption(
        _(
            "The first two are correct, in the older and the newer form. Each of the others has "
            "one mistake in its `backward`."
        )
    )
    return slug


def _checked(slug: str) -> Check:
    return workers.one(job.check(slug))


def _code(slug: str) -> None:
    """Show the methods side by side, then the difference from the correct file and all of it."""
    with st.grid(2, min_column_width=320):
        with st.container(gap="xsmall"):
            st.markdown(_("**Forward**: the value"))
            methods = (results.method(slug, name) for name in ("forward", "setup_context"))
            st.code("\n\n".join(filter(None, methods)), language="python")
        with st.container(gap="xsmall"):
            st.markdown(_("**Backward**: upstream gradient in, gradient of the input out"))
            st.code(results.method(slug, "backward"), language="python")
        if slug != "good":
            with st.expander(_("What differs from the correct file"), icon=":material/difference:"):
                st.code(results.changes(slug), language="diff")
        with st.expander(results.path(slug).name, icon=":material/description:"):
            st.code(catalog.source("autograd", f"function_{slug}"), language="python")


def _matrices(found: Jacobian) -> None:
    """Show the Jacobian by central differences, by `backward`, and their difference."""
    st.caption(
        _(
            "Row: an input x that moves. Column: an output y. Each column of the second table is "
            "one backward pass, with upstream 1 at that output and 0 at the others. An output "
            "depends on its own input alone, so all but the diagonal should be 0."
        )
    )
    with st.grid(3, min_column_width=270):
        with st.container(gap="xsmall"):
            st.markdown(_("**Numeric**: central differences of `forward`"))
            _matrix(found, found.numeric, "{:.4g}")
        with st.container(gap="xsmall"):
            st.markdown(_("**Analytic**: from `backward`"))
            if found.raised:
                st.error(workers.plain(found.raised.text), icon=":material/error:")
            if found.analytic is not None and found.none:
                _matrix(found, found.analytic, "`None`")
            elif found.analytic is not None:
                _matrix(found, found.analytic, "{:.4g}", found.wrong)
        if found.analytic is not None:
            with st.container(gap="xsmall"):
                st.markdown(_("**Difference**: analytic - numeric"))
                _matrix(found, found.analytic - found.numeric, "{:.4g}", found.wrong)
    if found.analytic is not None:
        _legend(found, np.abs(found.analytic - found.numeric)[~found.wrong].max(initial=0.0))


def _matrix(found: Jacobian, values: Array, form: str, wrong: Any = None) -> None:
    """Show `values`, with a sign what is `wrong`; as a line may break at a hyphen, a true minus."""
    marked = np.zeros(values.shape, dtype=bool) if wrong is None else wrong
    table = {"x": [f"**{_minus(f'{x:g}')}**" for x in found.inputs]}
    for k in range(values.shape[1]):
        column = zip(values[:, k], marked[:, k], strict=True)
        table[f"y{k + 1}"] = [_entry(value, form, bad) for value, bad in column]
    st.table(table, hide_index=True)


def _entry(value: float, form: str, wrong: bool) -> str:
    text = "≈0" if 0 < abs(value) < ATOL else _minus(form.format(value + 0.0))
    return f":red[≠**{text}**]" if wrong else text


def _minus(number: str) -> str:
    return number.replace("-", "−")


def _legend(found: Jacobian, rest: float) -> None:
    """Say what the signs mean; `rest` is the largest difference that carries no sign."""
    text = _("≠ marks what differs by more than gradcheck allows: {wrong} of {count} entries.")
    said = [text.format(wrong=int(found.wrong.sum()), count=found.wrong.size)]
    if rest:
        text = _("≈0 is at most {rest:.1e}: central differences are not exact.")
        said.append(text.format(rest=rest))
    if found.none:
        said.append(_("Where `backward` gave `None`, the difference counts it as 0."))
    st.caption(joined(said, _))


def _in_torch_func(check: Check) -> None:
    """Show what `torch.func` makes of the two forms."""
    st.subheader("torch.func", anchor=False)
    st.code(catalog.source("autograd", "function_torch_func"), language="python")
    st.caption(f"x = {findings.listed(NEAR)}")
    if check.func_raised:
        st.error(workers.plain(check.func_raised.text), icon=":material/error:")
    if check.func is not None:
        st.success(f"`{findings.numbers(check.func)}`", icon=":material/check_circle:")


def _overview(good: Check) -> None:
    """Show which check notices which mistake, once asked to."""
    title = _("Every version and every check")
    table = st.expander(title, icon=":material/table:", key="function_table", on_change="rerun")
    if not table.open:
        return
    with table:
        st.caption(_("Which check finds a fault?"))
        found = {slug: _checked(slug) for slug in FUNCTIONS}
        columns = {_("Version"): [f"`{slug}`" for slug in found]}
        for name, find in findings.rows():
            columns[name] = [_(find(check, good)[0]) for check in found.values()]
        st.table(columns, hide_index=True, border="horizontal", alt=title)
