"""What a lesson's lines did to its tensors, in plain data: this module needs no torch."""

from __future__ import annotations

from dataclasses import dataclass, fields

from playground.jobs.failure import Failure


@dataclass(frozen=True)
class TensorState:
    """What torch says of one tensor after a line; the fields have torch's own names.

    grad: its numbers as a short text, or None where torch has None.
    version: None for an inference tensor, which keeps no count of changes.
    same_memory: other tensors whose numbers lie in the same storage; `w.grad` is one too.
    """

    name: str
    value: str
    is_leaf: bool
    requires_grad: bool
    grad_fn: str | None
    grad: str | None
    retains_grad: bool
    shape: tuple[int, ...]
    dtype: str
    device: str
    version: int | None
    is_inference: bool
    same_memory: tuple[str, ...] = ()


SHOWN = tuple(field.name for field in fields(TensorState) if field.name != "name")


@dataclass(frozen=True)
class Step:
    """One executed line: its number in the file and its function, and what was so after it.

    plain: names and values of what is no tensor, such as the number that `item()` returns.
    recording: whether operations are recorded; False within `no_grad` and `inference_mode`.
    """

    function: str
    line: int
    tensors: tuple[TensorState, ...]
    plain: tuple[tuple[str, str], ...] = ()
    recording: bool = True
    warnings: tuple[Failure, ...] = ()
    error: Failure | None = None

    def __getitem__(self, name: str) -> TensorState:
        """Return the state of the tensor `name`; raise KeyError if there is none."""
        tensor = self.get(name)
        if tensor is None:
            raise KeyError(name)
        return tensor

    def __contains__(self, name: str) -> bool:
        """Say whether there is a tensor of this name after the line."""
        return self.get(name) is not None

    def get(self, name: str) -> TensorState | None:
        """Return the state of the tensor `name`, or None."""
        return next((tensor for tensor in self.tensors if tensor.name == name), None)


@dataclass(frozen=True)
class Record:
    """All executed lines of a lesson, in order; each of its functions starts with no tensors."""

    slug: str
    steps: tuple[Step, ...]

    @property
    def lines(self) -> list[int]:
        """The numbers of the executed lines."""
        return [step.line for step in self.steps]

    def at(self, line: int) -> tuple[Step, Step]:
        """Return the state before the line of this number, and the step that it is."""
        place = self.lines.index(line)
        step = self.steps[place]
        before = self.steps[place - 1] if place else None
        if before is None or before.function != step.function:
            before = Step(step.function, 0, ())
        return before, step

    def of(self, function: str) -> tuple[Step, ...]:
        """Return the steps of one function of the lesson."""
        return tuple(step for step in self.steps if step.function == function)


@dataclass(frozen=True)
class Change:
    """One fact that a line changed; `fact` is empty where the tensor itself is new."""

    name: str
    fact: str = ""
    before: object = None
    after: object = None


def changes(before: Step, after: Step) -> list[Change]:
    """Return what differs between the states after two lines, tensor by tensor, fact by fact.

    A name that was given to another tensor counts as a tensor whose state changed.
    """
    found = []
    for tensor in after.tensors:
        old = before.get(tensor.name)
        if old is None:
            found.append(Change(tensor.name))
            continue
        for fact in SHOWN:
            was, now = getattr(old, fact), getattr(tensor, fact)
            if was != now:
                found.append(Change(tensor.name, fact, was, now))
    return found
