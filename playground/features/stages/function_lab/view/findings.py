"""What each check says to a version of the Function lab."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from playground.core.i18n import N_
from playground.features.stages.function_lab import figures
from playground.features.stages.function_lab.results import (
    EPOCHS,
    FAR,
    NEAR,
    Array,
    Check,
    Fit,
    Jacobian,
)
from playground.ui import workers
from playground.ui.kit import charts
from playground.ui.language import _

YES, NO, BESIDE = N_("Yes"), N_("No"), N_("Only beside a correct run")
SIGNS = {YES: ":material/flag:", NO: ":material/remove:", BESIDE: ":material/compare_arrows:"}
FORMS = ("good", "setup_context")  # the two ways to write a correct one

Finding = tuple[str, str]  # one of YES, NO and BESIDE; and what happened, in words


def show(check: Check, good: Check) -> None:
    """Show every check of a version with what it finds, beside the correct one."""
    text = _("The fit is the stage's: sum of squares, its points, rate and start, {epochs} epochs.")
    st.caption(text.format(epochs=EPOCHS))
    with st.grid(3, min_column_width=280, border=True):
        for name, find in rows():
            found, said = find(check, good)
            word = _(found)
            st.markdown(f"{name}\n\n{SIGNS[found]} **{word}** · {said}")
    tried = {found.inputs: found.gradcheck for found in (check.near, check.far)}
    told = {inputs: error.text.rstrip() for inputs, error in tried.items() if error}
    whole = {inputs: text for inputs, text in told.items() if "\n" in text}
    if whole:
        with st.expander(_("All that gradcheck says"), icon=":material/terminal:"):
            for inputs, text in whole.items():
                st.caption(f"x = {listed(inputs)}")
                st.code(text, language=None)
    alt = _("The loss of both fits.") + " " + _fit(check.loop, good.loop, check.slug)[1]
    charts.show(figures.losses(check, good, _), alt)


def rows() -> list[tuple[str, Callable[[Check, Check], Finding]]]:
    """Return every check: its name, and what it finds in a version, beside the correct one."""
    at = _("`gradcheck` at x = {inputs}")
    return [
        (at.format(inputs=listed(NEAR)), lambda check, good: _gradcheck(check.near)),
        (at.format(inputs=listed(FAR)), lambda check, good: _gradcheck(check.far)),
        (_("`P3(x).sum().backward()`: is `x.grad` the derivative?"), _summed),
        (_("`loss.backward()` in the fit"), _backward),
        (_("The loss, with the stage's own loop"), lambda c, g: _fit(c.loop, g.loop, c.slug)),
        (_("The loss, with `torch.optim.SGD`"), lambda c, g: _fit(c.optim, g.optim, c.slug)),
    ]


def _gradcheck(found: Jacobian) -> Finding:
    if not found.gradcheck:
        return NO, _("It returns `True`.")
    return YES, workers.plain(found.gradcheck.text.splitlines()[0].rstrip(","))


def _summed(check: Check, good: Check) -> Finding:
    derivative = numbers(np.diag(check.near.numeric))
    if check.summed_raised:
        return YES, workers.plain(check.summed_raised.text)
    if check.summed is None:
        return YES, _("`x.grad` is `None`.")
    if not check.summed_wrong:
        return NO, _("`x.grad` is {derivative}, as it should be.").format(derivative=derivative)
    grad, text = numbers(check.summed), _("`x.grad` is {grad}; it should be {derivative}.")
    return YES, text.format(grad=grad, derivative=derivative)


def _backward(check: Check, good: Check) -> Finding:
    if check.loss_raised:
        return YES, workers.plain(check.loss_raised.text)
    return NO, _("It raises nothing.")


def _fit(fit: Fit, good: Fit, slug: str) -> Finding:
    """Say how the loss went: what a learner without a correct run would see, and with one."""
    last = len(fit.losses) - 1
    said = {"first": f"{fit.losses[0]:.4g}", "last": f"{fit.losses[-1]:.4g}", "epoch": last}
    correct = _("The correct version reaches {loss:.4g}.").format(loss=good.losses[-1])
    fault = fit.fault(good)
    if fit.raised:
        text = _("After epoch {epoch}'s loss: {error}")
        return YES, text.format(epoch=last, error=workers.plain(fit.raised))
    if fault == "diverged":
        text = _("It starts at {first}, and at epoch {epoch} it is no longer a finite number.")
        return YES, text.format(**said)
    if fault == "rising":
        return YES, _("It rises from {first} to {last}.").format(**said) + " " + correct
    text = _("It falls from {first} to {last}.").format(**said)
    return BESIDE if fault else NO, text if slug in FORMS else f"{text} {correct}"


def numbers(values: Array) -> str:
    """Return `values` as a list in one line, with four significant digits."""
    return "[" + ", ".join(f"{v:.4g}" for v in values) + "]"


def listed(inputs: tuple[float, ...]) -> str:
    """Return the values of x, as they are read in a sentence."""
    return ", ".join(f"{x:g}" for x in inputs)
