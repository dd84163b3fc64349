"""The Function lab: a forward and a backward side by side, and what notices a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from playground.core import catalog, texts
from playground.core.i18n import N_
from playground.features.stages.function_lab import figures, job, results
from playground.features.stages.function_lab.results import (
    ATOL,
    EPOCHS,
    FAR,
    FUNCTIONS,
    NEAR,
    Array,
    Check,
    Fit,
    Jacobian,
)
from playground.ui import language, workers
from playground.ui.kit import charts
from playground.ui.knobs.builder import pick
from playground.ui.language import _

YES, NO, BESIDE = N_("Yes"), N_("No"), N_("Only beside a correct run")
SIGNS = {YES: ":material/flag:", NO: ":material/remove:", BESIDE: ":material/compare_arrows:"}
FORMS = ("good", "setup_context")  # the two ways to write a correct one

Finding = tuple[str, str]  # one of YES, NO and BESIDE; and what happened, in words


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
    _findings(check, good)
    if slug in FORMS:
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
    st.caption(" ".join(said))


def _rows() -> list[tuple[str, Callable[[Check, Check], Finding]]]:
    """Return every check: its name, and what it finds in a version, beside the correct one."""
    at = _("`gradcheck` at x = {inputs}")
    return [
        (at.format(inputs=_list(NEAR)), lambda check, good: _gradcheck(check.near)),
        (at.format(inputs=_list(FAR)), lambda check, good: _gradcheck(check.far)),
        (_("`P3(x).sum().backward()`: is `x.grad` the derivative?"), _summed),
        (_("`loss.backward()` in the fit"), _backward),
        (_("The loss, with the stage's own loop"), lambda c, g: _fit(c.loop, g.loop, c.slug)),
        (_("The loss, with `torch.optim.SGD`"), lambda c, g: _fit(c.optim, g.optim, c.slug)),
    ]


def _findings(check: Check, good: Check) -> None:
    text = _("The fit is the stage's: sum of squares, its points, rate and start, {epochs} epochs.")
    st.caption(text.format(epochs=EPOCHS))
    with st.grid(3, min_column_width=280, border=True):
        for name, find in _rows():
            found, said = find(check, good)
            word = _(found)
            st.markdown(f"{name}\n\n{SIGNS[found]} **{word}** · {said}")
    tried = {found.inputs: found.gradcheck for found in (check.near, check.far)}
    told = {inputs: error.text.rstrip() for inputs, error in tried.items() if error}
    whole = {inputs: text for inputs, text in told.items() if "\n" in text}
    if whole:
        with st.expander(_("All that gradcheck says"), icon=":material/terminal:"):
            for inputs, text in whole.items():
                st.caption(f"x = {_list(inputs)}")
                st.code(text, language=None)
    alt = _("The loss of both fits.") + " " + _fit(check.loop, good.loop, check.slug)[1]
    charts.show(figures.losses(check, good, _), alt)


def _gradcheck(found: Jacobian) -> Finding:
    if not found.gradcheck:
        return NO, _("It returns `True`.")
    return YES, workers.plain(found.gradcheck.text.splitlines()[0].rstrip(","))


def _summed(check: Check, good: Check) -> Finding:
    derivative = _numbers(np.diag(check.near.numeric))
    if check.summed_raised:
        return YES, workers.plain(check.summed_raised.text)
    if check.summed is None:
        return YES, _("`x.grad` is `None`.")
    if not check.summed_wrong:
        return NO, _("`x.grad` is {derivative}, as it should be.").format(derivative=derivative)
    grad, text = _numbers(check.summed), _("`x.grad` is {grad}; it should be {derivative}.")
    return YES, text.format(grad=grad, derivative=derivative)


def _backward(check: Check, good: Check) -> Finding:
    if check.loss_raised:
        return YES, workers.plain(check.loss_raised.text)
    return NO, _("It raises nothing.")


def _fit(fit: Fit, good: Fit, slug: str) -> Finding:
    """Say how the loss went: what a learner without a correct run would see, and with one."""
    last = len(fit.losses) - 1
    numbers = {"first": f"{fit.losses[0]:.4g}", "last": f"{fit.losses[-1]:.4g}", "epoch": last}
    correct = _("The correct version reaches {loss:.4g}.").format(loss=good.losses[-1])
    fault = fit.fault(good)
    if fit.raised:
        text = _("After epoch {epoch}'s loss: {error}")
        return YES, text.format(epoch=last, error=workers.plain(fit.raised))
    if fault == "diverged":
        text = _("It starts at {first}, and at epoch {epoch} it is no longer a finite number.")
        return YES, text.format(**numbers)
    if fault == "rising":
        return YES, _("It rises from {first} to {last}.").format(**numbers) + " " + correct
    text = _("It falls from {first} to {last}.").format(**numbers)
    return BESIDE if fault else NO, text if slug in FORMS else f"{text} {correct}"


def _numbers(values: Array) -> str:
    return "[" + ", ".join(f"{v:.4g}" for v in values) + "]"


def _list(inputs: tuple[float, ...]) -> str:
    return ", ".join(f"{x:g}" for x in inputs)


def _in_torch_func(check: Check) -> None:
    """Show what `torch.func` makes of the two forms."""
    st.subheader("torch.func", anchor=False)
    st.code(catalog.source("autograd", "function_torch_func"), language="python")
    st.caption(f"x = {_list(NEAR)}")
    if check.func_raised:
        st.error(workers.plain(check.func_raised.text), icon=":material/error:")
    if check.func is not None:
        st.success(f"`{_numbers(check.func)}`", icon=":material/check_circle:")


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
        for name, find in _rows():
            columns[name] = [_(find(check, good)[0]) for check in found.values()]
        st.table(columns, hide_index=True, border="horizontal", alt=title)
