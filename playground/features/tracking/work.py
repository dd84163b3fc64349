"""Run a lesson line by line, and record what each line did to its tensors."""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType, FunctionType
from typing import Any

import torch

from playground.features.tracking.results import Record, Step, TensorState
from playground.jobs.failure import Failure

PACKAGE = "playground.lessons.autograd"


def inspect(slug: str) -> Iterator[Record]:
    """Run the functions of the lesson `slug`, in the order of its file; yield one record of all.

    A function that raises ends there: its last step holds the error.
    """
    module = importlib.import_module(f"{PACKAGE}.{slug}")
    functions = [
        value
        for value in vars(module).values()
        if isinstance(value, FunctionType) and value.__module__ == module.__name__
    ]
    yield Record(slug, tuple(step for function in functions for step in steps(function)))


def steps(function: FunctionType) -> list[Step]:
    """Run `function`, which takes nothing, and return what was so after each of its lines."""
    with _every_warning() as caught:
        watch = _Watch(function, caught)
        tracer = sys.gettrace()
        sys.settrace(watch.call)
        try:
            function()
        except Exception:  # a result: the last step holds it
            if not watch.steps or watch.steps[-1].error is None:
                raise
        finally:
            sys.settrace(tracer)
    return watch.steps


class _Watch:
    """A tracer of one function: it looks at the locals each time a line has run."""

    def __init__(self, function: FunctionType, caught: list[warnings.WarningMessage]) -> None:
        self.steps: list[Step] = []
        self._code = function.__code__
        self._caught = caught
        self._line = 0  # the line that runs now; 0 before the first and after an error

    def call(self, frame: FrameType, _event: str, _arg: Any) -> Callable[..., Any] | None:
        return self.event if frame.f_code is self._code else None

    def event(self, frame: FrameType, event: str, arg: Any) -> Callable[..., Any]:
        if event == "exception":
            self._line = frame.f_lineno
            self._look(frame, Failure.of(arg[1]))
        elif self._line:  # it has run
            self._look(frame)
        self._line = frame.f_lineno if event == "line" else 0
        return self.event

    def _look(self, frame: FrameType, error: Failure | None = None) -> None:
        """Note what the line did. Leaving a `with` block comes back to its line: no step."""
        warned = tuple(Failure(w.category.__name__, str(w.message)) for w in self._caught)
        self._caught.clear()
        names = dict(frame.f_locals)
        step = Step(
            function=frame.f_code.co_name,
            line=self._line,
            tensors=states({k: v for k, v in names.items() if isinstance(v, torch.Tensor)}),
            plain=tuple(
                (name, repr(value))
                for name, value in names.items()
                if value is None or isinstance(value, bool | int | float | str)
            ),
            recording=torch.is_grad_enabled(),
            warnings=warned,
            error=error,
        )
        if error or warned or step.line not in [earlier.line for earlier in self.steps]:
            self.steps.append(step)


@contextmanager
def _every_warning() -> Iterator[list[warnings.WarningMessage]]:
    """Collect all warnings, those too that torch gives only once a process."""
    always = torch.is_warn_always_enabled()
    torch.set_warn_always(True)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield caught
    finally:
        torch.set_warn_always(always)


def states(tensors: Mapping[str, torch.Tensor]) -> tuple[TensorState, ...]:
    """Return what torch says of each of `tensors`; to ask must not warn, and changes nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a result's .grad warns whoever reads it
        grads = {f"{name}.grad": t.grad for name, t in tensors.items() if t.grad is not None}
        memory = {name: _memory(t) for name, t in {**tensors, **grads}.items()}
        return tuple(
            TensorState(
                name=name,
                value=text(tensor.tolist()),
                is_leaf=tensor.is_leaf,
                requires_grad=tensor.requires_grad,
                grad_fn=type(tensor.grad_fn).__name__ if tensor.grad_fn else None,
                grad=text(grads[f"{name}.grad"].tolist()) if f"{name}.grad" in grads else None,
                retains_grad=tensor.retains_grad,
                shape=tuple(tensor.shape),
                dtype=str(tensor.dtype),
                device=str(tensor.device),
                version=None if tensor.is_inference() else tensor._version,
                is_inference=tensor.is_inference(),
                same_memory=tuple(
                    other for other in memory if other != name and memory[other] == memory[name]
                ),
            )
            for name, tensor in tensors.items()
        )


def _memory(tensor: torch.Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def text(numbers: Any) -> str:
    """Return numbers, as `tolist` gives them, with four significant digits."""
    if isinstance(numbers, list):
        return "[" + ", ".join(text(number) for number in numbers) + "]"
    return f"{numbers:.4g}" if isinstance(numbers, float) else str(numbers)
