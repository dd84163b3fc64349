"""The type of a setting, the values it may take, and what is said of any other."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from playground.core.i18n import N_, Told, ToldError

PLAIN = re.compile(r"[\s\x20-\x5e\x60-\x7e]*\Z", re.ASCII)  # Python takes 1_000 and full width


class KnobError(ToldError):
    """A value that breaks its knob's rule, or a knob that is not there."""


@dataclass(frozen=True, kw_only=True)
class Knob:
    """The type of one setting, and the values it may take."""

    kind: type
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    log: bool = False
    form: Callable[[str], str] | None = None
    """Gives a text the form that equal texts share; raises ToldError if it means nothing."""

    @property
    def rule(self) -> Told:
        """The rule that a value must keep, to be translated."""
        text = N_("a number from {low} to {high}")
        if self.choices:
            text = N_("one of {choices}")
        elif self.kind is bool:
            text = N_("true or false")
        elif self.kind is int:
            text = N_("a whole number from {low} to {high}")
        choices = ", ".join(self.choices)
        bounds = {"choices": choices, "low": f"{self.low:g}", "high": f"{self.high:.10g}"}
        return Told(text, bounds)

    def check(self, name: str, value: object) -> Any:
        """Return `value` in this knob's type; raise KnobError if it breaks the rule."""
        if self.form:
            return self.form(str(value))
        if self.choices or self.kind is bool:
            if value not in (self.choices or (True, False)):
                raise self._wrong(name, value)
            return value if self.choices else bool(value)
        if isinstance(value, bool) or (isinstance(value, str) and not re.match(PLAIN, value)):
            raise self._wrong(name, value)
        try:
            number = self.kind(value) + 0  # -0.0 is 0.0
            if not self.low <= number <= self.high or number != float(value):  # type: ignore[arg-type]
                raise self._wrong(name, value)
        except (TypeError, ValueError, OverflowError):
            raise self._wrong(name, value) from None
        return number

    def _wrong(self, name: str, value: object) -> KnobError:
        shown = repr(value) if len(repr(value)) <= 60 else f"{repr(value)[:57]}..."
        text = N_("{name} is {value}, but it must be {rule}")
        return KnobError(text, name=name, value=shown, rule=self.rule)

    def only(self, choices: Iterable[str]) -> Knob:
        """Return this knob with fewer choices."""
        return dataclasses.replace(self, choices=tuple(choices))

    def parse(self, name: str, text: str) -> Any:
        """Return the value that `text` in a link stands for; raise KnobError if it is none."""
        if self.kind is bool:
            return self.check(name, {"true": True, "false": False}.get(text.lower(), text))
        return self.check(name, text)


def check_names(given: Iterable[str], known: Collection[str], where: str) -> None:
    """Raise KnobError if one of the names `given` is not among the `known` knobs of `where`."""
    for name in given:
        if name not in known:
            text = N_("{name} is no knob of {stage} here; it has {known}")
            said = ", ".join(known) or "none"
            raise KnobError(text, name=name, stage=where, known=said)


def knob(default: Any, **rule: Any) -> Any:
    """Declare a field of `Settings`: its default, and the bounds of its `Knob`."""
    return field(default=default, metadata={"knob": Knob(kind=type(default), **rule)})
