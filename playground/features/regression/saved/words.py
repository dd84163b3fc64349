"""What torch's messages about files mean, and what this page refuses, in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

import numpy as np

from playground.core import texts
from playground.core.i18n import N_, Told, Translate
from playground.features.regression.saved.results import Continued, Loaded
from playground.jobs.failure import MEMORY, Failure

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

_MISSING = N_(
    "The model has parameters that the file does not name. It was saved from another architecture, "
    "or its names have a prefix. Rather than leave a parameter as it happens to be, torch refuses."
)
_UNEXPECTED = N_(
    "The file names parameters that the model does not have: it was saved from another "
    "architecture, or is a checkpoint whose state_dict lies one level deeper."
)
_SIZE = N_(
    "The names agree, the shapes do not: the file comes from a layer of another size. Build the "
    "model with the sizes that it was saved with."
)
_NOT_TENSOR = N_(
    "A name of the model stands for something that is not a tensor, so there is nothing to copy."
)
_NOT_DICT = N_(
    "The file opens, but what is in it is no dict of names and tensors. Save model.state_dict(), "
    "not a tensor or a list."
)
_GLOBAL = N_(
    "To load this file, torch would have to import and call what it names, and a pickle may name "
    "any function there is. With weights_only=True it refuses before anything runs. If it is a "
    "whole model that somebody pickled, ask for its state_dict."
)
_NOT_PICKLE = N_(
    "These bytes are no file that torch.save wrote: torch read them as a pickle and met one that "
    "means nothing there. Perhaps it is a text, a table or a web page that was saved in its place."
)
_EMPTY = N_(
    "The file ends before anything is in it: it is empty or cut off. Often the disk was full, or "
    "it was copied while it was still being written."
)
_TRUNCATED = N_(
    "A .pt file is a zip archive, whose table of contents stands at its end, and that end is "
    "missing or damaged. Download or copy the file again."
)
_NOT_ARCHIVE = N_(
    "It is an archive, but not one that torch.save wrote, or it was changed after: what torch "
    "needs inside is not as it should be."
)
_MAGIC = N_("It begins like a pickle, but not like one that torch.save wrote.")
_MEMORY = N_("To load it takes more memory than this server gives to one job. Nothing was loaded.")
_KEY = N_(
    "load_state_dict took this state without a word, but the first step looks for {raised} and "
    "does not find it: it is the state of another optimizer. Choose the one it was saved with."
)
_STEP = N_("The state does not fit the steps of this optimizer, and torch says why.")
_OTHER = N_("torch could not use this file, and says why.")

MEANINGS: tuple[tuple[str, str, str], ...] = (
    ("", r"Missing key\(s\)", _MISSING),
    ("", r"Unexpected key\(s\)", _UNEXPECTED),
    ("", r"size mismatch for", _SIZE),
    ("", r"expected torch\.Tensor or Tensor-like", _NOT_TENSOR),
    ("", r"Expected state_dict to be dict-like", _NOT_DICT),
    ("", r"Unsupported global|Unsupported class|TorchScript", _GLOBAL),
    (MEMORY, r"alloc", _MEMORY),
    ("EOFError", r"Ran out of input", _EMPTY),
    ("", r"failed finding central directory", _TRUNCATED),
    ("", r"Invalid magic number", _MAGIC),
    ("UnpicklingError", r"Unsupported operand|Invalid load key", _NOT_PICKLE),
    ("", r"PytorchStreamReader|inline_container|record size|not resizable", _NOT_ARCHIVE),
)
"""What an error means: its kind, or else a pattern in its text; the first row that fits decides."""

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
        "setting": N_(
            "Its optimizer's state would set {name} to a value that this page does not take; the "
            "rule here: {rule}."
        ),
    }
)

Quote = Callable[[object], str]


def message(raised: Failure) -> str:
    """Return torch's message as it reads, without the codes that make a terminal write in bold."""
    return re.sub(r"\x1b\[\d*m", "", str(raised)).rstrip()


def meaning(raised: Failure) -> str:
    """Return what a message of torch's about a file means, to be translated."""
    for kind, pattern, said in MEANINGS:
        if raised.kind == kind or re.search(pattern, raised.text):
            return said
    return _OTHER


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
        return _(_KEY).format(raised=quote(found.raised.text))
    return _(_STEP)


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
