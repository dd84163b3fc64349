"""Why torch did not load a file, in words: what its message means, what kind of file it is."""

from __future__ import annotations

import re
from collections.abc import Callable

from playground.core.i18n import N_, Told, Translate, joined
from playground.features.regression.saved.known_formats import FORMATS
from playground.features.regression.saved.results import Loaded, Place
from playground.jobs.failure import MEMORY, Failure

Quote = Callable[[object], str]

READ_PROTOCOLS = (2, 3)  # of a pickle, by torch.load with weights_only=True

_BOTH = N_(
    "Parameters of the model are missing in the file, and the file names others: it was saved from "
    "another architecture. torch lists both."
)
_MISSING = N_(
    "The model has parameters that the file does not name: it was saved from another architecture. "
    "Rather than leave a parameter as it happens to be, torch refuses."
)
_UNEXPECTED = N_("The file has names that the model does not have, and torch lists them.")
_SIZE = N_(
    "The names agree, the shapes do not: the file comes from a layer of another size. Build the "
    "model with the sizes that it was saved with."
)
_NOT_TENSOR = N_(
    "A name of the model stands for something that is not a tensor, so there is nothing to copy."
)
_NO_TENSORS = N_("At this level the file has no tensor, so it is no state_dict.")
_OPTIMIZER = N_(
    "This is the state of an optimizer alone, and no model loads that. Save model.state_dict() too."
)
_ELSEWHERE = N_(
    "As it stands, the file does not fit the model, and torch says why. Weights that do fit lie "
    "elsewhere in it, or under longer names: see below."
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
_NAMED = N_("The file names {name}.")
_NUMPY = N_(
    "It is a part of NumPy: before saving, turn its numbers into float(value) and its arrays into "
    "torch.tensor(array)."
)
_NOT_PICKLE = N_(
    "These bytes are no file that torch.save wrote: torch read them as a pickle and met one that "
    "means nothing there. What kind of file it is, this page does not know."
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
_OTHER = N_("torch could not use this file, and says why.")
_DAMAGED = N_(
    "The file has the form that torch.save gives, but what is inside is damaged or was changed. "
    "Copy or save it again."
)
_PROTOCOL = N_(
    "torch.save wrote this file, with pickle_protocol={protocol}, and torch.load with "
    "weights_only=True does not read all of that protocol. Whoever has the model saves it again "
    "without that argument: torch.save(model.state_dict(), file) takes protocol 2."
)

MEANINGS: tuple[tuple[str, str, str], ...] = (
    ("", r"Missing key\(s\)[\s\S]*Unexpected key\(s\)", _BOTH),
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

_TOP = N_("A state_dict lies at the top level of the file.")
_UNDER = N_("A state_dict lies one level deeper, under {path}.")
_BELOW = N_("A state_dict lies {count} levels deeper, under {path}.")
_PREFIX = N_(
    "Its names begin with {prefix}, as they do where a model is a part of another: DataParallel "
    "writes `module.`, torch.compile `_orig_mod.`, Lightning the attribute's name."
)


def message(raised: Failure) -> str:
    """Return torch's message as it reads, without the codes that make a terminal write in bold."""
    return re.sub(r"\x1b\[\d*m", "", str(raised)).rstrip()


def meaning(raised: Failure) -> str:
    """Return what a message of torch's about a file means, to be translated."""
    for kind, pattern, said in MEANINGS:
        if raised.kind == kind or re.search(pattern, raised.text):
            return said
    return _OTHER


def explained(found: Loaded, quote: Quote, _: Translate) -> str:
    """Return why torch did not load a file: by its message, and by what kind of file it is.

    found: one that raised. Text from the file passes through `quote`.
    """
    raised = found.raised or Failure("")
    text = message(raised)
    named = re.search(r"(?:Unsupported global: GLOBAL|unsupported GLOBAL) (\S+)", text)
    if named:
        why = _(_NUMPY) if named[1].startswith("numpy.") else _(_GLOBAL)
        what = _known(found, quote, _) if found.format == "pickle" else ""
        return joined([what, _(_NAMED).format(name=quote(named[1])), why], _)
    if raised.kind == MEMORY:
        return _(_MEMORY)
    if found.format == "saved":
        return _saved(found.fields["protocol"], raised, _)
    if found.format:
        return _known(found, quote, _)
    if any(offer.fits for offer in found.offers):
        return _(_ELSEWHERE)
    if {"state", "param_groups"} <= {entry.name for entry in found.entries}:
        return _(_OPTIMIZER)
    if found.entries and all(entry.found is None for entry in found.entries):
        return _(_NO_TENSORS)
    return _(meaning(raised))


def _known(found: Loaded, quote: Quote, _: Translate) -> str:
    """Return what kind of file it is, and what to do with it."""
    fields = {k: quote(v) if isinstance(v, str) else v for k, v in found.fields.items()}
    return Told(FORMATS[found.format], fields).said(_)


def _saved(protocol: int, raised: Failure, _: Translate) -> str:
    """Return why torch did not open what torch.save wrote, in this pickle protocol."""
    said = meaning(raised)
    if said == _NOT_PICKLE and protocol not in READ_PROTOCOLS:
        return _(_PROTOCOL).format(protocol=protocol)
    return _(_DAMAGED if said in (_NOT_PICKLE, _NOT_ARCHIVE, _MAGIC, _EMPTY, _OTHER) else said)


def where(place: Place, quote: Quote, _: Translate) -> str:
    """Return where in a file weights lie, in words."""
    path = " > ".join(quote(f"[{key}]" if isinstance(key, int) else key) for key in place.path)
    depth = len(place.path)
    said = _(_BELOW if depth > 1 else _UNDER if depth else _TOP).format(path=path, count=depth)
    if not place.prefix:
        return said
    return joined([said, _(_PREFIX).format(prefix=quote(place.prefix))], _)
