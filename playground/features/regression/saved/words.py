"""What this page refuses of a file, and what comes of training on from one, in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np

from playground.core import texts
from playground.core.i18n import N_, Told, Translate
from playground.features.regression.saved.reasons import Quote
from playground.features.regression.saved.results import Continued, Loaded

TITLES = MappingProxyType(
    {
        "missing_key": N_("A state_dict without the bias"),
        "unexpected_key": N_("A state_dict with one name too many"),
        "size_mismatch": N_("The weights of a model with three inputs"),
        "not_a_dict": N_("One tensor, without its name"),
        "not_finite": N_("The weights of a run that diverged"),
        "whole_module": N_("The whole model, not its state_dict"),
        "hostile": N_("A pickle that asks to create a file"),
        "not_a_checkpoint": N_("Plain text"),
        "empty": N_("A file of 0 bytes"),
        "truncated": N_("A download that broke off"),
        "oversized": N_("A file of more than 1 MB"),
        "inflating": N_("A small archive that unpacks to a large one"),
    }
)

_KEY = N_(
    "load_state_dict took this state without a word, but the first step looks for {raised} and "
    "does not find it: it is the state of another optimizer. Choose the one it was saved with."
)
_STEP = N_("The state does not fit the steps of this optimizer, and torch says why.")
_ABSENT = N_(
    "load_state_dict looks for {raised} in this state and does not find it: it is the state of "
    "another optimizer. Choose the one it was saved with."
)
_GROUPS = N_(
    "The file's optimizer has another number of parameter groups than this page's, which has one: "
    "all weights share its settings. torch does not load one into the other."
)
_GROUP_SIZE = N_(
    "The file's optimizer has another number of parameters than this page's, which has two, weight "
    "and bias: it was made for another model."
)
_LOAD = N_("torch did not take this state, and says why.")
FAILURES = (
    ("different number of parameter groups", _GROUPS),
    ("doesn't match the size of optimizer's group", _GROUP_SIZE),
)
"""What load_state_dict says of an optimizer's state, and what that means."""

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "oversized": N_(
            "The file has {bytes:,} bytes, and this page opens none of more than {most:,}. The two "
            "weights of a line take about 2,000."
        ),
        "inflates": N_(
            "The file is an archive that would unpack to {bytes:,} bytes, and this page unpacks "
            "none to more than {most:,}. It was left as it is."
        ),
        "many": N_("It holds {count:,} names; this page looks at no more than {most}."),
        "names": N_(
            "Its names are not those of a state_dict: they must be text, of up to {most} letters."
        ),
        "dimensions": N_(
            "{name} is a tensor of {count:,} dimensions; this page looks at none of more than "
            "{most}. The weight of a line has two, its bias one."
        ),
        "dtype": N_(
            "{name} is of {dtype}. load_state_dict would turn it into float32 without an error and "
            "perhaps lose a part of it, so this page refuses."
        ),
        "not_finite": N_(
            "Names and shapes match, and torch takes the file, but a weight in it is not a finite "
            "number: the run that saved it had diverged. No step leads back from there."
        ),
        "form": N_(
            "The optimizer's state does not have the form that optimizer.state_dict() gives."
        ),
        "state": N_(
            "Its optimizer's state holds what no optimizer of this page keeps: a number that is "
            "not finite, a large tensor, or something that is no number at all."
        ),
        "optimizers": N_(
            "The file holds the states of {count} optimizers, and nothing in it says which of them "
            "goes with these weights."
        ),
        "setting": N_(
            "Its optimizer's state would set {name} to a value that this page does not take; the "
            "rule here: {rule}."
        ),
    }
)


def refusal(found: Loaded | Continued, quote: Quote, _: Translate) -> str:
    """Return why the page refuses a file, in words; text from the file passes through `quote`."""
    fields = {
        name: quote(value) if isinstance(value, str) else value
        for name, value in found.fields.items()
    }
    return Told(REFUSALS[found.refused], fields).said(_)


def stumble(found: Continued, quote: Quote, _: Translate) -> str:
    """Return what an error in training on with a file's optimizer state means, in words."""
    if found.raised and found.raised.kind == KeyError.__name__:
        return _(_KEY if found.taken else _ABSENT).format(raised=quote(found.raised.text))
    if found.taken or not found.raised:
        return _(_STEP)
    for pattern, said in FAILURES:
        if pattern in found.raised.text:
            return _(said)
    return _(_LOAD)


def compared(found: Continued, plain: bool, _: Translate) -> str:
    """Say how the two ways to train on differ, and why; plain: SGD that keeps nothing.

    Where the state was refused or raised, there is nothing to compare.
    """
    if found.state is None:
        return _("The file holds no optimizer's state, so there is one way to train on.")
    if found.equal and plain:
        return _(
            "The two curves are one: plain SGD keeps nothing between its steps, so there is "
            "nothing to lose. Train with momentum 0.9, or with Adam, and save again."
        )
    if found.equal:
        return _("The two curves are one, to the last bit: here the state changes nothing.")
    count = min(len(found.state), len(found.without))
    k = int(np.nan_to_num(abs(found.state[:count] - found.without[:count])).argmax())
    return _(
        "With its state the optimizer goes on where it was; without, it begins again from nothing. "
        "They are furthest apart after {k} epochs: the loss is {state:.4g} with it and "
        "{without:.4g} without."
    ).format(k=k, state=found.state[k], without=found.without[k])


@cache
def prose(language: str) -> tuple[str, str, str]:
    """Return the page's text: what a state_dict is, why weights_only, why the optimizer's state."""
    _head, first, second, third = texts.sections("save_load", language)
    return first, second, third
