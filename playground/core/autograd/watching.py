"""Watch a forward pass: every operation as it runs, its values, its line, and what it is called."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

REFLECTED = {"__rsub__": "sub", "__rdiv__": "div", "__rpow__": "pow"}
"""What torch calls `1 - w` and its like, where the number comes first."""


@dataclass
class Operation:
    """One operation as it ran: what went in, what came out, and the line that called it.

    column: where in that line the operation begins, if it is known.
    operands: numbers and tensors as the formula has them, a computed tensor as its grad_fn then.
    """

    place: int
    name: str
    inputs: list[torch.Tensor]
    operands: list[Any]
    output: torch.Tensor
    line: int | None
    text: str
    column: int | None = None


@dataclass
class Watch(TorchFunctionMode):
    """Notes every operation of a forward pass, and what the code calls its tensors.

    path: the file whose lines are named. where, column: in place of it, they are asked for the line
    and the text of the operation that runs, and for where in the line it begins.
    """

    path: str = ""
    tracked: dict[Any, Operation] = field(default_factory=dict)
    plain: dict[int, Operation] = field(default_factory=dict)
    values: dict[Any, torch.Tensor] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    where: Callable[[], tuple[int | None, str]] | None = None
    column: Callable[[], int] | None = None

    def __post_init__(self) -> None:
        super().__init__()
        self._before: Any = None
        self._kept: list[torch.Tensor] = []

    def __enter__(self) -> Watch:
        self._before = sys.getprofile()
        sys.setprofile(self._profile)
        super().__enter__()  # type: ignore[no-untyped-call]
        return self

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)  # type: ignore[no-untyped-call]
        sys.setprofile(self._before)

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run one operation and note it."""
        name, operands = func.__name__, _operands([*args, *(kwargs or {}).values()])
        if name in REFLECTED:
            name, operands = REFLECTED[name], operands[::-1]
        out = func(*args, **(kwargs or {}))
        if isinstance(out, torch.Tensor) and getattr(func, "__name__", "") != "__get__":
            given = [*_tensors(args), *_tensors((kwargs or {}).values())]
            for tensor in given:
                if tensor.grad_fn is not None:
                    self.values.setdefault(tensor.grad_fn, tensor.detach())
            line, text = self.where() if self.where else _line(self.path)
            place = len(self.tracked) + len(self.plain)
            column = self.column() if self.column else None
            noted = Operation(place, name, given, operands, out, line, text, column)
            if out.grad_fn is not None:
                self.tracked[out.grad_fn] = noted
                self.values[out.grad_fn] = out.detach().clone()
            elif given and not out.requires_grad and all(out is not tensor for tensor in given):
                self.plain[id(out)] = noted
        return out

    def _profile(self, frame: FrameType, event: str, _: Any) -> None:
        if event == "return" and frame.f_code.co_filename == self.path:
            self.name(frame.f_locals)

    def name(self, named: dict[str, Any]) -> None:
        """Keep the names of tensors and of modules' parameters.

        The outermost function returns last, and what it calls them counts; of two names there,
        the first.
        """
        for name, value in reversed(named.items()):
            if isinstance(value, torch.Tensor):
                self._call(value, name)
            elif isinstance(value, torch.nn.Module):
                for inner, parameter in value.named_parameters():
                    self._call(parameter, inner)

    def name_first(self, tensor: torch.Tensor, name: str) -> None:
        """Keep a name of a tensor that has none yet."""
        if id(tensor) not in self.names:
            self._call(tensor, name)

    def _call(self, tensor: torch.Tensor, name: str) -> None:
        self.names[id(tensor)] = name
        self._kept.append(tensor)  # so that no other tensor gets its id


def _operands(values: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if isinstance(value, torch.Tensor):
            found.append(value if value.grad_fn is None else value.grad_fn)
        elif isinstance(value, (tuple, list)):
            found += _operands(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.append(value)
    return found


def _tensors(values: Iterable[Any]) -> list[torch.Tensor]:
    found = []
    for value in values:
        if isinstance(value, torch.Tensor):
            found.append(value)
        elif isinstance(value, (tuple, list)):
            found += _tensors(value)
    return found


def _line(path: str) -> tuple[int | None, str]:
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_filename != path:
        frame = frame.f_back
    if frame is None:
        return None, ""
    return frame.f_lineno, linecache.getline(path, frame.f_lineno).strip()
