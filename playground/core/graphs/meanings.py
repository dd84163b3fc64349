"""What torch's own warnings and errors about autograd mean."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from playground.core.i18n import N_, Translate
from playground.jobs.failure import Failure

# A part of torch's own text -> what it means.
MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "does not have a grad_fn": N_(
            "backward() starts at the grad_fn of this tensor, and it has none: nothing that led to "
            "it was recorded, so there is no way back."
        ),
        "only Tensors of floating point": N_(
            "A gradient says how the loss changes when a number changes a little. A whole number "
            "cannot change a little, so only floating-point and complex tensors can have one."
        ),
        "Tensor that is not a leaf Tensor is being accessed": N_(
            "This tensor is a result, not a leaf. Its gradient passed through during backward() "
            "and was not kept, so .grad is None. Call retain_grad() before backward(), or look at "
            "the leaf you meant."
        ),
        "only change requires_grad flags of leaf": N_(
            "A result requires grad because one of its inputs does, so the flag cannot be switched "
            "off on the result alone. detach() gives you the same numbers, untracked."
        ),
        "modified by an inplace operation": N_(
            "The multiplication saved this tensor for backward(), at the version named first as "
            "expected. It has been changed in place since, so its gradient would come out wrong; "
            "PyTorch compares the versions and refuses."
        ),
        "a leaf Variable that requires grad is being used": N_(
            "Recorded, this change would make the leaf the result of an operation, and its "
            "gradient would have no place left. Make the change inside no_grad(), as optimizers do."
        ),
        "Inference tensors cannot be saved for backward": N_(
            "The gradient of b needs the numbers of this tensor, but a tensor from inference mode "
            "has no version, so PyTorch could not tell whether it was changed in the meantime. "
            "clone() it, or use no_grad()."
        ),
        "Setting requires_grad=True on inference tensor": N_(
            "A tensor from inference mode stays out of autograd for good. Use a clone() of it."
        ),
        "Inplace update to inference tensor": N_(
            "Outside of the block, every change in place must raise the tensor's version, and a "
            "tensor from inference mode has none. Look at its value, though: the numbers were "
            "overwritten before the error came."
        ),
    }
)
# the same, and what a graph can meet besides
OF_A_GRAPH: Mapping[str, str] = MappingProxyType(
    {
        **MEANINGS,
        "only for scalar outputs": N_(
            "A gradient belongs to one number, and this result has several. Give v, a weight for "
            "each: backward(v) is the gradient of their weighted sum, the vector-Jacobian product."
        ),
        "has no attribute 'backward'": N_(
            "NumPy computes numbers and forgets how. There is no graph, so this stage writes its "
            "gradients out by hand."
        ),
    }
)


def meaning(text: str, of: Mapping[str, str] = MEANINGS) -> str:
    """Return what torch's `text` means, in English; nothing if it is not known."""
    return next((said for part, said in of.items() if part in text), "")


def of_a_graph(error: Failure, _: Translate) -> str:
    """Return what the error that a graph ended with means; nothing if it is not known."""
    said = meaning(error.text, OF_A_GRAPH)
    return _(said) if said else ""
